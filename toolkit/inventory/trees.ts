/** Directories that perl searches, walked: what stands in each tree, before anybody says whose it is. */

import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import type { PerlPlan, TreePlan } from './perl-places.ts';
import { type ModuleDirectory, TreeWalk } from './tree-walk.ts';

/** One tree of one perl. */
export interface Tree {
  /** Its last directory, the one that architectures share; names the tree. */
  readonly path: string;
  readonly kind: TreePlan['kind'];
  readonly perl: PerlPlan;
  readonly directories: readonly ModuleDirectory[];
  /** Modules by name, to their files; of two files the one that perl finds first. */
  readonly modules: ReadonlyMap<string, string>;
}

export interface Walked {
  readonly trees: readonly Tree[];
  readonly unexamined: readonly Unexamined[];
}

/** Walks every directory of the plans once, in the order of perl's search. */
export function walkTrees(files: Files, perls: readonly PerlPlan[]): Walked {
  const paths = perls.flatMap(({ trees }) => trees.flatMap((tree) => tree.paths));
  const walk = new TreeWalk(
    files,
    paths.map((path) => realOf(files, path)).filter((real) => real !== null),
  );
  const seen = new Set<string>();
  const trees: Tree[] = [];
  for (const perl of perls) {
    for (const plan of perl.trees) {
      const directories = plan.paths.flatMap((path) => walkAll(walk, path, seen));
      if (directories.length > 0) trees.push(toTree(plan, perl, directories));
    }
  }
  return { trees, unexamined: walk.unexamined };
}

function realOf(files: Files, path: string): string | null {
  try {
    return files.real(path);
  } catch {
    return null; // walking it says why
  }
}

/** A directory, before it those of an architecture or a version that are found inside. */
function walkAll(walk: TreeWalk, path: string, seen: Set<string>): ModuleDirectory[] {
  const found = walk.walk(path);
  if (found === null || seen.has(found.path)) return [];
  seen.add(found.path);
  return [...found.nested.flatMap((nested) => walkAll(walk, nested, seen)), found];
}

function toTree(plan: TreePlan, perl: PerlPlan, directories: readonly ModuleDirectory[]): Tree {
  const modules = new Map<string, string>();
  for (const directory of directories) {
    for (const [name, path] of directory.modules) if (!modules.has(name)) modules.set(name, path);
  }
  const path = directories.at(-1)?.path ?? '';
  const core = plan.kind === 'core' || CORE_MARKS.some((marks) => marks.every((mark) => modules.has(mark)));
  return { path, kind: core ? 'core' : plan.kind, perl, directories, modules };
}

/** Modules that come with perl and with nothing else: in its common library, in its architecture's. */
const CORE_MARKS = [
  ['strict', 'warnings'],
  ['B', 'Config', 'POSIX'],
] as const;
