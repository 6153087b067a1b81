/** What a member sees first: what is late, what is due, what is new. */

import type { JSX } from 'preact';
import Type from 'typebox';
import { decide, type Principal } from '../access/index.ts';
import { policyOf, poolYears } from '../casefile/index.ts';
import { type CaseList, Lines, listCases } from '../cases/index.ts';
import { countJobs } from '../jobs/index.ts';
import type { Transaction } from '../store/index.ts';
import { type Route, route } from '../web/index.ts';

/** How many of each. */
const MOST = 20;

interface Today {
  readonly due: CaseList['lines'];
  readonly fresh: CaseList['lines'];
  readonly reports: number;
  /** Letters that wait for a decision; none for whoever may not decide. */
  readonly letters: number;
  /** Free CVE ids of this year; null for whoever has nothing to do with them. */
  readonly cveIds: { readonly free: number; readonly low: number } | null;
}

const nullableText = Type.Union([Type.Null(), Type.String()]);
const line = Type.Object({
  id: Type.String(),
  reference: Type.String(),
  title: Type.String(),
  distribution: nullableText,
  phase: Type.String(),
  tlp: Type.String(),
  labels: Type.Array(Type.String()),
  openedAt: Type.String(),
  changedAt: Type.String(),
  dueAt: nullableText,
  embargoEndsAt: nullableText,
  late: Type.Boolean(),
});

export const today: Route = route({
  method: 'GET',
  path: '/',
  act: 'desk.public',
  title: 'Today',
  model: Type.Object({
    due: Type.Array(line),
    fresh: Type.Array(line),
    reports: Type.Integer(),
    letters: Type.Integer(),
    cveIds: Type.Union([Type.Null(), Type.Object({ free: Type.Integer(), low: Type.Integer() })]),
  }),
  scripts: ['keys.js', 'times.js'],
  handle: async ({ tx, vault, principal }) => {
    // Whoever comes without being known came to report something.
    if (principal.kind !== 'member' || decide(principal, 'case.list') !== 'yes')
      return { to: TO[principal.kind] };
    const list = (phase: 'open' | 'report', sort: 'due' | 'changed') =>
      listCases(tx, vault, principal.id, { q: '', phase, sort, product: null, mine: false, page: 1 });
    const [open, reports] = [await list('open', 'due'), await list('report', 'changed')];
    tx.record({
      actor: `member:${principal.id}`,
      act: 'case.list',
      subject: '',
      detail: { total: open.total },
    });
    const due = open.lines.filter(({ dueAt }) => dueAt !== null).slice(0, MOST);
    return {
      model: {
        due,
        fresh: reports.lines.slice(0, MOST),
        reports: reports.total,
        letters: await lettersFor(tx, principal),
        cveIds: await cveIdsFor(tx, principal),
      },
    };
  },
  page: todayPage,
});

const TO = { anonymous: '/report', link: '/report', member: '/account' } as const;

async function lettersFor(tx: Transaction, principal: Principal): Promise<number> {
  if (decide(principal, 'outbox.read') !== 'yes') return 0;
  const { failed, uncertain } = await countJobs(tx);
  return failed + uncertain;
}

async function cveIdsFor(tx: Transaction, principal: Principal): Promise<Today['cveIds']> {
  if (decide(principal, 'cve.list') !== 'yes') return null;
  const { cve } = await policyOf(tx);
  const year = (await poolYears(tx)).find((one) => one.year === Number(tx.now.slice(0, 4)));
  return { free: year?.free ?? 0, low: cve.low };
}

function todayPage({ due, fresh, reports, letters, cveIds }: Today): JSX.Element {
  const late = due.filter((one) => one.late).length;
  return (
    <>
      <h1>Today</h1>
      <p class="lead">{leadOf(late, reports)}</p>
      {due.length === 0 ? null : (
        <>
          <h2>What was promised, soonest first</h2>
          <Lines lines={due} caption="What was promised, soonest first" />
        </>
      )}
      {fresh.length === 0 ? null : (
        <>
          <h2>New reports</h2>
          <Lines lines={fresh} caption="New reports" />
        </>
      )}
      {letters === 0 ? null : (
        <p>
          <a href="/outbox">
            {letters === 1 ? 'One letter waits' : `${letters} letters wait`} for a decision
          </a>
        </p>
      )}
      <p>
        <a href="/cases">All of your cases</a>, <a href="/late">what is late or due soon</a>,{' '}
        <a href="/findings">findings of scanners</a>, <a href="/policy">the policy in force</a>,{' '}
        <a href="/texts">texts of a publication</a>, <a href="/weaknesses">drafts by weakness</a>
        {cveIds === null ? null : (
          <>
            , <a href="/publications">publications</a>, <a href="/cve-ids">reserved CVE ids</a>
            {cveIds.free < cveIds.low ? `: ${cveIds.free} of this year left` : ''}
          </>
        )}
      </p>
    </>
  );
}

function leadOf(late: number, reports: number): string {
  const new_ =
    reports === 1 ? 'One new report waits.' : `${reports === 0 ? 'No' : reports} new reports wait.`;
  return late === 0
    ? `Nothing is late. ${new_}`
    : `${late === 1 ? 'One promise is' : `${late} promises are`} late. ${new_}`;
}
