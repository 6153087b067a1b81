/** Tiles and bundles as they are served. */
import { compareBytes, type Sha256Into } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { HASH, leafHashInto } from './merkle.ts';
import type { FetchBytes, Gunzip } from './ops.ts';
import { decodeBundle, largestTile, type TileName, tilePath, WIDTH } from './tile.ts';

/** A file of a log. */
export interface LogFile {
  /** Below the top of the log. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bytes that gzip may add to the largest bundle. */
const PACKED = 8192;

/** How a log is read. */
export interface ReadOptions {
  readonly fetch: FetchBytes;
  readonly hash: Sha256Into;
  /** For logs that keep their bundles packed; without it those are refused. */
  readonly gunzip?: Gunzip;
}

/** A bundle by what the tree says of it. */
export interface BundleName {
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
  /** Hashes of its entries, one after the other. */
  readonly leaves: Uint8Array;
}

/** As many hashes as the name says; whose they are is not looked at. Throws `missing`, `tile`. */
export async function readTile(name: TileName, fetch: FetchBytes): Promise<LogFile> {
  const { path, bytes, width } = await readFile(name, fetch);
  if (bytes.length !== width * HASH)
    throw new TransparencyError('tile', `has ${bytes.length} bytes, not ${width * HASH}`, { file: path });
  return { path, bytes: bytes.subarray(0, name.width * HASH) };
}

/** The entries of these hashes and no others. Throws `missing`, `bundle`. */
export async function readBundle(
  { index, width, leaves }: BundleName,
  options: ReadOptions,
): Promise<Uint8Array[]> {
  const { path, entries } = await readEntries({ index, width }, options);
  if (compareBytes(leavesOf(entries, options.hash), leaves) === 0) return entries;
  throw new TransparencyError('bundle', 'has other entries than its tile', { file: path });
}

/** As many entries as it must have; whether they are the log's is not looked at. Throws `missing`, `bundle`. */
export async function readEntries(
  { index, width }: Omit<BundleName, 'leaves'>,
  { fetch, gunzip }: ReadOptions,
): Promise<{ readonly path: string; readonly entries: Uint8Array[] }> {
  const file = await readFile({ level: 'entries', index, width }, fetch);
  const entries = await decodeServed(file, gunzip);
  return { path: file.path, entries: entries.slice(0, width) };
}

/** Hashes of entries, one after the other. */
export function leavesOf(entries: readonly Uint8Array[], hash: Sha256Into): Uint8Array {
  const leaves = new Uint8Array(entries.length * HASH);
  for (const [i, entry] of entries.entries()) leafHashInto(leaves, i * HASH, entry, hash);
  return leaves;
}

interface ServedFile extends LogFile {
  readonly width: number;
}

/** Some logs keep bundles as gzip packs them, whatever was asked for. */
async function decodeServed({ path, bytes, width }: ServedFile, gunzip?: Gunzip): Promise<Uint8Array[]> {
  try {
    return decodeBundle(bytes, width, path);
  } catch (error) {
    if (gunzip === undefined || bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw error;
  }
  const limit = largestTile({ level: 'entries', index: 0, width });
  return decodeBundle(await unpacked(gunzip, bytes, limit, path), width, path);
}

async function unpacked(gunzip: Gunzip, bytes: Uint8Array, limit: number, file: string): Promise<Uint8Array> {
  try {
    return await gunzip(bytes, limit);
  } catch (cause) {
    throw new TransparencyError('bundle', 'cannot be unpacked', { file }, { cause });
  }
}

/** In place of a partial one that is gone, the full one is read: a log may delete it then. Throws `missing`. */
async function readFile(name: TileName, fetch: FetchBytes): Promise<ServedFile> {
  const full = { ...name, width: WIDTH };
  for (const asked of name.width === WIDTH ? [full] : [name, full]) {
    const path = tilePath(asked);
    const bytes = await fetch(path, largestTile(asked) + PACKED);
    if (bytes !== null) return { path, bytes, width: asked.width };
  }
  throw new TransparencyError('missing', 'the log must have it and does not', { file: tilePath(name) });
}
