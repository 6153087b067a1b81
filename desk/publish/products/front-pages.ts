/** The pages that speak of the whole, and the feeds of everything. */
import { encodeUtf8 } from 'cpansec/base';
import {
  advisoryIndexPage,
  atomFeed,
  auditPage,
  distributionIndexPage,
  FEED_ENTRIES,
  feedPaths,
  folders,
  homePage,
  jsonFeed,
  notFoundPage,
  recentPage,
  SEARCH_SITE_PATH,
  searchPage,
  statisticsPage,
  verifyPage,
} from '../../site/index.ts';
import type { Known } from '../known.ts';
import { htmlFiles } from '../paths.ts';
import type { WholeProduct } from '../product.ts';
import { statisticsOf } from '../statistics.ts';

/** Distributions that the list of distributions begins with. */
const MOST = 20;

export const frontPages: WholeProduct = {
  name: 'front-pages',
  reads: ['records', 'distributions', 'built'],
  make({ known, site, built }) {
    const about = site(built);
    const statistics = statisticsOf(known);
    const latest = known.latest(FEED_ENTRIES);
    const years = known.years();
    const common = { path: SEARCH_SITE_PATH, bytes: encodeUtf8(`${JSON.stringify(about, null, 2)}\n`) };
    return {
      files: [
        common,
        ...htmlFiles([
          homePage(about, { latest, statistics }),
          statisticsPage(about, statistics),
          recentPage(about, latest),
          advisoryIndexPage(about, { years, advisories: statistics.advisories }),
          distributionIndexPage(about, { letters: known.letters(), most: mostOf(known) }),
          auditPage(about),
          verifyPage(about),
          searchPage(about, null),
          notFoundPage(about),
        ]),
      ],
    };
  },
};

function mostOf(known: Known): { distribution: string; advisories: number }[] {
  return known.mostAffected(MOST).map(([distribution, advisories]) => ({ distribution, advisories }));
}

export const feeds: WholeProduct = {
  name: 'feeds',
  reads: ['records', 'distributions', 'built'],
  make({ known, site, config, built }) {
    const about = site(built);
    const feed = { title: config.name, folder: folders.home, advisories: known.latest(FEED_ENTRIES) };
    const { atom, json } = feedPaths(folders.home);
    return {
      files: [
        { path: atom, bytes: encodeUtf8(atomFeed(about, feed)) },
        { path: json, bytes: encodeUtf8(jsonFeed(about, feed)) },
      ],
    };
  },
};
