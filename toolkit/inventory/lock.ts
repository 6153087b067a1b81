/** `cpanfile.snapshot` as components: each locked distribution, and which of them requires which. */
import { parseSnapshot, type SnapshotDist } from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';

/** Locked distributions by the modules that they provide. Throws where the snapshot cannot be trusted. */
export function addLocked(collection: Collection, text: string, file: string): Map<string, Draft> {
  const locked = parseSnapshot(text, file);
  const drafts = locked.map((entry) => addEntry(collection, entry, file));
  const { provided, required } = readLinks(text, locked);
  const providers = new Map<string, Draft>();
  for (const [module, index] of provided) {
    const draft = drafts[index];
    if (draft !== undefined) providers.set(module, draft);
  }
  for (const { index, module } of required) {
    const provider = providers.get(module);
    if (provider !== undefined) drafts[index]?.requires.add(provider);
  }
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

interface Links {
  /** The first entry that provides each module, by its number in the file. */
  readonly provided: ReadonlyMap<string, number>;
  readonly required: readonly { readonly index: number; readonly module: string }[];
}

/**
 * Who provides and who requires which module, by the names alone. The parser's objects say the same; making one
 * for each of thousands of lines takes longer than all the rest, and the text was found good before.
 */
function readLinks(text: string, locked: readonly SnapshotDist[]): Links {
  const provided = new Map<string, number>();
  const required: { index: number; module: string }[] = [];
  let index = -1;
  let provides = false;
  for (let at = 0, line = 1; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    if (line === locked[index + 1]?.line) index++;
    else if (text.startsWith('      ', at)) {
      const module = text.slice(at + 6, text.indexOf(' ', at + 6));
      if (!provides) required.push({ index, module });
      else if (!provided.has(module)) provided.set(module, index);
    } else if (text.startsWith('    ', at)) provides = text.startsWith('provides:', at + 4);
    at = newline < 0 ? text.length : newline + 1;
  }
  return { provided, required };
}
