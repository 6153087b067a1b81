/** Patches, at the addresses that CVE records link to, and their list. */
import { type PatchLine, patchesPages as pagesOf } from '../../site/index.ts';
import type { PublishConfig } from '../config.ts';
import { PublishError } from '../errors.ts';
import type { Known } from '../known.ts';
import { htmlFiles, patchPath } from '../paths.ts';
import type { TreeEntry, WholeProduct } from '../product.ts';

/** As they are in the store, which never replaces one. */
export const patchFiles: WholeProduct = {
  name: 'patch-files',
  reads: ['patches'],
  async make({ store }) {
    const files: TreeEntry[] = [];
    for (const path of await store.patches()) {
      const bytes = await store.patch(path);
      if (bytes === null) throw new PublishError('incomplete', 'was listed and is gone', { file: path });
      files.push({ path, bytes });
    }
    return { files };
  },
};

export const patchList: WholeProduct = {
  name: 'patch-list',
  reads: ['patches', 'records'],
  async make({ store, known, site, config }) {
    const patches = await store.patches();
    const answered = patches.length === 0 ? new Map<string, string>() : answeredBy(known, config);
    const lines = patches.map((path) => lineOf(path, answered.get(path) ?? null));
    return { files: htmlFiles(pagesOf(site(null), lines)) };
  },
};

function lineOf(path: string, advisory: string | null): PatchLine {
  const [, , distribution = '', version = ''] = path.split('/').map(named);
  return { path, distribution, version, advisory };
}

/** What a part of a key is made of; the part itself where it is made of nothing. */
function named(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Ids of advisories by the patches that they name. */
function answeredBy(known: Known, config: PublishConfig): Map<string, string> {
  const found = new Map<string, string>();
  for (const { id, references } of known.advisoriesWith(`${config.base}/patches/`)) {
    for (const path of references.map((reference) => patchPath(reference, config)))
      if (path !== null) found.set(path, id);
  }
  return found;
}
