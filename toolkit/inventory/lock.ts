/** `cpanfile.snapshot` as components: each locked distribution, and which of them requires which. */
import { parseSnapshot, type SnapshotDist } from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';

/**
 * Locked distributions by the modules that they provide. Throws where the snapshot cannot be trusted.
 *
 * Thousands of names pass here in a process that is young: `forEach` spares it an object for each of them.
 */
export function addLocked(collection: Collection, text: string, file: string): Map<string, Draft> {
  const locked = parseSnapshot(text, file);
  const drafts = locked.map((entry) => addEntry(collection, entry, file));
  const providers = new Map<string, Draft>();
  drafts.forEach((draft, i) => {
    locked[i]?.packages.forEach((module) => {
      if (!providers.has(module)) providers.set(module, draft);
    });
  });
  drafts.forEach((draft, i) => {
    locked[i]?.requires.forEach((module) => {
      const provider = providers.get(module);
      if (provider !== undefined) draft.requires.add(provider);
    });
  });
  return providers;
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
