/**
 * A batch on its way: what was to be appended to which tree. It is made durable before anything is signed, so that
 * what was signed can be written again after a power cut.
 *
 *     cpansec-log-staging/1
 *     1234                      entries of the tree before
 *     base64(its root)
 *     17                        entries of the batch
 *                               an empty line, then the entries, each after its length in two bytes
 */
import { BytesError, encodeUtf8, fromBase64, toBase64, toHex } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { decodeBundle, encodeBundle } from './tile.ts';
import type { TreeHead } from './tree.ts';

export const STAGING = 'staging/';
const FIRST = 'cpansec-log-staging/1';
/** The four lines and what is between them. */
const MAX_HEAD = 200;

export interface Batch {
  readonly from: TreeHead;
  readonly entries: readonly Uint8Array[];
}

/** Where a batch stands: the same path, the same batch. */
export function stagingPath(from: TreeHead, to: TreeHead): string {
  return `${STAGING}${from.size}-${to.size}-${toHex(to.root)}`;
}

/** Sizes before and after; null for what is no staged batch. */
export function stagedSizes(path: string): { readonly from: number; readonly to: number } | null {
  const [, from, to] = /^staging\/(0|[1-9]\d{0,15})-([1-9]\d{0,15})-[0-9a-f]{64}$/.exec(path) ?? [];
  return from === undefined ? null : { from: Number(from), to: Number(to) };
}

/**
 * Among staged ones the batch by which a log became this one; null where none is. One that was staged before the
 * last batch but one, and never signed, may end in the same tree.
 */
export function stagedFor(paths: readonly string[], { size, root }: TreeHead): string | null {
  const ends = paths.filter((path) => path.endsWith(`-${size}-${toHex(root)}`));
  const fromOf = (path: string): number => stagedSizes(path)?.from ?? -1;
  return ends.sort((a, b) => fromOf(b) - fromOf(a))[0] ?? null;
}

export function formatBatch({ from, entries }: Batch): Uint8Array {
  const head = `${FIRST}\n${from.size}\n${toBase64(from.root)}\n${entries.length}\n\n`;
  const bundle = encodeBundle(entries);
  const bytes = new Uint8Array(head.length + bundle.length);
  bytes.set(encodeUtf8(head));
  bytes.set(bundle, head.length);
  return bytes;
}

/** Throws `lock`, naming the file. */
export function parseBatch(bytes: Uint8Array, file: string): Batch {
  const text = String.fromCharCode(...bytes.subarray(0, MAX_HEAD));
  const [head, size, base64 = '', count] =
    /^cpansec-log-staging\/1\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/=]{44})\n([1-9]\d{0,6})\n\n/.exec(text) ?? [];
  if (head === undefined) throw new TransparencyError('lock', 'is no staged batch', { file });
  const root = rootOf(base64, file);
  return {
    from: { size: Number(size), root },
    entries: decodeBundle(bytes.subarray(head.length), Number(count), file),
  };
}

function rootOf(base64: string, file: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new TransparencyError('lock', 'is no staged batch', { file }, { cause });
  }
}
