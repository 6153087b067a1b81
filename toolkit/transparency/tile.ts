/**
 * Tiles and entry bundles, their paths and bytes (https://c2sp.org/tlog-tiles). A tile is up to 256 hashes of one
 * level, one after the other; those of level 0 are of entries, those of level n + 1 of full tiles of level n.
 * A bundle is the entries of a tile of level 0, each after its length in two bytes, the larger first.
 */
import { TransparencyError } from './errors.ts';
import { HASH } from './merkle.ts';

/** Hashes of a full tile, entries of a full bundle. */
export const WIDTH = 256;
/** Bytes of the longest entry. */
export const MAX_ENTRY = 65_535;

export interface TileName {
  /** 0 to 63. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; 256 is a full one. */
  readonly width: number;
}

const PATH = /^tile\/(entries|\d|[1-9]\d)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const LONGEST_PATH = 60;

/** `tile/0/x001/x234/067.p/8`, below the top of the log. */
export function tilePath({ level, index, width }: TileName): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return `tile/${level}/${path}${width === WIDTH ? '' : `.p/${width}`}`;
}

/** Null for every text that {@link tilePath} does not write. */
export function parseTilePath(path: string): TileName | null {
  if (path.length > LONGEST_PATH) return null;
  const [, level, digits = '', width] = PATH.exec(path) ?? [];
  if (level === undefined) return null;
  const name: TileName = {
    level: level === 'entries' ? level : Number(level),
    index: Number(digits.replace(/[x/]/g, '')),
    width: width === undefined ? WIDTH : Number(width),
  };
  const fits = name.level === 'entries' || name.level < 64;
  return fits && Number.isSafeInteger(name.index) && tilePath(name) === path && name.width <= WIDTH
    ? name
    : null;
}

/** The bundles and tiles of a tree of that size: bundles, then level by level, each from the left. */
export function* tilesOf(size: number): Iterable<TileName> {
  yield* row('entries', size);
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / WIDTH))
    yield* row(level, hashes);
}

function* row(level: TileName['level'], hashes: number): Iterable<TileName> {
  const full = Math.floor(hashes / WIDTH);
  for (let index = 0; index < full; index++) yield { level, index, width: WIDTH };
  if (hashes % WIDTH > 0) yield { level, index: full, width: hashes % WIDTH };
}

/** Bytes of the tile of that name, or of the largest bundle that it can be. */
export function largestTile({ level, width }: TileName): number {
  return width * (level === 'entries' ? 2 + MAX_ENTRY : HASH);
}

/** Throws `bounds` for an entry that is too long. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) at = putEntry(bundle, at, entry);
  return bundle;
}

/** Writes one entry of a bundle; where the next one begins. Throws `bounds`. */
export function putEntry(bundle: Uint8Array, at: number, entry: Uint8Array): number {
  if (entry.length > MAX_ENTRY)
    throw new TransparencyError('bounds', `an entry of ${entry.length} bytes, the longest has ${MAX_ENTRY}`);
  bundle[at] = entry.length >> 8;
  bundle[at + 1] = entry.length & 255;
  bundle.set(entry, at + 2);
  return at + 2 + entry.length;
}

/** The entries, as views of the bytes. Throws `bundle` when they are not exactly `width`. */
export function decodeBundle(bytes: Uint8Array, width: number, file: string): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const end = at + 2 + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (at + 2 > bytes.length || end > bytes.length)
      throw new TransparencyError('bundle', `ends within entry ${entries.length}`, { file });
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length < width)
    throw new TransparencyError('bundle', `has ${entries.length} entries, not ${width}`, { file });
  if (at < bytes.length) throw new TransparencyError('bundle', `has more than ${width} entries`, { file });
  return entries;
}
