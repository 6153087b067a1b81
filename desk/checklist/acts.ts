/** What members do with a publication. Whoever changes it last is not the one who approves it. */
import { addEntry, type CaseFile, happen, readCase } from '../casefile/index.ts';
import { memberOf } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, ownCases, WebError } from '../web/index.ts';
import { previewOf, type Writing } from './preview.ts';
import { digestOf } from './preview-shape.ts';
import {
  addPublication,
  type NewPublication,
  OPEN,
  type Plan,
  type Publication,
  type Purpose,
  publicationIds,
  readPublication,
  savePublication,
} from './publication.ts';
import { readSteps } from './steps.ts';

/** Who acts, on which publication. */
export interface By {
  readonly tx: Transaction;
  readonly vault: Vault;
  /** Id of the member. */
  readonly member: string;
  readonly writing: Writing;
}

export interface Wish {
  readonly cases: readonly string[];
  readonly purpose: Purpose;
  readonly why: string;
  readonly notBefore: string | null;
  readonly wanted: readonly string[];
}

/** Cases of one publication at most. */
export const MAX_CASES = 500;

/** Whoever is not of every one of its cases sees none of it. Throws `not-found`. */
export async function ofMine(by: By, id: string): Promise<Publication> {
  const publication = await readPublication(by.tx, by.vault, id);
  if (publication === null || !(await isOfAll(by, publication.cases))) throw notFound();
  return publication;
}

export async function isOfAll(
  { tx, member }: Pick<By, 'tx' | 'member'>,
  cases: readonly string[],
): Promise<boolean> {
  const own = await ownCases(tx, member, cases);
  return cases.length > 0 && cases.every((id) => own.has(id));
}

export async function prepare(by: By, wish: Wish): Promise<Publication> {
  const { tx, vault, member } = by;
  const cases = [...new Set(wish.cases)];
  if (cases.length === 0 || cases.length > MAX_CASES || !(await isOfAll(by, cases))) throw notFound();
  for (const id of cases) await readied(by, id, wish.purpose);
  const plan = planned(wish);
  const added = await addPublication(tx, vault, { cases, preparedBy: member, plan });
  return saw(by, added, plan);
}

function planned({ purpose, why, notBefore, wanted }: Wish): NewPublication['plan'] {
  if (purpose !== 'publish' && why.trim() === '')
    throw new WebError('invalid', 'Say what changed, or why it no longer counts.', { why: 'is missing' });
  return { purpose, why: why.trim(), notBefore, wanted, patches: [], texts: {}, seen: '', approved: null };
}

/** Brings the case to where it can be published; its entry holds it, so that nobody prepares it twice. */
async function readied(by: By, id: string, purpose: Purpose): Promise<void> {
  const file = await caseOf(by, id);
  await told(by, file, `prepared: ${purpose}`);
  if ((await publicationIds(by.tx, OPEN, id)).length > 0)
    throw new WebError('refused', 'A publication of this case is open already.');
  if (purpose !== 'publish') {
    if (file.state.published === null) throw new WebError('refused', 'The case was not published yet.');
    return;
  }
  if (file.state.phase !== 'publication')
    await happen(by.tx, by.vault, file, { type: 'phase', step: 'PREPARE', by: `member:${by.member}` });
}

async function caseOf({ tx, vault }: By, id: string): Promise<CaseFile> {
  const file = await readCase(tx, vault, id);
  if (file === null) throw notFound();
  return file;
}

async function told({ tx, vault, member }: By, file: CaseFile, act: string): Promise<void> {
  const body = { act: `publication ${act}` };
  await addEntry(tx, vault, file, { kind: 'act', actor: `member:${member}`, audience: 'team', body });
}

/** What somebody changes of it; an approval ends with it. */
export async function replan(
  by: By,
  publication: Publication,
  change: Partial<Pick<Plan, 'why' | 'notBefore' | 'wanted' | 'patches' | 'texts'>>,
): Promise<Publication> {
  mustBe(publication, ['prepared', 'approved']);
  return saw(by, publication, { ...publication.plan, ...change, approved: null });
}

