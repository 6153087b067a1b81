/** The page of an advisory, the same as Markdown, and what figures of all need of it. */
import { encodeUtf8 } from 'cpansec/base';
import { advisoryMarkdown, advisoryPage } from '../../site/index.ts';
import { advisoryStem, htmlFiles } from '../paths.ts';
import type { Product } from '../product.ts';
import { counted } from '../statistics.ts';

export const advisoryFigures: Product<'advisory'> = {
  name: 'advisory-figures',
  make: ({ record, line }) => ({ files: [], members: [counted(record, line)] }),
};

export const advisoryPages: Product<'advisory'> = {
  name: 'advisory-pages',
  make({ page }, { site }) {
    const about = site(page.modified);
    const markdown = encodeUtf8(advisoryMarkdown(about, page));
    return {
      files: [
        ...htmlFiles([advisoryPage(about, page)]),
        { path: `${advisoryStem(page.record.id)}.md`, bytes: markdown },
      ],
    };
  },
};
