/** What was decided for imported records, and the file that says it. */
import { encodeUtf8 } from 'cpansec/base';
import { statusPages as pagesOf } from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { WholeProduct } from '../product.ts';

export const statusPages: WholeProduct = {
  name: 'status-pages',
  reads: ['decisions'],
  async make({ store, site }) {
    const decisions = await store.decisions();
    const day = decisions
      .map(({ on }) => on)
      .sort()
      .at(-1);
    const newest = day === undefined ? null : `${day}T00:00:00Z`;
    return {
      files: [
        ...htmlFiles(pagesOf(site(newest), decisions)),
        { path: 'status/decisions.json', bytes: encodeUtf8(`${JSON.stringify(decisions, null, 2)}\n`) },
      ],
    };
  },
};
