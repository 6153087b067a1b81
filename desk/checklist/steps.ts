/** What a publication does, one kind after the other; the steps of one kind at the same time. */
import { anything, type Json } from 'cpansec/base';
import type { Transaction, Vault } from '../store/index.ts';
import type { Outward } from './outward.ts';
import type { Preview } from './preview-shape.ts';
import type { Publication, Purpose } from './publication.ts';

/**
 * `list` and `post` are followed by whom they are for: `list=announcement`. What is public stands there before anybody
 * is told where: the CVE record is never the first word (CNA Operational Rules 4.1.0, 5.3.1).
 */
export const STEP_KINDS = [
  'patch',
  'record',
  'tree',
  'disclosed',
  'cve',
  'list',
  'letters',
  'post',
  'follow-up',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface Step {
  readonly number: number;
  readonly kind: StepKind;
  /** Of a list or a network: its name. */
  readonly name: string | null;
  readonly caseId: string | null;
  readonly jobId: string | null;
  readonly doneAt: string | null;
  readonly proof: Json | null;
}

export type NewStep = Pick<Step, 'kind' | 'name' | 'caseId'>;

/** In their order. */
export function stepsOf(
  purpose: Purpose,
  { items, patches, texts }: Pick<Preview, 'items' | 'patches' | 'texts'>,
  { tree, cve }: Outward,
): NewStep[] {
  const step = (kind: StepKind, name: string | null = null, caseId: string | null = null): NewStep => ({
    kind,
    name,
    caseId,
  });
  const named = (kind: 'list' | 'post', keys: readonly string[]): NewStep[] =>
    keys.map((key) => step(kind, key));
  const letters = texts.filter(({ caseId }) => caseId !== null);
  const out = texts.filter(({ caseId }) => caseId === null).map(({ key }) => key);
  const posts = out.filter((key) => key.startsWith('post:'));
  return [
    ...(patches.length === 0 ? [] : [step('patch')]),
    step('record'),
    ...(tree === null ? [] : [step('tree')]),
    ...(purpose === 'publish' ? [step('disclosed')] : []),
    ...(cve === null
      ? []
      : items.flatMap((item) => (item.cve === null ? [] : [step('cve', null, item.caseId)]))),
    ...named(
      'list',
      out.filter((key) => !key.startsWith('post:')),
    ),
    ...(letters.length === 0 ? [] : [step('letters')]),
    ...named('post', posts),
    ...(purpose === 'publish' ? [step('follow-up')] : []),
  ];
}

/** As a row has it. */
export function wordOf({ kind, name }: Pick<NewStep, 'kind' | 'name'>): string {
  return name === null ? kind : `${kind}=${name}`;
}

export async function addSteps(tx: Transaction, id: string, steps: readonly NewStep[]): Promise<void> {
  const rows = steps.map(({ kind, name, caseId }, i) => ({
    publication_id: id,
    number: i + 1,
    kind: wordOf({ kind, name }),
    case_id: caseId,
  }));
  await tx.db.insertInto('publication_steps').values(rows).execute();
}

const place = (id: string, number: number): string => `publication_steps.sealed/${id}/${number}`;

type Of = Pick<Publication, 'id' | 'keyId'>;

export async function readSteps(tx: Transaction, vault: Vault, { id, keyId }: Of): Promise<Step[]> {
  const rows = await tx.db
    .selectFrom('publication_steps')
    .selectAll()
    .where('publication_id', '=', id)
    .orderBy('number')
    .execute();
  return Promise.all(
    rows.map(async ({ number, kind, case_id, job_id, done_at, sealed }) => {
      const [first = '', name = null] = kind.split('=');
      const proof = sealed === null ? null : await vault.open(tx, keyId, place(id, number), sealed);
      return {
        number,
        kind: first as StepKind, // `addSteps` writes no other
        name,
        caseId: case_id,
        jobId: job_id,
        doneAt: done_at,
        proof: anything(proof) as Json | null, // what was sealed as JSON
      };
    }),
  );
}

/** Takes the step, if nobody has. */
export async function takeStep(
  tx: Transaction,
  { id }: Of,
  { number }: Pick<Step, 'number'>,
  jobId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('publication_steps')
    .set({ job_id: jobId })
    .where('publication_id', '=', id)
    .where('number', '=', number)
    .where('job_id', 'is', null)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** That it happened, with what shows it; what was noted first stays. */
export async function stepDone(
  tx: Transaction,
  vault: Vault,
  { id, keyId }: Of,
  { number }: Pick<Step, 'number'>,
  proof: Json,
): Promise<void> {
  await tx.db
    .updateTable('publication_steps')
    .set({ done_at: tx.now, sealed: await vault.seal(tx, keyId, place(id, number), proof) })
    .where('publication_id', '=', id)
    .where('number', '=', number)
    .where('done_at', 'is', null)
    .execute();
}
