/** Whose the modules of one tree are: each belongs to at most one component. */
import { addPlace, type Collection, type Draft, type Facts } from './collection.ts';
import type { ModuleVersion, ModuleVersions } from './module-versions.ts';
import { printable } from './reasons.ts';
import type { Tree } from './trees.ts';

export class Claims {
  readonly tree: Tree;
  readonly #collection: Collection;
  readonly #versions: ModuleVersions;
  readonly #owners = new Map<string, Draft>();
  /** The module that stands for a component: what loads it, loads this. */
  readonly mains: Map<Draft, string> = new Map();

  constructor(tree: Tree, collection: Collection, versions: ModuleVersions) {
    this.tree = tree;
    this.#collection = collection;
    this.#versions = versions;
  }

  has(module: string): boolean {
    return this.#owners.has(module);
  }

  /** The component that owns the module, where there is one. */
  owner(module: string): Draft | undefined {
    return this.#owners.get(module);
  }

  /** Modules that nobody has claimed yet. */
  unclaimed(): string[] {
    return [...this.tree.modules.keys()].filter((module) => !this.#owners.has(module));
  }

  /** A component of this tree, seen at its main module's file or at the record that names it. */
  add(facts: Omit<Facts, 'place' | 'tree'>, main: string, record?: string): Draft {
    const file = printable(this.tree.modules.get(main) ?? '');
    const place = { file: record === undefined ? file : printable(record) };
    const draft = this.#collection.add({ ...facts, place, tree: printable(this.tree.path) });
    addPlace(draft, { file });
    this.mains.set(draft, main);
    this.claim(main, draft);
    return draft;
  }

  /** The first claim on a module counts. */
  claim(module: string, draft: Draft): void {
    if (this.tree.modules.has(module) && !this.#owners.has(module)) this.#owners.set(module, draft);
  }

  versionOf(module: string): ModuleVersion {
    const path = this.tree.modules.get(module);
    return path === undefined ? { version: null, unversioned: 'absent' } : this.#versions.of(path, module);
  }
}
