/** Tiles and bundles as they are served, their size checked and nothing else. */
import { TransparencyError } from './errors.ts';
import { HASH } from './merkle.ts';
import type { FetchBytes } from './ops.ts';
import { decodeBundle, largestTile, type TileName, tilePath, WIDTH } from './tile.ts';

/** A file of a log. */
export interface LogFile {
  /** Below the top of the log. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Throws `missing`. In place of a partial one that is gone, the full one is read: a log may delete it then. */
async function readFile(name: TileName, fetch: FetchBytes): Promise<LogFile & { readonly width: number }> {
  const full = { ...name, width: WIDTH };
  for (const asked of name.width === WIDTH ? [full] : [name, full]) {
    const path = tilePath(asked);
    const bytes = await fetch(path, largestTile(asked));
    if (bytes !== null) return { path, bytes, width: asked.width };
  }
  throw new TransparencyError('missing', 'the log must have it and does not', { file: tilePath(name) });
}

/** As many hashes as the name says. Throws `missing`, `tile`. */
export async function readTile(name: TileName, fetch: FetchBytes): Promise<LogFile> {
  const { path, bytes, width } = await readFile(name, fetch);
  if (bytes.length !== width * HASH)
    throw new TransparencyError('tile', `has ${bytes.length} bytes, not ${width * HASH}`, { file: path });
  return { path, bytes: bytes.subarray(0, name.width * HASH) };
}

/** As many entries as the name says. Throws `missing`, `bundle`. */
export async function readBundle(
  name: TileName,
  fetch: FetchBytes,
): Promise<{ readonly path: string; readonly entries: Uint8Array[] }> {
  const { path, bytes, width } = await readFile(name, fetch);
  return { path, entries: decodeBundle(bytes, width, path).slice(0, name.width) };
}
