/** Which index answers: `--db`, else this user's own, else the embedded one. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AdvisoryIndex, openIndex } from '../advisories/index.ts';
import { PlacedError } from '../base/index.ts';
import { dataHome, now, openIndexFile } from '../io/index.ts';
import { counted, EXIT, type Option, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';

export const INDEX_FILE = 'advisories.index';

/** Options of every command that reads an index. */
export const INDEX_OPTIONS: readonly Option[] = [
  {
    name: 'db',
    value: 'PATH',
    help: 'the index to use: a file, or a directory that db import or db update filled',
  },
  { name: 'max-age', value: 'DAYS', help: 'exit 4 when the index is older' },
];

export interface ChosenIndex {
  readonly index: AdvisoryIndex;
  readonly path: string;
  /** For people: `embedded`, or the path. */
  readonly origin: string;
}

export function openChosenIndex(typed: Typed, terminal: Terminal): ChosenIndex {
  const { path, origin } = chosenPath(typed.value('db'), terminal);
  const chosen = { index: openAt(path), path, origin };
  refuseOld(chosen, typed.value('max-age'));
  return chosen;
}

/** Opens the file, or ends the command with status 4 and what to do. */
export function openAt(path: string): AdvisoryIndex {
  try {
    return openIndex(openIndexFile(path));
  } catch (cause) {
    throw unusable(cause, path);
  }
}

/** Status 4 for what is wrong with an index; anything else is passed on as it is. */
export function unusable(cause: unknown, path: string): unknown {
  if (!(cause instanceof PlacedError)) return cause;
  const next = 'cpansec db import FILE builds one from CPANSA, OSV or record files';
  return new Stop(
    EXIT.index,
    `no usable index: ${cause.place.file === undefined ? `${path}: ` : ''}${cause.message}`,
    next,
    { cause },
  );
}

function chosenPath(given: string | undefined, terminal: Terminal): { path: string; origin: string } {
  if (given !== undefined) {
    const path =
      statSync(given, { throwIfNoEntry: false })?.isDirectory() === true ? join(given, INDEX_FILE) : given;
    return { path, origin: path };
  }
  const own = ownIndexPath(terminal);
  if (existsSync(own)) return { path: own, origin: own };
  return { path: join(import.meta.dirname, INDEX_FILE), origin: 'embedded' };
}

/** Where db import and db update put this user's index. */
export function ownIndexPath(terminal: Terminal): string {
  return join(dataHome(terminal.env), INDEX_FILE);
}

function refuseOld({ index, origin }: ChosenIndex, maxAge: string | undefined): void {
  if (maxAge === undefined) return;
  if (!/^\d{1,5}$/.test(maxAge)) throw usage(`--max-age ${maxAge}: not a number of days`);
  const age = (now().getTime() - Date.parse(index.header.built)) / 86_400_000;
  if (age <= Number(maxAge)) return;
  throw new Stop(
    EXIT.index,
    `the index (${origin}) was built ${index.header.built.slice(0, 10)}, more than ${counted(Number(maxAge), 'day')} ago`,
    'cpansec db update URL fetches a newer one',
  );
}
