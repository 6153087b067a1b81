/** The cases that a member sees, as many as a page holds; nothing is opened but what is shown. */
import {
  assignedToken,
  casesWith,
  type ProductStatus,
  readCase,
  statusToken,
  wordTokens,
} from '../casefile/index.ts';
import { inForce, type Phase } from '../disclosure/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

export const PAGE_SIZE = 40;

export interface Filter {
  /** Words that a case must all have. */
  readonly q: string;
  readonly phase: Phase | 'open' | 'all';
  /** `due`: promised soonest first; `changed`: last changed first. */
  readonly sort: 'due' | 'changed';
  /** Those with a product downstream of this status; null for all. */
  readonly product: ProductStatus | null;
  /** Those alone that the member works on. */
  readonly mine: boolean;
  /** From 1. */
  readonly page: number;
}

export interface CaseLine {
  readonly id: string;
  readonly reference: string;
  readonly kind: 'vulnerability' | 'incident';
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
  const query = visible(tx, member, filter.phase, await tokensOf(tx, vault, member, filter));
  const rows = await (filter.sort === 'due'
    ? query.orderBy((eb) => eb.fn.coalesce('due_at', eb.val(LAST)))
    : query.orderBy('changed_at', 'desc')
  )
    .orderBy('id')
    .select((eb) => ['id', eb.fn.countAll().over().as('total')])
    .limit(PAGE_SIZE)
    .offset((filter.page - 1) * PAGE_SIZE)
    .execute();
  const lines: CaseLine[] = [];
  for (const { id } of rows) {
    const line = await lineOf(tx, vault, id);
    if (line !== null) lines.push(line);
  }
  const [row] = rows;
  return { lines, total: row === undefined ? await countOf(query, filter) : Number(row.total) };
}

/** Ids of all that fit, whatever the page; at most so many. */
export async function idsOf(
  tx: Transaction,
  vault: Vault,
  member: string,
  filter: Filter,
  most: number,
): Promise<string[]> {
  const query = visible(tx, member, filter.phase, await tokensOf(tx, vault, member, filter));
  const rows = await query.select('id').orderBy('id').limit(most).execute();
  return rows.map(({ id }) => id);
}

async function tokensOf(
  tx: Transaction,
  vault: Vault,
  member: string,
  { q, product, mine }: Filter,
): Promise<string[]> {
  return [
    ...(await wordTokens(tx, vault, q)),
    ...(product === null ? [] : await statusToken(tx, vault, product)),
    ...(mine ? await assignedToken(tx, vault, member) : []),
  ];
}

/** Sorts behind every instant. */
const LAST = '9999';

/** Behind the last page there is no row that could say how many there are. */
async function countOf(query: ReturnType<typeof visible>, { page }: Filter): Promise<number> {
  if (page === 1) return 0;
  const row = await query.select((eb) => eb.fn.countAll().as('total')).executeTakeFirst();
  return Number(row?.total ?? 0);
}

/** Asks for nothing but what its indices hold. */
function visible(tx: Transaction, member: string, phase: Filter['phase'], tokens: readonly string[]) {
  let query = tx.db
    .selectFrom('cases')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('case_members')
          .select('case_id')
          .whereRef('case_id', '=', 'cases.id')
          .where('member_id', '=', member)
          .where('part', '=', 'member'),
      ),
    );
  if (phase === 'open') query = query.where('phase', '!=', 'closed');
  else if (phase !== 'all') query = query.where('phase', '=', phase);
  return tokens.length === 0 ? query : query.where('id', 'in', casesWith(tx, tokens));
}

async function lineOf(tx: Transaction, vault: Vault, id: string): Promise<CaseLine | null> {
  const file = await readCase(tx, vault, id);
  if (file === null) return null;
  const { content, state } = file;
  return {
    id,
    reference: reference(id),
    kind: file.kind,
    title: content.title,
    distribution: content.distribution,
    phase: state.phase,
    tlp: file.tlp,
    labels: content.labels,
    openedAt: file.openedAt,
    changedAt: file.changedAt,
    dueAt: file.dueAt,
    embargoEndsAt: inForce(state) ? state.embargo.end : null,
    late: file.dueAt !== null && file.dueAt < tx.now,
  };
}
