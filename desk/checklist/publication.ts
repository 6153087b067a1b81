/** A publication in the database: what is to be published together, by whom, and how far it is. */
import { array, type Json, nullable, object, oneOf, record, type Shape, string } from 'cpansec/base';
import { newId, type PublicationState, StoreError, type Transaction, type Vault } from '../store/index.ts';
import { type Preview, previewShape } from './preview-shape.ts';

/** `publish`: for the first time. `correct`: what is public says something else. `withdraw`: it no longer counts. */
export const PURPOSES = ['publish', 'correct', 'withdraw'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a person decides of a publication; sealed. */
export interface Plan {
  readonly purpose: Purpose;
  /** What changed, or why it no longer counts; empty for the first publication. */
  readonly why: string;
  /** Not before this instant, where a person wants it later than it could be. */
  readonly notBefore: string | null;
  /** Steps that are only taken where somebody says so: lists, networks. */
  readonly wanted: readonly string[];
  /** Files of the cases that go out as patches. */
  readonly patches: readonly ChosenPatch[];
  /** Texts that were written by hand, by their keys. */
  readonly texts: Readonly<Record<string, OwnText>>;
  /** Digest of the preview that the person who prepared it looked at. */
  readonly seen: string;
  /** What was approved, word by word. */
  readonly approved: Preview | null;
}

export interface ChosenPatch {
  readonly caseId: string;
  readonly file: string;
  /** The release that it applies to. */
  readonly version: string;
}

export interface OwnText {
  readonly subject: string | null;
  readonly text: string;
}

const planShape: Shape<Plan> = object({
  purpose: oneOf(...PURPOSES),
  why: string,
  notBefore: nullable(string),
  wanted: array(string),
  patches: array(object({ caseId: string, file: string, version: string })),
  texts: record(object({ subject: nullable(string), text: string })),
  seen: string,
  approved: nullable(previewShape),
});

export interface Publication {
  readonly id: string;
  readonly keyId: string;
  readonly state: PublicationState;
  /** Ids of its cases, sorted. */
  readonly cases: readonly string[];
  /** Ids of members. */
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: string;
  readonly approvedAt: string | null;
  readonly begunAt: string | null;
  readonly doneAt: string | null;
  readonly plan: Plan;
  readonly revision: number;
}

export interface NewPublication {
  readonly cases: readonly string[];
  readonly preparedBy: string;
  readonly plan: Plan;
}

const place = (id: string): string => `publications.sealed/${id}`;

export async function addPublication(
  tx: Transaction,
  vault: Vault,
  { cases, preparedBy, plan }: NewPublication,
): Promise<Publication> {
  const id = newId();
  const keyId = await vault.create(tx, 'case');
  const none = { approvedBy: null, approvedAt: null, begunAt: null, doneAt: null };
  const one: Publication = {
    ...{ id, keyId, state: 'prepared', cases: cases.toSorted(), preparedBy, plan, ...none },
    createdAt: tx.now,
    revision: 1,
  };
  const row = { ...(await changing(tx, vault, one)), id, key_id: keyId, created_at: tx.now, revision: 1 };
  await tx.db.insertInto('publications').values(row).execute();
  const rows = one.cases.map((caseId) => ({ publication_id: id, case_id: caseId }));
  await tx.db.insertInto('publication_cases').values(rows).execute();
  return one;
}

async function changing(tx: Transaction, vault: Vault, { id, keyId, plan, ...one }: Publication) {
  return {
    state: one.state,
    prepared_by: one.preparedBy,
    approved_by: one.approvedBy,
    approved_at: one.approvedAt,
    begun_at: one.begunAt,
    done_at: one.doneAt,
    sealed: await vault.seal(tx, keyId, place(id), plan as unknown as Json), // plain data, as its shape proves
  };
}

/** Null where none is, or nobody can read it any more. */
export async function readPublication(
  tx: Transaction,
  vault: Vault,
  id: string,
): Promise<Publication | null> {
  const row = await tx.db.selectFrom('publications').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.state === 'withdrawn') return null;
  const plan = await opened(tx, vault, row.key_id, place(id), row.sealed);
  if (plan === null) return null;
  return {
    id,
    keyId: row.key_id,
    state: row.state,
    cases: await casesOf(tx, id),
    preparedBy: row.prepared_by,
    approvedBy: row.approved_by,
    createdAt: row.created_at,
    approvedAt: row.approved_at,
    begunAt: row.begun_at,
    doneAt: row.done_at,
    plan,
    revision: row.revision,
  };
}

/** Null once its key is destroyed. */
async function opened(
  tx: Transaction,
  vault: Vault,
  ...[key, at, sealed]: [key: string, at: string, sealed: Uint8Array]
): Promise<Plan | null> {
  try {
    return planShape(await vault.open(tx, key, at, sealed));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'destroyed') return null;
    throw error;
  }
}

async function casesOf(tx: Transaction, id: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('publication_cases')
    .select('case_id')
    .where('publication_id', '=', id)
    .orderBy('case_id')
    .execute();
  return rows.map(({ case_id }) => case_id);
}

/** Throws StoreError `conflict` when somebody else changed it since it was read. */
export async function savePublication(
  tx: Transaction,
  vault: Vault,
  before: Publication,
  change: Partial<Omit<Publication, 'id' | 'keyId' | 'cases' | 'revision'>>,
): Promise<Publication> {
  const after = { ...before, ...change, revision: before.revision + 1 };
  const { numUpdatedRows } = await tx.db
    .updateTable('publications')
    .set({ ...(await changing(tx, vault, after)), revision: after.revision })
    .where('id', '=', before.id)
    .where('revision', '=', before.revision)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n)
    throw new StoreError('conflict', 'Somebody changed this publication meanwhile: look again.');
  return after;
}

/** What is prepared and not over. */
export const OPEN = ['prepared', 'approved', 'running'] as const;

/** Ids of cases that have an open publication. */
export async function casesInOpen(tx: Transaction): Promise<Set<string>> {
  const rows = await tx.db
    .selectFrom('publication_cases')
    .innerJoin('publications', 'publications.id', 'publication_cases.publication_id')
    .select('publication_cases.case_id')
    .where('publications.state', 'in', [...OPEN])
    .execute();
  return new Set(rows.map(({ case_id }) => case_id));
}

/** Ids of those in one of the states, oldest first; of one case where it is named. */
export async function publicationIds(
  tx: Transaction,
  states: readonly PublicationState[],
  caseId?: string,
): Promise<string[]> {
  let query = tx.db
    .selectFrom('publications')
    .select('id')
    .where('state', 'in', [...states]);
  if (caseId !== undefined)
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('publication_cases').select('publication_id').where('case_id', '=', caseId),
    );
  const rows = await query.orderBy('created_at').orderBy('id').execute();
  return rows.map(({ id }) => id);
}
