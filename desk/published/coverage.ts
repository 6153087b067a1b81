import {
  array,
  boolean,
  compareText,
  matching,
  nullable,
  object,
  oneOf,
  record,
  type Shape,
} from 'cpansec/base';
import { date, decodeFile, encodeFile } from './file.ts';

const COVERAGE_FORMAT = 'cpansec-store-coverage/1';

/** What each source wholly covers, by its name. */
export type Coverage = Readonly<Record<string, SourceCoverage>>;

export interface SourceCoverage {
  /** The source is meant to name everything that is known, of any distribution. */
  complete: boolean;
  /** Distributions of which every known advisory is there; sorted. */
  distributions: string[];
  /** `YYYY-MM-DD`: until when the source was followed; null where it does not say. */
  asOf: string | null;
}

const name: Shape<string> = matching(/^[!-~]{1,200}$/, 'a name of 1 to 200 printable characters');

const coverageShape: Shape<{ sources: Record<string, SourceCoverage> }> = object({
  format: oneOf(COVERAGE_FORMAT),
  sources: record(object({ complete: boolean, distributions: array(name), asOf: nullable(date) })),
});

/** Throws `shape`. */
export function decodeCoverage(bytes: Uint8Array, key: string): Coverage {
  return decodeFile(bytes, key, coverageShape).sources;
}

export function encodeCoverage(coverage: Coverage): Uint8Array {
  const sources = Object.entries(coverage)
    .sort(([a], [b]) => compareText(a, b))
    .map(([source, { complete, distributions, asOf }]) => [
      source,
      { complete, distributions: [...new Set(distributions)].sort(compareText), asOf },
    ]);
  return encodeFile({ format: COVERAGE_FORMAT, sources: Object.fromEntries(sources) });
}

/** What all sources together cover, as an index takes it. */
export function wholeCoverage(
  coverage: Coverage,
): { complete: true } | { complete: false; distributions: string[] } {
  const sources = Object.values(coverage);
  if (sources.some(({ complete }) => complete)) return { complete: true };
  const names = new Set(sources.flatMap(({ distributions }) => distributions));
  return { complete: false, distributions: [...names].sort(compareText) };
}
