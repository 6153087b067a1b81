import { type AdvisoryRecord, encodeRecord, recordShape } from 'cpansec/advisories';
import { instant, object, oneOf, type Shape, whole } from 'cpansec/base';
import { decodeFile, encodeFile } from './file.ts';

const REVISION_FORMAT = 'cpansec-revision/1';

/** Whose word a record is: ours, or that of a source. */
export type Origin = { kind: 'own' } | { kind: 'imported'; source: ImportedFrom };
export type ImportedFrom = 'cpansa' | 'cve' | 'osv';

/** One state of a record, never changed. */
export interface Revision {
  format: typeof REVISION_FORMAT;
  /** From 1. */
  revision: number;
  /** When it was put here, RFC 3339 UTC to the second. */
  published: string;
  origin: Origin;
  record: AdvisoryRecord;
}

const origin: Shape<Origin> = (value, path = '') => {
  const { kind } = object({ kind: oneOf('own', 'imported') })(value, path);
  if (kind === 'own') return { kind };
  const { source } = object({ source: oneOf('cpansa', 'cve', 'osv') })(value, path);
  return { kind, source };
};

const revisionShape: Shape<Revision> = object({
  format: oneOf(REVISION_FORMAT),
  revision: whole(1),
  published: instant,
  origin,
  record: recordShape,
});

/** Throws `shape`. */
export function decodeRevision(bytes: Uint8Array, key: string): Revision {
  const { format, revision, published, origin, record } = decodeFile(bytes, key, revisionShape);
  return { format, revision, published, origin, record };
}

export function encodeRevision({
  revision,
  published,
  origin,
  record,
}: Omit<Revision, 'format'>): Uint8Array {
  const ordered: unknown = JSON.parse(encodeRecord(record));
  return encodeFile({ format: REVISION_FORMAT, revision, published, origin, record: ordered });
}
