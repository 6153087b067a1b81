/**
 * CVE Record Format 5.2.0 (https://github.com/CVEProject/cve-schema), published and rejected records. Those of 5.0
 * and 5.1 are read as well; what parties other than the CNA add to a record (`adp`) is kept as it is.
 */
import { type ReadOptions, readJson, readShape, type Source, writeJson } from '../document.ts';
import { FormatError } from '../errors.ts';
import { CVE_ORDER, cveShape } from './shape.ts';
import type { CveRecord, CveRejected } from './types.ts';

/** The version that is written. */
export const CVE_DATA_VERSION = '5.2.0';

/** Whether the JSON says that it is a CVE record, of whatever version. */
export function isCve(value: unknown): boolean {
  const { dataType } = (value ?? {}) as { dataType?: unknown }; // read, not trusted
  return dataType === 'CVE_RECORD';
}

export function isRejectedCve(record: CveRecord): record is CveRejected {
  return record.cveMetadata.state === 'REJECTED';
}

/** Reads one record; members that are not known are kept. Throws `JsonError`, `shape`, `foreign`, `bounds`. */
export function parseCve(source: Source, options: ReadOptions = {}): CveRecord {
  const value = readJson(source, options);
  if (!isCve(value))
    throw new FormatError('foreign', 'no CVE record: its dataType says otherwise', { ...options });
  const found = readShape(value, cveShape, options);
  if (/^5\.\d/.test(found.dataVersion)) return found;
  const problem = `CVE record of version ${found.dataVersion}, not 5`;
  throw new FormatError('foreign', problem, { ...options });
}

/** The record as JSON, members in one order. */
export function formatCve(record: CveRecord): string {
  return writeJson(record, CVE_ORDER);
}
