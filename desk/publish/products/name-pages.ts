/** An alias leads to its advisory, or lists several: either address stays for good. */
import { aliasPage } from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { Product } from '../product.ts';

export const namePages: Product<'name'> = {
  name: 'name-pages',
  make({ name: alias, lines }, { site }) {
    const modified =
      lines
        .map((line) => line.modified)
        .sort()
        .at(-1) ?? '';
    const page = aliasPage(site(modified), { alias, advisories: lines });
    return { files: page === null ? [] : htmlFiles([page]) };
  },
};
