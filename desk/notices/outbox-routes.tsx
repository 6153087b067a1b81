/** What goes out of the desk, and what somebody has to decide of it. Nothing of a letter is shown. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { actorOf } from '../access/index.ts';
import { countJobs, decide, type JobDecision, JobError, waitingJobs } from '../jobs/index.ts';
import { reference } from '../reports/index.ts';
import { ID, type OutboxState, type Transaction, type Vault } from '../store/index.ts';
import { instantWords, Numbers, Table } from '../ui/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import { letterOf } from './letter-of.ts';
import { noteSent } from './note-sent.ts';

const PATH = '/outbox';
/** Lines of the page. */
const MOST = 200;

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly reference: string | null;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly problem: string | null;
  readonly dueAt: string;
}

interface Outbox {
  readonly counts: Readonly<Record<OutboxState, number>>;
  readonly waiting: readonly Line[];
}

const nullableText = Type.Union([Type.Null(), Type.String()]);
const STATES = ['ready', 'leased', 'done', 'failed', 'uncertain', 'cancelled'] as const;
const count = Type.Integer();
const model = Type.Object({
  counts: Type.Object({
    ...{ ready: count, leased: count, done: count, failed: count, uncertain: count, cancelled: count },
  }),
  waiting: Type.Array(
    Type.Object({
      ...{ id: Type.String(), kind: Type.String(), caseId: nullableText, reference: nullableText },
      ...{ state: Type.Enum([...STATES]), attempts: count, problem: nullableText, dueAt: Type.String() },
    }),
  ),
});

export const outboxRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    act: 'outbox.read',
    title: 'Outbox',
    model,
    handle: async ({ tx }) => ({ model: await outbox(tx) }),
    page: outboxPage,
  }),
  route({
    method: 'POST',
    path: `${PATH}/:job`,
    act: 'outbox.decide',
    title: 'Decide on a letter',
    params: Type.Object({ job: Type.String({ maxLength: 40 }) }),
    body: Type.Object({ decision: Type.Enum(['done', 'again']) }),
    model,
    limit: 'write',
    handle: async ({ tx, vault, principal, params: { job }, body: { decision }, note }) => {
      note({ job, decision });
      if (principal.kind !== 'member') throw notFound();
      await decided(tx, vault, { job, decision, actor: actorOf(principal), member: principal.id });
      return { to: PATH, model: await outbox(tx) };
    },
  }),
];

async function outbox(tx: Transaction): Promise<Outbox> {
  const waiting = await waitingJobs(tx, MOST);
  const named = waiting.map((line) => ({
    ...line,
    reference: line.caseId === null ? null : reference(line.caseId),
  }));
  return { counts: await countJobs(tx), waiting: named };
}

interface Deciding {
  /** Id of who decides. */
  readonly member: string;
  readonly job: string;
  readonly decision: JobDecision;
  readonly actor: string;
}

/** A letter of which somebody says that it arrived is noted like any other. Throws `not-found`, `refused`. */
async function decided(
  tx: Transaction,
  vault: Vault,
  { job, decision, actor, member }: Deciding,
): Promise<void> {
  if (!ID.test(job)) throw notFound();
  const there = await tx.db
    .selectFrom('outbox')
    .select(['kind', 'state'])
    .where('id', '=', job)
    .executeTakeFirst();
  if (there === undefined || !(await isOfPublication(tx, job, member))) throw notFound();
  if (decision === 'done' && isLeft(there))
    throw new WebError(
      'refused',
      'It did not happen, and the rest of the publication waits for it: do it again.',
    );
  const letter = await letterOf(tx, vault, job);
  try {
    await decide(tx, job, decision, actor);
  } catch (error) {
    if (error instanceof JobError) throw new WebError('refused', 'Somebody has decided this already.');
    throw error;
  }
  if (decision === 'done' && letter?.state === 'uncertain' && letter.payload !== null)
    await noteSent(tx, vault, letter.payload);
}

/** A step that did not happen is not left out: what follows it would tell the world of what is not there. */
function isLeft({ kind, state }: { readonly kind: string; readonly state: string }): boolean {
  return kind.startsWith('publication.') && kind !== 'publication.letter' && state === 'failed';
}

/** Whether the job is of no publication, or of one whose cases all are the member's. */
async function isOfPublication(tx: Transaction, job: string, member: string): Promise<boolean> {
  const foreign = await tx.db
    .selectFrom('publication_steps')
    .innerJoin('publication_cases', 'publication_cases.publication_id', 'publication_steps.publication_id')
    .select('publication_cases.case_id')
    .where('publication_steps.job_id', '=', job)
    .where('publication_cases.case_id', 'not in', (eb) =>
      eb
        .selectFrom('case_members')
        .select('case_id')
        .where('member_id', '=', member)
        .where('part', '=', 'member'),
    )
    .limit(1)
    .executeTakeFirst();
  return foreign === undefined;
}

interface Words {
  readonly failed: string;
  readonly uncertain: string;
  readonly again: string;
  readonly happened: string;
}

const LETTER: Words = {
  failed: 'Was not sent',
  uncertain: 'May have been sent',
  again: 'Send again',
  happened: 'It arrived',
};
const OTHER: Words = {
  failed: 'Did not happen',
  uncertain: 'May have happened',
  again: 'Do it again',
  happened: 'It happened',
};
const LETTERS: ReadonlySet<string> = new Set(['mail.send', 'publication.mail', 'publication.letter']);

function outboxPage({ counts, waiting }: Outbox): JSX.Element {
  const waits = counts.failed + counts.uncertain;
  return (
    <>
      <h1>Outbox</h1>
      <p class="lead">{waits === 0 ? 'Nothing waits for a decision.' : `${waits} wait for a decision.`}</p>
      {waiting.length === 0 ? null : (
        <Table
          caption="What waits for a decision"
          columns={['Case', 'What', 'State', 'Why', 'Tried', 'Since', 'Decide'].map((label) => ({ label }))}
          rows={waiting.map(row)}
        />
      )}
      <Numbers items={STATES.map((state) => [state, counts[state]] as const)} />
    </>
  );
}

function row({ id, kind, caseId, reference: name, state, attempts, problem, dueAt }: Line) {
  const words = LETTERS.has(kind) ? LETTER : OTHER;
  return [
    caseId === null ? 'none' : <a href={`/cases/${caseId}`}>{name}</a>,
    kind,
    state === 'failed' ? words.failed : state === 'uncertain' ? words.uncertain : state,
    problem ?? '',
    String(attempts),
    instantWords(dueAt),
    <form key="decide" method="post" action={`${PATH}/${id}`}>
      <button type="submit" name="decision" value="again">
        {words.again}
      </button>{' '}
      {isLeft({ kind, state }) ? null : (
        <button type="submit" name="decision" value="done">
          {state === 'uncertain' ? words.happened : 'Leave it'}
        </button>
      )}
    </form>,
  ];
}
