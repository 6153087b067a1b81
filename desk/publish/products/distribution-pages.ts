/** A distribution: its pages, feeds, badges and what a program wants to know of it. */
import { encodeUtf8 } from 'cpansec/base';
import {
  atomFeed,
  badgeJson,
  badgePaths,
  badgeSvg,
  feedPaths,
  folders,
  jsonFeed,
  distributionPages as pagesOf,
} from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { Product, TreeEntry } from '../product.ts';

export const distributionPages: Product<'distribution'> = {
  name: 'distribution-pages',
  make({ page, modified }, { site }) {
    const { distribution: name, advisories } = page;
    const about = site(modified);
    const folder = folders.distribution(name);
    const feed = { title: `Advisories of ${name}`, folder, advisories };
    const [feeds, badges] = [feedPaths(folder), badgePaths(name)];
    const text = (path: string, content: string): TreeEntry => ({ path, bytes: encodeUtf8(content) });
    return {
      files: [
        ...htmlFiles(pagesOf(about, page)),
        text(feeds.atom, atomFeed(about, feed)),
        text(feeds.json, jsonFeed(about, feed)),
        text(badges.svg, badgeSvg(page)),
        text(badges.json, badgeJson(page)),
        text(`${folder.replace(/\/$/, '')}.json`, `${JSON.stringify(page, null, 2)}\n`),
      ],
    };
  },
};
