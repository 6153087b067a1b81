/** `cpanfile.snapshot` as components: each locked distribution, and which of them requires which. */
import { parseSnapshot, type SnapshotDist } from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';

/** Locked distributions, whose modules and requirements are read when they are asked for. */
export class Lock {
  readonly #locked: readonly SnapshotDist[];
  readonly #drafts: readonly Draft[];
  #providers: Map<string, Draft> | null = null;

  constructor(locked: readonly SnapshotDist[], drafts: readonly Draft[]) {
    this.#locked = locked;
    this.#drafts = drafts;
  }

  /** The first that provides each module. */
  get providers(): ReadonlyMap<string, Draft> {
    if (this.#providers !== null) return this.#providers;
    const providers = new Map<string, Draft>();
    this.#each((draft, { packages }) => {
      // Thousands of names: `forEach` spares a young process an object for each of them.
      packages.forEach((module) => {
        if (!providers.has(module)) providers.set(module, draft);
      });
    });
    this.#providers = providers;
    return providers;
  }

  /** Says on each which others it requires. */
  link(): void {
    const { providers } = this;
    this.#each((draft, { requires }) => {
      requires.forEach((module) => {
        const provider = providers.get(module);
        if (provider !== undefined) draft.requires.add(provider);
      });
    });
  }

  #each(visit: (draft: Draft, entry: SnapshotDist) => void): void {
    this.#drafts.forEach((draft, i) => {
      const entry = this.#locked[i];
      if (entry !== undefined) visit(draft, entry);
    });
  }
}

/** Adds every locked distribution. Throws where the snapshot cannot be trusted. */
export function addLocked(collection: Collection, text: string, file: string): Lock {
  const locked = parseSnapshot(text, file);
  return new Lock(
    locked,
    locked.map((entry) => addEntry(collection, entry, file)),
  );
}

function addEntry(collection: Collection, entry: SnapshotDist, file: string): Draft {
  const { dist, version, pathname, line } = entry;
  return collection.add({
    distribution: dist,
    module: null,
    version,
    ...(version === null ? { unversioned: 'absent' } : {}),
    presence: 'locked',
    pathname,
    place: { file, line },
  });
}
