import { array, boolean, compareText, instant, object, oneOf, type Shape, string } from 'cpansec/base';
import { decodeFile, encodeFile } from './file.ts';

const CHANGE_FORMAT = 'cpansec-change/1';

/** What a writer was about to write. */
export interface Change {
  /** RFC 3339 UTC to the second. */
  at: string;
  /** Ids of records. */
  records: string[];
  /** Names of distributions. */
  dists: string[];
  /** Keys of patches. */
  patches: string[];
  /** Whether `decisions.json` or `coverage.json` is among it. */
  decisions: boolean;
}

const changeShape: Shape<Change> = object({
  format: oneOf(CHANGE_FORMAT),
  at: instant,
  records: array(string),
  dists: array(string),
  patches: array(string),
  decisions: boolean,
});

/** Throws `shape`. */
export function decodeChange(bytes: Uint8Array, key: string): Change {
  const { at, records, dists, patches, decisions } = decodeFile(bytes, key, changeShape);
  return { at, records, dists, patches, decisions };
}

/** The lists sorted. */
export function encodeChange({ at, records, dists, patches, decisions }: Change): Uint8Array {
  const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort(compareText);
  return encodeFile({
    format: CHANGE_FORMAT,
    at,
    records: sorted(records),
    dists: sorted(dists),
    patches: sorted(patches),
    decisions,
  });
}