/** They stand for what it is now, the cases as they are now included. */
async function saw(by: By, publication: Publication, plan: Plan): Promise<Publication> {
  const { tx, vault, member } = by;
  const { preview } = await previewOf(tx, vault, { ...publication, plan }, by.writing);
  return savePublication(tx, vault, publication, {
    ...{ state: 'prepared', preparedBy: member, approvedBy: null, approvedAt: null },
    plan: { ...plan, seen: digestOf(preview) },
  });
}

export const SAME_PERSON = 'Another person approves than the one who changed it last.';
const NOBODY = 'Whoever prepared it may no longer answer for it: somebody else takes it as it is now.';
export const STALE = 'It is no longer what you looked at: look at it again.';

/** Throws `refused`: for the same person, for what changed since one of the two looked, for what cannot be published. */
export async function approve(by: By, publication: Publication, digest: string): Promise<Publication> {
  const { tx, vault, member } = by;
  mustBe(publication, ['prepared']);
  if (await isSamePerson(tx, member, publication.preparedBy)) throw new WebError('refused', SAME_PERSON);
  if (!(await mayAnswer(tx, publication.preparedBy, publication.cases)))
    throw new WebError('refused', NOBODY);
  const { preview, problems } = await previewOf(tx, vault, publication, by.writing);
  const now = digestOf(preview);
  if (digest !== now || publication.plan.seen !== now) throw new WebError('refused', STALE);
  const [problem] = problems;
  if (problem !== undefined) throw new WebError('refused', `It cannot be published as it is: ${problem}.`);
  const plan = { ...publication.plan, approved: preview };
  const approved = { state: 'approved' as const, approvedBy: member, approvedAt: tx.now, plan };
  const saved = await savePublication(tx, vault, publication, approved);
  for (const id of saved.cases) await told(by, await caseOf(by, id), 'approved');
  return saved;
}

const ANSWERING: ReadonlySet<string> = new Set(['coordinator', 'cna']);

/** Whether the member may still answer for what is published: active, of the CNA, and of every case. */
export async function mayAnswer(tx: Transaction, member: string, cases: readonly string[]): Promise<boolean> {
  const { state, role } = await memberOf(tx, member);
  return state === 'active' && ANSWERING.has(role) && (await isOfAll({ tx, member }, cases));
}

/** Two members may be one person. */
async function isSamePerson(tx: Transaction, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  return (await memberOf(tx, one)).person === (await memberOf(tx, other)).person;
}

/** Nothing of it has gone out, and nothing will. */
export async function takeBack(by: By, publication: Publication, why: string): Promise<void> {
  const { tx, vault } = by;
  mustBe(publication, OPEN);
  if (publication.state === 'running') await stopBeforeFirst(by, publication);
  await savePublication(tx, vault, publication, { state: 'withdrawn', doneAt: tx.now });
  await vault.destroy(tx, publication.keyId);
  for (const id of publication.cases) {
    const file = await caseOf(by, id);
    await told(by, file, `taken back: ${why}`);
    if (file.state.phase === 'publication')
      await happen(tx, vault, file, { type: 'phase', step: 'RETURN', by: `member:${by.member}` });
  }
}

/** Before anybody has begun to do its first step. */
async function stopBeforeFirst({ tx, vault }: By, publication: Publication): Promise<void> {
  const steps = await readSteps(tx, vault, publication);
  const jobs = steps.flatMap(({ jobId }) => jobId ?? []);
  const cancelled = await tx.db
    .updateTable('outbox')
    .set({ state: 'cancelled', problem: 'withdrawn', done_at: tx.now })
    .where('id', 'in', jobs)
    .where('state', '=', 'ready')
    .where('attempts', '=', 0)
    // One that a person had done again was tried before.
    .whereRef('due_at', '=', 'created_at')
    .returning('id')
    .execute();
  if (steps.some(({ doneAt }) => doneAt !== null) || cancelled.length !== jobs.length)
    throw new WebError(
      'refused',
      'Some of it may have gone out: let it end, then correct or withdraw what is public.',
    );
}

function mustBe({ state }: Publication, states: readonly Publication['state'][]): void {
  if (states.includes(state)) return;
  throw new WebError('refused', `The publication is ${state}: this is no longer possible.`);
}
