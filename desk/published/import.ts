/**
 * An import into the store: what a source says, decided row by row, written as one change. Run again it writes
 * nothing; killed half way it leaves an open change, and run again it does the rest.
 */
import type { Source } from 'cpansec/sources';
import type { Change } from './change.ts';
import { type ImportedRow, type Plan, Planner } from './import-plan.ts';
import { readRows, type SourceRows } from './import-read.ts';
import type { PublishedStore } from './store.ts';

export interface ImportOptions {
  /** The time of the import, RFC 3339 UTC to the second. */
  readonly at: string;
  /** Says what would be done and writes nothing. */
  readonly dryRun?: boolean;
  /** Called with what was read or written of how many. */
  progress?(done: number, of: number): void;
}

export interface ImportOutcome {
  readonly source: SourceRows['name'];
  readonly rows: readonly ImportedRow[];
  /** Distributions whose releases, modules or main module were new. */
  readonly dists: readonly string[];
  /** The change's number; null when nothing was written. */
  readonly change: number | null;
}

/** Throws `AdvisoryError` for a source that cannot be read, `PublishedError` and `BlobError` for the store. */
export async function importInto(
  store: PublishedStore,
  source: Source,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const rows = await readRows(source);
  const plan = await new Planner(store, rows, options.at).plan();
  const empty = plan.statements.length + plan.dists.length === 0 && !plan.decided && !plan.covered;
  const change = empty || options.dryRun === true ? null : await write(store, plan, rows, options);
  return {
    source: rows.name,
    rows: plan.rows,
    dists: plan.dists.map(({ distribution }) => distribution),
    change,
  };
}

/** Writes that are under way at one time: a bucket takes its time for each. */
const AT_ONCE = 16;

async function write(
  store: PublishedStore,
  { statements, dists, decisions, decided, covered }: Plan,
  { name, coverage }: SourceRows,
  { at, progress }: ImportOptions,
): Promise<number> {
  const about: Change = {
    at,
    records: statements.map(({ record }) => record.id),
    dists: dists.map(({ distribution }) => distribution),
    patches: [],
    decisions: decided || covered,
  };
  const works = [
    ...statements.map((statement) => () => store.putRevision(statement)),
    ...dists.map((dist) => () => store.mergeDist(dist)),
  ];
  return store.changes.run(about, async () => {
    // First, so that a run that finishes a killed one finds why its records are here; the coverage last.
    if (decided) await store.addDecisions(decisions);
    for (let i = 0; i < works.length; i += AT_ONCE) {
      await Promise.all(works.slice(i, i + AT_ONCE).map((work) => work()));
      progress?.(Math.min(i + AT_ONCE, works.length), works.length);
    }
    if (covered && coverage !== undefined) await store.setCoverage(name, coverage);
  });
}
