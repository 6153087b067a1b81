/** An alias leads to its advisory, or lists several: either address stays for good. */
import { aliasPage } from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { Product } from '../product.ts';

export const namePages: Product<'name'> = {
  name: 'name-pages',
  make({ name: alias, lines: advisories }, { site }) {
    const modified = advisories.map((line) => line.modified).sort();
    const page = aliasPage(site(modified.at(-1) ?? null), { alias, advisories });
    return { files: page === null ? [] : htmlFiles([page]) };
  },
};
