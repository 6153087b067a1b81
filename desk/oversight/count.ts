/** Numbers of cases, of what stands in clear: nothing of them is opened, and none is named. */
import type { Transaction } from '../store/index.ts';

export interface Counted {
  readonly what: string;
  readonly count: number;
}

export interface Lasting {
  /** From the report to it. */
  readonly what: string;
  /** Cases that came to it. */
  readonly count: number;
  /** Days, one decimal; null where no case came to it. */
  readonly median: number | null;
  readonly p90: number | null;
  /** Cases that are open and have not come to it. */
  readonly waiting: number;
}

export interface Numbers {
  /** Of all cases. */
  readonly states: readonly Counted[];
  readonly open: number;
  readonly late: number;
  readonly embargoed: number;
  /** Open cases by their age. */
  readonly backlog: readonly Counted[];
  /** Of cases that were reported in the period. */
  readonly times: readonly Lasting[];
  readonly extensions: Tally;
  readonly disputes: Tally;
  /** Reports in the period, by the way they came. */
  readonly sources: readonly Counted[];
}

export interface Tally {
  readonly cases: number;
  readonly total: number;
}

const DAY = 86_400_000;
const PHASES = ['report', 'triage', 'coordinate', 'publication', 'follow-up', 'closed'] as const;
const AGES: readonly (readonly [what: string, days: number])[] = [
  ['up to a week', 7],
  ['up to two weeks', 14],
  ['up to a month', 30],
  ['up to three months', 90],
  ['up to a year', 365],
  ['longer', Number.POSITIVE_INFINITY],
];

/** `days`: the period before now; null for all time. */
export async function numbersOf(tx: Transaction, days: number | null): Promise<Numbers> {
  const rows = await rowsOf(tx);
  const since = days === null ? '' : new Date(Date.parse(tx.now) - days * DAY).toISOString();
  const open = rows.filter(({ phase }) => phase !== 'closed');
  const period = rows.filter(({ opened_at }) => opened_at >= since);
  return {
    states: PHASES.map((what) => ({ what, count: rows.filter(({ phase }) => phase === what).length })),
    open: open.length,
    late: open.filter(({ due_at }) => due_at !== null && due_at <= tx.now).length,
    embargoed: open.filter(({ embargo_ends_at }) => embargo_ends_at !== null).length,
    backlog: backlogOf(open, tx.now),
    times: timesIn(period, await movedIn(tx)),
    extensions: tallied(period.map(({ extensions }) => extensions ?? 0)),
    disputes: tallied(period.map(({ disputes }) => disputes ?? 0)),
    sources: await sourcesOf(tx, since),
  };
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

async function rowsOf(tx: Transaction) {
  const clocks = ['opened_at', 'due_at', 'embargo_ends_at'] as const;
  const times = ['acknowledged_at', 'contacted_at', 'fixed_at', 'disclosed_at'] as const;
  const cases = tx.db
    .selectFrom('cases')
    .select(['id', 'phase', ...clocks, ...times, 'extensions', 'disputes']);
  // What goes on in another case is counted there.
  return cases.where('merged_into', 'is', null).execute();
}

/** What was reported elsewhere, and of which the instants are not known well. */
async function movedIn(tx: Transaction): Promise<ReadonlySet<string>> {
  const rows = tx.db.selectFrom('reports').select('case_id').where('channel', '=', 'moved');
  return new Set((await rows.execute()).map(({ case_id }) => case_id));
}

async function sourcesOf(tx: Transaction, since: string): Promise<Counted[]> {
  const rows = await tx.db
    .selectFrom('reports')
    .select((eb) => ['channel', eb.fn.countAll().as('count')])
    .where('received_at', '>=', since)
    .groupBy('channel')
    .orderBy('channel')
    .execute();
  return rows.map(({ channel, count }) => ({ what: channel, count: Number(count) }));
}

function backlogOf(open: readonly Row[], now: string): Counted[] {
  const ages = open.map(({ opened_at }) => (Date.parse(now) - Date.parse(opened_at)) / DAY);
  return AGES.map(([what, most], i) => {
    const least = AGES[i - 1]?.[1] ?? Number.NEGATIVE_INFINITY;
    return { what, count: ages.filter((age) => age > least && age <= most).length };
  });
}

const STEPS = [
  ['acknowledgement', 'acknowledged_at'],
  ['first contact', 'contacted_at'],
  ['fix', 'fixed_at'],
  ['disclosure', 'disclosed_at'],
] as const;

function timesIn(period: readonly Row[], moved: ReadonlySet<string>): Lasting[] {
  const rows = period.filter(({ id }) => !moved.has(id));
  return STEPS.map(([what, column]) => {
    // A part that was split off came to it before it was one.
    const reached = rows.flatMap((row) => {
      const at = row[column];
      return at === null || at < row.opened_at ? [] : [(Date.parse(at) - Date.parse(row.opened_at)) / DAY];
    });
    const waiting = rows.filter((row) => row[column] === null && row.phase !== 'closed').length;
    return {
      what,
      count: reached.length,
      median: quantile(reached, 0.5),
      p90: quantile(reached, 0.9),
      waiting,
    };
  });
}

/** Of the nearest rank: a value that was there. One decimal. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

function tallied(counts: readonly number[]): Tally {
  return {
    cases: counts.filter((count) => count > 0).length,
    total: counts.reduce((sum, count) => sum + count, 0),
  };
}
