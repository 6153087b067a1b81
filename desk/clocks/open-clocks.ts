/** Clocks of the cases that a member sees: which are late, which are due soon. */
import { instantOf, policyOf, readCase } from '../casefile/index.ts';
import { type Clock, type ClockKind, deadlines } from '../disclosure/index.ts';
import { after } from '../people/index.ts';
import { reference } from '../reports/index.ts';
import { StoreError, type Transaction, type Vault } from '../store/index.ts';

/** Most cases that one look opens. */
export const MOST_CASES = 500;

export interface OpenClock {
  readonly id: string;
  readonly caseId: string;
  readonly reference: string;
  readonly title: string;
  readonly kind: ClockKind;
  readonly what: string;
  readonly who: string;
  readonly due: string;
  readonly late: boolean;
  readonly why: string;
  /** When the case last changed, and how often it has. */
  readonly changedAt: string;
  readonly revision: number;
}

export interface OpenClocks {
  /** The oldest first. */
  readonly clocks: readonly OpenClock[];
  /** Cases beyond {@link MOST_CASES} that were not looked into. */
  readonly left: number;
}

/** `days`: how far ahead is looked. */
export async function openClocks(
  tx: Transaction,
  vault: Vault,
  member: string,
  days: number,
): Promise<OpenClocks> {
  const until = after(tx.now, days * 86_400);
  const rows = await dueCases(tx, member, until);
  const clocks: OpenClock[] = [];
  for (const { id } of rows.slice(0, MOST_CASES)) clocks.push(...(await clocksOf(tx, vault, id, until)));
  const oldest = clocks.toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  return { clocks: oldest, left: Math.max(0, rows.length - MOST_CASES) };
}

/** Whatever is due by then has its instant in clear. */
function dueCases(tx: Transaction, member: string, until: string): Promise<{ id: string }[]> {
  return tx.db
    .selectFrom('cases')
    .innerJoin('case_members', 'case_members.case_id', 'cases.id')
    .select('cases.id')
    .where('member_id', '=', member)
    .where('part', '=', 'member')
    .where('due_at', '<=', until)
    .orderBy('due_at')
    .orderBy('cases.id')
    .execute();
}

/** Nothing of a case that was shredded. */
async function clocksOf(tx: Transaction, vault: Vault, id: string, until: string): Promise<OpenClock[]> {
  const file = await readCase(tx, vault, id).catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'destroyed') return null;
    throw error;
  });
  if (file === null) return [];
  const { facts, content, changedAt, revision } = file;
  const runs = ({ done, state, due, outlives }: Clock): boolean =>
    done === null && state !== 'paused' && due <= until && (outlives || facts.closed === null);
  return deadlines(facts, await policyOf(tx), instantOf(tx))
    .filter(runs)
    .map(({ id: clock, kind, what, who, due, state, why }) => ({
      ...{ id: clock, kind, what, who, due, why, changedAt, revision },
      ...{ caseId: id, reference: reference(id), title: content.title, late: state === 'late' },
    }));
}
