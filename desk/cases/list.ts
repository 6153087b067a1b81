/** The cases that a member sees, as many as a page holds; nothing is opened but what is shown. */
import { casesWith, readCase } from '../casefile/index.ts';
import type { Phase } from '../disclosure/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

export const PAGE_SIZE = 40;

export interface Filter {
  /** Words that a case must all have. */
  readonly q: string;
  readonly phase: Phase | 'open' | 'all';
  /** `due`: promised soonest first; `changed`: last changed first. */
  readonly sort: 'due' | 'changed';
  /** From 1. */
  readonly page: number;
}

export interface CaseLine {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly distribution: string | null;
  readonly phase: string;
  readonly tlp: string;
  readonly labels: readonly string[];
  readonly openedAt: string;
  readonly changedAt: string;
  readonly dueAt: string | null;
  readonly embargoEndsAt: string | null;
  readonly late: boolean;
}

export interface CaseList {
  readonly lines: readonly CaseLine[];
  readonly total: number;
}

export async function listCases(
  tx: Transaction,
  vault: Vault,
  member: string,
  filter: Filter,
): Promise<CaseList> {
  const found = await casesWith(tx, vault, filter.q);
  if (found?.length === 0) return { lines: [], total: 0 };
  const query = visible(tx, member, filter.phase, found);
  const count = await query.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirst();
  const ordered =
    filter.sort === 'due'
      ? query.orderBy((eb) => eb.fn.coalesce('due_at', eb.val(LAST))).orderBy('cases.id')
      : query.orderBy('changed_at', 'desc').orderBy('cases.id');
  const rows = await ordered
    .select(['cases.id', 'embargo_ends_at'])
    .limit(PAGE_SIZE)
    .offset((filter.page - 1) * PAGE_SIZE)
    .execute();
  const lines: CaseLine[] = [];
  for (const { id, embargo_ends_at } of rows) {
    const line = await lineOf(tx, vault, id, embargo_ends_at);
    if (line !== null) lines.push(line);
  }
  return { lines, total: Number(count?.n ?? 0) };
}

/** Sorts behind every instant. */
const LAST = '9999';

function visible(tx: Transaction, member: string, phase: Filter['phase'], ids: readonly string[] | null) {
  let query = tx.db
    .selectFrom('cases')
    .innerJoin('case_members', 'case_members.case_id', 'cases.id')
    .where('case_members.member_id', '=', member)
    .where('case_members.part', '=', 'member');
  if (phase === 'open') query = query.where('phase', '!=', 'closed');
  else if (phase !== 'all') query = query.where('phase', '=', phase);
  return ids === null ? query : query.where('cases.id', 'in', [...ids]);
}

async function lineOf(
  tx: Transaction,
  vault: Vault,
  id: string,
  embargoEndsAt: string | null,
): Promise<CaseLine | null> {
  const file = await readCase(tx, vault, id);
  if (file === null) return null;
  const { content, state } = file;
  return {
    id,
    reference: reference(id),
    title: content.title,
    distribution: content.distribution,
    phase: state.phase,
    tlp: file.tlp,
    labels: content.labels,
    openedAt: file.openedAt,
    changedAt: file.changedAt,
    dueAt: file.dueAt,
    embargoEndsAt,
    late: file.dueAt !== null && file.dueAt < tx.now,
  };
}
