/** Lists of advisories by year, of distributions by letter, and of what an author has released. */
import { encodeUtf8 } from 'cpansec/base';
import {
  atomFeed,
  feedPaths,
  folders,
  jsonFeed,
  authorPages as pagesOfAuthor,
  letterPages as pagesOfLetter,
  yearPages as pagesOfYear,
} from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { Product } from '../product.ts';

export const yearPages: Product<'year'> = {
  name: 'year-pages',
  make: ({ year, lines }, { site }) => ({
    // No date: it would change on every page of the year when one advisory does.
    files: htmlFiles(pagesOfYear(site(null), { year, advisories: lines })),
  }),
};

export const letterPages: Product<'letter'> = {
  name: 'letter-pages',
  make({ letter, distributions }, { site }) {
    const lines = distributions.map(([distribution, advisories]) => ({ distribution, advisories }));
    return { files: htmlFiles(pagesOfLetter(site(null), { letter, distributions: lines })) };
  },
};

export const authorPages: Product<'author'> = {
  name: 'author-pages',
  make({ author, distributions, lines: advisories }, { site }) {
    const about = site(null);
    const count = (name: string): number =>
      advisories.filter((one) => one.distributions.includes(name)).length;
    const lines = distributions.map((distribution) => ({ distribution, advisories: count(distribution) }));
    const folder = folders.author(author);
    const feeds = feedPaths(folder);
    const feed = { title: `Advisories of distributions that ${author} has released`, folder, advisories };
    return {
      files: [
        ...htmlFiles(pagesOfAuthor(about, { author, distributions: lines, advisories })),
        { path: feeds.atom, bytes: encodeUtf8(atomFeed(about, feed)) },
        { path: feeds.json, bytes: encodeUtf8(jsonFeed(about, feed)) },
      ],
    };
  },
};
