/** Patches, at the addresses that CVE records link to, and their list. */
import { patchesPages as pagesOf } from '../../site/index.ts';
import type { Known } from '../known.ts';
import { htmlFiles } from '../paths.ts';
import type { Made, WholeProduct } from '../product.ts';

export const patches: WholeProduct = {
  name: 'patches',
  reads: ['patches', 'records'],
  async make({ store, known, site, config }): Promise<Made> {
    const paths = await store.patches();
    const answered = answeredBy(known, config.base);
    const files = await Promise.all(
      paths.map(async (path) => ({ path, bytes: (await store.patch(path)) ?? new Uint8Array(0) })),
    );
    const lines = paths.map((path) => {
      const [, , distribution = '', version = ''] = path.split('/').map(decodeURIComponent);
      return { path, distribution, version, advisory: answered.get(path) ?? null };
    });
    return { files: [...files, ...htmlFiles(pagesOf(site(null), lines))] };
  },
};

/** Ids of advisories by the patches that they name. */
function answeredBy(known: Known, base: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { id, references } of known.advisoriesWith(`${base}/patches/`)) {
    for (const { type, url } of references)
      if (type === 'patch' && url.startsWith(`${base}/`)) found.set(url.slice(base.length + 1), id);
  }
  return found;
}
