/** What a benchmark hands to `npm run bench`. */

/** One row of the table. Rates are per second and per core unless `unit` says otherwise. */
export interface BenchRow {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  /** The same work done by something else in the same run on the same machine. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** ours / peer. */
  readonly ratio?: number;
  /** What must hold, in words. */
  readonly target?: string;
  readonly met?: boolean;
}

/** The default export of each `*.bench.ts`. */
export interface Bench {
  readonly name: string;
  run(): Promise<BenchRow[]>;
}

/** The middle of the numbers, or the mean of the two middle ones; NaN for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
