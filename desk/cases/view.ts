/** A case as its page shows it. */
import {
  type CaseFile,
  casesLike,
  type Entry,
  entriesOf,
  type FileFacts,
  filesOf,
  instantOf,
  mergedCases,
  policyOf,
  readCase,
  TEAM,
} from '../casefile/index.ts';
import { deadlines, type Need, needs } from '../disclosure/index.ts';
import { facetsOf, type Report, reference, reportShape } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { ownCases } from '../web/index.ts';
import { type Asking, askingOf } from './ask-host.ts';
import { caseOf, field } from './case-of.ts';
import { type CaseContacts, contactsOf } from './contacts.ts';
import { type CasePerson, caseMembers, casePeople, maintainerAddresses, memberNames } from './names.ts';
import { tally, votesOf } from './votes.ts';
import { entryText } from './words.ts';

export interface CaseView {
  readonly file: CaseFile;
  readonly reference: string;
  readonly clocks: readonly {
    readonly what: string;
    readonly due: string;
    readonly state: string;
    readonly why: string;
  }[];
  readonly needs: readonly string[];
  readonly people: readonly CasePerson[];
  /** Cases that go on in this one. */
  readonly merged: readonly string[];
  readonly members: readonly { readonly id: string; readonly name: string; readonly part: string }[];
  readonly timeline: readonly TimelineEntry[];
  readonly tasks: readonly { readonly number: number; readonly text: string; readonly done: boolean }[];
  readonly votes: { readonly yes: number; readonly no: number };
  readonly files: readonly FileFacts[];
  readonly contacts: CaseContacts | null;
  readonly asking: Asking;
  readonly alike: readonly {
    readonly id: string;
    readonly reference: string;
    readonly title: string;
    readonly score: number;
  }[];
}

export interface TimelineEntry {
  readonly number: number;
  readonly at: string;
  readonly who: string;
  readonly kind: string;
  readonly audience: string;
  readonly text: string;
}

/** As the member sees it: of cases that are like this one only those that are theirs as well. */
export async function viewOf(tx: Transaction, vault: Vault, id: string, member: string): Promise<CaseView> {
  const file = await caseOf(tx, vault, id);
  const entries = await entriesOf(tx, vault, file);
  const people = await casePeople(tx, vault, id);
  const members = await caseMembers(tx, vault, id);
  const policy = await policyOf(tx);
  const merged = await mergedCases(tx, id);
  const clocks = deadlines(file.facts, policy, instantOf(tx));
  return {
    file,
    reference: reference(id),
    clocks: clocks
      .filter(({ done }) => done === null)
      .map(({ what, due, state, why }) => ({ what, due, state, why })),
    needs: needsOf(needs([{ state: file.state, clocks: [] }], policy, instantOf(tx)), people),
    people,
    merged,
    members,
    timeline: await timelineOf(tx, vault, entries, people),
    tasks: tasksOf(entries),
    votes: tally(await votesOf(tx, file, entries)),
    files: await filesOf(tx, vault, file),
    contacts: contactsOf({ entries, addresses: await maintainerAddresses(tx, vault, id) }, instantOf(tx)),
    asking: await askingOf(tx, file, entries),
    alike: (await alikeOf(tx, vault, file, entries, member)).filter(({ id }) => !merged.includes(id)),
  };
}

/** What waits for several is one line. The team reads it: what waits for it alone needs no name. */
function needsOf(all: readonly Need[], people: readonly CasePerson[]): string[] {
  const role = (who: string): string =>
    who === TEAM ? 'the group' : (people.find(({ id }) => id === who)?.role ?? 'participant');
  const lines = new Map<string, string[]>();
  for (const { who, what, why } of all) {
    const line = `${what}: ${why}`;
    lines.set(line, [...(lines.get(line) ?? []), who]);
  }
  return [...lines].map(([line, who]) =>
    who.every((one) => one === TEAM) ? line : `${who.map(role).join(', ')}: ${line}`,
  );
}

async function timelineOf(
  tx: Transaction,
  vault: Vault,
  entries: readonly Entry[],
  people: readonly CasePerson[],
): Promise<TimelineEntry[]> {
  const members = await memberNames(
    tx,
    vault,
    entries.flatMap(({ actor }) => idOf('member', actor)),
  );
  const others = new Map(people.map(({ id, role }) => [id, role]));
  const who = (actor: string): string => {
    const [member] = idOf('member', actor);
    const [participant] = idOf('participant', actor);
    if (member !== undefined) return members.get(member) ?? 'unknown';
    // Somebody who knew the address of a thread: nobody can tell who.
    if (actor === 'mail') return 'a mail, unverified';
    // By their part, never by their name: who sees names is another question.
    return participant === undefined ? 'desk' : (others.get(participant) ?? 'participant');
  };
  return entries.map(({ number, at, actor, kind, audience, body }) => ({
    number,
    at,
    who: who(actor),
    kind,
    audience,
    text: entryText(kind, body),
  }));
}

function idOf(kind: string, actor: string): string[] {
  return actor.startsWith(`${kind}:`) ? [actor.slice(kind.length + 1)] : [];
}

function tasksOf(entries: readonly Entry[]): CaseView['tasks'] {
  const done = new Set(
    entries.flatMap(({ kind, body }) => (kind === 'task-done' ? [field(body, 'task')] : [])),
  );
  return entries.flatMap(({ kind, number, body }) =>
    kind === 'task' ? [{ number, text: String(field(body, 'text')), done: done.has(number) }] : [],
  );
}

async function alikeOf(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  entries: readonly Entry[],
  member: string,
): Promise<CaseView['alike']> {
  const reports = entries
    .filter(({ kind }) => kind === 'report')
    .map(({ body }): Report => reportShape(body));
  const facets = reports.flatMap((report) => facetsOf(file.content.distribution, report));
  const alike = await casesLike(tx, vault, facets, file.id);
  if (alike.length === 0) return [];
  const among = alike.map(({ caseId }) => caseId);
  const visible = await ownCases(tx, member, among);
  const shown = alike.filter(({ caseId }) => visible.has(caseId));
  return Promise.all(
    shown.map(async ({ caseId, score }) => ({
      id: caseId,
      reference: reference(caseId),
      title: (await readCase(tx, vault, caseId))?.content.title ?? '',
      score,
    })),
  );
}
