/** What importers of documents share: one document a file, one record or none of each. */
import { compareText } from '../base/index.ts';
import type { ImportFlags } from './import-flags.ts';
import type { AdvisoryRecord } from './record.ts';
import type { ImportedRecords } from './record-set.ts';

/** The records in order and the report about them. */
export function importedRecords(
  records: readonly AdvisoryRecord[],
  about: { readonly rows: number; readonly flags: ImportFlags } & Pick<ImportedRecords, 'built' | 'source'>,
): ImportedRecords {
  const { rows, flags, built, source } = about;
  const entries = records.flatMap(({ affected }) => affected);
  return {
    records: records.toSorted((a, b) => compareText(a.id, b.id)),
    report: {
      rows,
      entries: entries.length,
      ids: records.length,
      records: records.length,
      distributions: new Set(entries.map(({ distribution }) => distribution)).size,
      modules: 0,
      releases: 0,
      perRule: flags.perRule(),
      flags: flags.all,
    },
    modules: new Map(),
    releases: new Map(),
    built,
    source,
  };
}

/** The newest of the instants, to the second; null where none is one, in UTC. */
export function newestInstant(instants: readonly string[]): string | null {
  const times = instants
    .map((text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN,
    )
    .filter((time) => !Number.isNaN(time));
  const last = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Number.isFinite(last) ? new Date(last).toISOString().replace(/\.\d+Z$/, 'Z') : null;
}
