/** A publication that runs goes one kind of steps further: what the desk does itself is done, the rest are jobs. */
import type { Json } from 'cpansec/base';
import {
  addEntry,
  amended,
  type CaseFile,
  CaseFileError,
  changeCase,
  happen,
  instantOf,
  readCase,
} from '../casefile/index.ts';
import { inForce } from '../disclosure/index.ts';
import { enqueue } from '../jobs/index.ts';
import type { OutboxState, Store, Transaction, Vault } from '../store/index.ts';
import { type Publication, readPublication, savePublication } from './publication.ts';
import { readSteps, type Step, type StepKind, stepDone, takeStep } from './steps.ts';

/** Kinds of jobs. */
export const JOBS = {
  patch: 'publication.patch',
  record: 'publication.record',
  tree: 'publication.tree',
  cve: 'publication.cve',
  list: 'publication.mail',
  letter: 'publication.letter',
  post: 'publication.post',
} as const;

/** Every step is taken once, however often and by however many processes this is called. */
export async function advance(tx: Transaction, vault: Vault, id: string): Promise<void> {
  const publication = await readPublication(tx, vault, id);
  if (publication?.state !== 'running') return;
  const steps = await readSteps(tx, vault, publication);
  const kind = steps.find(({ doneAt }) => doneAt === null)?.kind;
  if (kind === undefined) return finished(tx, vault, publication);
  const open = steps.filter((step) => step.kind === kind && step.doneAt === null);
  const states = await jobStates(tx, open);
  for (const step of open) await further(tx, vault, publication, { step, job: states.get(step.jobId ?? '') });
  // What the desk does itself is done at once.
  if (OWN[kind] !== undefined) await advance(tx, vault, id);
}

interface Further {
  readonly step: Step;
  readonly job: OutboxState | undefined;
}

async function further(
  tx: Transaction,
  vault: Vault,
  publication: Publication,
  { step, job }: Further,
): Promise<void> {
  // A person said of the job that it happened.
  if (job === 'done') return stepDone(tx, vault, publication, step, { said: 'a person' });
  if (step.jobId !== null) return;
  const own = OWN[step.kind];
  if (own !== undefined) return stepDone(tx, vault, publication, step, await own(tx, vault, publication));
  const { id, keyId } = publication;
  const payload = { publication: id, number: step.number };
  const kind = JOBS[step.kind as keyof typeof JOBS]; // what is not done here is a job
  const jobId = await enqueue(tx, vault, { kind, caseId: step.caseId, keyId, payload });
  if (!(await takeStep(tx, publication, step, jobId))) throw new RangeError('a step was taken twice');
}

async function jobStates(tx: Transaction, steps: readonly Step[]): Promise<Map<string, OutboxState>> {
  const ids = steps.flatMap(({ jobId }) => jobId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx.db.selectFrom('outbox').select(['id', 'state']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

type Own = (tx: Transaction, vault: Vault, publication: Publication) => Promise<Json>;

const OWN: Readonly<Partial<Record<StepKind, Own>>> = {
  disclosed: async (tx, vault, { cases, preparedBy, approvedBy }) => {
    const refused: { case: string; why: string }[] = [];
    for (const id of cases) {
      const file = await readCase(tx, vault, id);
      if (file === null) continue;
      const why = await disclosed(tx, vault, file, {
        by: `member:${preparedBy}`,
        approvedBy: `member:${approvedBy}`,
      });
      if (why === null) continue;
      refused.push({ case: id, why });
      await told(tx, vault, id, `it is public, and the case does not say so: ${why}`);
    }
    return { at: instantOf(tx), ...(refused.length === 0 ? {} : { refused }) };
  },
  letters: async (tx, vault, publication) => {
    const { id, keyId, plan } = publication;
    const letters = (plan.approved?.texts ?? []).filter(({ caseId }) => caseId !== null);
    for (const { key, caseId, to } of letters)
      for (const participant of to)
        await enqueue(tx, vault, {
          ...{ kind: JOBS.letter, caseId, keyId },
          payload: { publication: id, key, participant },
        });
    return { letters: letters.reduce((sum, { to }) => sum + to.length, 0) };
  },
  'follow-up': async (tx, vault, { cases, preparedBy }) => {
    for (const id of cases) {
      const file = await readCase(tx, vault, id);
      if (file?.state.phase === 'publication')
        await happen(tx, vault, file, { type: 'phase', step: 'FOLLOW_UP', by: `member:${preparedBy}` });
    }
    return { cases: cases.length };
  },
};

/** The world can read it: an embargo that somebody began meanwhile ends with that. Why not, where the case refuses. */
async function disclosed(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  said: { readonly by: string; readonly approvedBy: string },
): Promise<string | null> {
  try {
    const open = inForce(file.state) && file.state.pxa === 'pxa';
    const seen = { type: 'observe', what: 'P', confirmedBy: said.by, by: said.by } as const;
    const known = open ? (await happen(tx, vault, file, seen)).file : file;
    const { file: now } = await happen(tx, vault, known, { type: 'publish', ...said });
    await changeCase(tx, vault, now, { facts: { disclosed: now.facts.disclosed ?? instantOf(tx) } });
    return null;
  } catch (error) {
    if (error instanceof CaseFileError && error.code === 'refused') return error.problem;
    throw error;
  }
}

async function finished(tx: Transaction, vault: Vault, publication: Publication): Promise<void> {
  const { id, cases, plan } = publication;
  await savePublication(tx, vault, publication, { state: 'done', doneAt: tx.now });
  for (const caseId of cases) {
    await told(tx, vault, caseId, `${DONE[plan.purpose]}: every step is done`);
    await settle(tx, vault, caseId, ENDS[plan.purpose]);
  }
  tx.record({
    actor: 'desk',
    act: 'publication.done',
    subject: `publication:${id}`,
    detail: { cases: cases.length },
  });
}

/** Which wanted changes of a record it brings about. */
const ENDS = { publish: [], correct: ['correct'], withdraw: ['reject', 'correct'] } as const;

async function settle(
  tx: Transaction,
  vault: Vault,
  caseId: string,
  kinds: readonly ('correct' | 'reject')[],
): Promise<void> {
  for (const kind of kinds) {
    const file = await readCase(tx, vault, caseId);
    if (file !== null) await amended(tx, vault, file, { kind, cve: file.state.cve });
  }
}

const DONE = { publish: 'published', correct: 'corrected', withdraw: 'withdrawn' } as const;

/** One line of the timeline of a case, for the team. */
export async function told(
  tx: Transaction,
  vault: Vault,
  caseId: string,
  act: string,
  actor = 'desk',
): Promise<void> {
  const file = await readCase(tx, vault, caseId);
  if (file !== null) await addEntry(tx, vault, file, { kind: 'act', actor, audience: 'team', body: { act } });
}

/** A step's job as its handler needs it; null when there is nothing left to do. */
export async function stepOf(
  { vault }: Store,
  tx: Transaction,
  { publication: id, number }: { readonly publication: string; readonly number: number },
): Promise<{ readonly publication: Publication; readonly step: Step } | null> {
  const publication = await readPublication(tx, vault, id);
  if (publication?.state !== 'running') return null;
  const step = (await readSteps(tx, vault, publication)).find((one) => one.number === number);
  return step === undefined || step.doneAt !== null ? null : { publication, step };
}
