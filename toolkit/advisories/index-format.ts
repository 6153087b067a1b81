/**
 * The audit index, `cpansec-index/2`: a file of sorted tables that is read in slices.
 *
 *     file    = magic headerLength headerSum header data
 *     magic   = "cpansec-index/2" LF                  ; 16 bytes
 *     headerLength                                    ; 4 bytes, big endian, as all numbers
 *     headerSum                                       ; XXH32 of the header, 4 bytes
 *     header                                          ; JSON, see {@link StoredHeader}
 *     data    = *block                                ; without gaps, in any order
 *
 * A block is what is read and checked at once; a pointer to it is its offset in the data (6 bytes), its length
 * (4) and its XXH32 (4). The header points to the root page of each table, a root to the leaves by their first
 * keys, a leaf holds the values or points to them: no byte is used before its sum was checked. Sums show damage and
 * no more; that an index is the publisher's is shown by the digest of the file, when it is fetched. A page is
 *
 *     page    = count keysLength keys *end *value       ; numbers of 4 bytes, one end for each value
 *
 * where keys are UTF-8, one a line and in code unit order, without a line break after the last, and the ends
 * count from the first byte after themselves. So a page is searched without decoding its values.
 *
 * | table         | key          | value                                                    |
 * |---------------|--------------|----------------------------------------------------------|
 * | advisories    | distribution | head of a distribution, see `stored-distribution.ts`      |
 * | aliases       | alias        | ids of records, one a line                               |
 * | covered       | distribution | nothing; the table is empty when the index is complete   |
 * | modules       | module       | distribution                                             |
 * | records       | id           | pointer to JSON, an {@link AdvisoryRecord}               |
 */
import { boolean, instant, object, oneOf, optional, type Shape, string, whole } from '../base/index.ts';

export const INDEX_FORMAT = 'cpansec-index/2';
export const MAGIC: Uint8Array = new TextEncoder().encode(`${INDEX_FORMAT}\n`);
/** Magic, length and sum. */
export const PREAMBLE_LENGTH = 24;
export const MAX_HEADER_LENGTH = 65_536;
/** Largest page or value, in bytes. */
export const MAX_BLOCK_LENGTH: number = 64 * 1024 * 1024;
/** Offsets have 6 bytes. */
export const MAX_DATA_LENGTH: number = 2 ** 48 - 1;
/** Leaves are cut before their entries exceed this many bytes; a single larger entry makes a larger leaf. */
export const LEAF_LENGTH = 4096;

export const TABLES = ['advisories', 'aliases', 'covered', 'modules', 'records'] as const;
export type TableName = 'advisories' | 'aliases' | 'covered' | 'modules' | 'records';

/** Where a block stands in the data, and its XXH32. */
export interface Pointer {
  readonly offset: number;
  readonly length: number;
  readonly sum: number;
}
export const POINTER_LENGTH = 14;

/** The header as JSON holds it. */
export interface StoredHeader {
  format: typeof INDEX_FORMAT;
  serial: number;
  built: string;
  source: string;
  coverage: { complete: boolean; distributions?: number | undefined };
  counts: { records: number; entries: number; distributions: number; modules: number };
  /** Length of the data. */
  size: number;
  /** Root pages. */
  tables: Record<TableName, Pointer>;
}

const count: Shape<number> = whole();

const pointer: Shape<Pointer> = object({ offset: count, length: count, sum: count });

export const headerShape: Shape<StoredHeader> = object({
  format: oneOf(INDEX_FORMAT),
  serial: count,
  built: instant,
  source: string,
  coverage: object({ complete: boolean, distributions: optional(count) }),
  counts: object({ records: count, entries: count, distributions: count, modules: count }),
  size: count,
  tables: object({
    advisories: pointer,
    aliases: pointer,
    covered: pointer,
    modules: pointer,
    records: pointer,
  }),
});

export function pointerBytes({ offset, length, sum }: Pointer): Uint8Array {
  const bytes = new Uint8Array(POINTER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(offset / 2 ** 32));
  view.setUint32(2, offset % 2 ** 32);
  view.setUint32(6, length);
  view.setUint32(10, sum);
  return bytes;
}

/** The pointer, or null when the bytes are not of its length. */
export function readPointer(bytes: Uint8Array): Pointer | null {
  if (bytes.length !== POINTER_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = view.getUint16(0) * 2 ** 32 + view.getUint32(2);
  return { offset, length: view.getUint32(6), sum: view.getUint32(10) };
}
