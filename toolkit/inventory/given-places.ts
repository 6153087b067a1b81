/** Directories that the user names, as trees. */
import { InventoryError } from './errors.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { isDirectory, mayBeDirectory, type PerlsFound, type TreePlan } from './perl-places.ts';
import { printable } from './reasons.ts';

/** An `@INC` as somebody gives it, in perl's order. */
export interface GivenPlaces {
  /** Directories of modules; the root of a local::lib stands for its library. */
  readonly inc: readonly string[];
  /** The perl that said so and its version: `5.36.0`, `v5.36.0` or `5.036000`. */
  readonly perl?: { readonly version: string; readonly path: string };
}

/**
 * Each directory with those inside it that are given too. A directory that is not there is unexamined, but for
 * the `@INC` of a perl, which names many that need not be. Throws `not-found` when none is there.
 */
export function givenPerl(files: Files, { inc, perl }: GivenPlaces): PerlsFound {
  const unexamined: Unexamined[] = [];
  const looked = [...new Set(inc)].map((path) => libraryOf(files, path, perl === undefined, unexamined));
  const paths = [...new Set(looked.filter((path) => path !== null))];
  if (paths.length === 0) {
    throw new InventoryError('not-found', `no directory of modules among ${inc.map(printable).join(', ')}`);
  }
  const tops = paths.filter((path) => !paths.some((other) => isInside(path, other)));
  const trees = tops.map((top): TreePlan => {
    return { kind: 'local', paths: [...paths.filter((path) => isInside(path, top)), top] };
  });
  const file = perl === undefined ? '' : (configIn(files, paths) ?? perl.path);
  return { perls: [{ version: perl?.version ?? null, file, trees }], unexamined };
}

/** The perl's own Config.pm, whose owner is the perl's distributor. */
function configIn(files: Files, paths: readonly string[]): string | undefined {
  return paths.map((path) => `${path}/Config.pm`).find((path) => files.kind(path) === 'file');
}

function isInside(path: string, other: string): boolean {
  return path.startsWith(`${other}/`);
}

function libraryOf(files: Files, given: string, required: boolean, unexamined: Unexamined[]): string | null {
  const path = given.length > 1 ? given.replace(/\/{1,9}$/, '') : given;
  const library = `${path}/lib/perl5`;
  if (isDirectory(files, library)) return library;
  if (mayBeDirectory(files, path)) return path;
  const place = { file: printable(given) };
  if (required) unexamined.push({ kind: 'unreadable', place, reason: 'there is no such directory' });
  return null;
}
