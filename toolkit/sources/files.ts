/** The files of a source: read whole, in order, within bounds. */

import { join } from 'node:path';
import { printable } from '../base/index.ts';
import { diskFiles } from '../io/index.ts';
import { EXIT, Stop } from '../terminal/index.ts';

export interface SourceFile {
  /** Path within the source, with `/`: the same source gives the same names wherever it stands. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Bytes of one file, and of all. */
export const MAX_FILE: number = 256 * 1024 * 1024;
const MAX_TOTAL = 1024 * 1024 * 1024;
const MAX_FILES = 200_000;
const MAX_DEPTH = 16;

/** Throws status 3 beyond the bounds, and `IoError`. */
export function readAll(path: string, names: readonly string[]): SourceFile[] {
  let total = 0;
  return names.map((name) => {
    const bytes = diskFiles().read(join(path, name), MAX_FILE);
    total += bytes.length;
    if (total > MAX_TOTAL) throw tooMuch(path, `more than ${MAX_TOTAL} bytes`);
    return { name, bytes };
  });
}

/** Files below the folders, sorted; hidden ones are passed over, and links to directories not followed. */
export function walk(path: string, folders: readonly string[], depth: number = MAX_DEPTH): string[] {
  const found: string[] = [];
  const ahead = folders.map((name) => ({ name, depth }));
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    for (const { name, kind } of diskFiles().list(join(path, at.name))) {
      if (name.startsWith('.')) continue;
      const inside = at.name === '' ? name : `${at.name}/${name}`;
      if (kind === 'directory' && at.depth === 0) throw tooMuch(path, `${inside} stands too deep`);
      if (kind === 'directory') ahead.push({ name: inside, depth: at.depth - 1 });
      else if (diskFiles().kind(join(path, inside)) === 'file') found.push(inside);
      if (found.length + ahead.length > MAX_FILES) throw tooMuch(path, `more than ${MAX_FILES} files`);
    }
  }
  return found.sort();
}

function tooMuch(path: string, problem: string): Stop {
  return new Stop(EXIT.unknown, `${printable(path)}: ${printable(problem)}`, 'import a smaller part of it');
}
