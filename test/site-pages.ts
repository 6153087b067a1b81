/** Every kind of page of the small site, from `site-models.ts`. */
import {
  advisoryIndexPage,
  advisoryPage,
  aliasPage,
  auditPage,
  authorPages,
  dataPage,
  distributionIndexPage,
  distributionPages,
  homePage,
  letterPages,
  notFoundPage,
  type Page,
  patchesPages,
  recentPage,
  type Site,
  searchPage,
  statisticsPage,
  statusPages,
  verifyPage,
  yearPages,
} from '@cpansec/desk/site';
import {
  advisory,
  decisions,
  distribution,
  line,
  malicious,
  site as plainSite,
  statistics,
  unrated,
  withdrawn,
} from './site-models.ts';

/** One page of each kind; `hostile` is put into, or stands for, every text that comes from outside. */
export function everyPage(hostile?: string, site: Site = plainSite): Page[] {
  const dirty = <T>(value: T): T => (hostile === undefined ? value : spoil(value, hostile));
  const lines = dirty([malicious.line, line, withdrawn.line, unrated.line]);
  const distributions = dirty([
    { distribution: 'Example-Dist', advisories: 2 },
    { distribution: 'Example-Other', advisories: 0 },
  ]);
  return [
    homePage(site, { latest: lines, statistics: dirty(statistics) }),
    ...[advisory, malicious, withdrawn, unrated].map((model) => advisoryPage(site, dirty(model))),
    advisoryIndexPage(site, {
      years: [
        ['2026', 2],
        ['undated', 1],
      ],
      advisories: 3,
    }),
    recentPage(site, lines),
    ...yearPages(site, { year: '2026', advisories: lines }),
    ...[[line], [line, withdrawn.line]].map((advisories, i) =>
      aliasPage(site, { alias: dirty(`CVE-2026-9999${i + 1}`), advisories: dirty(advisories) }),
    ),
    ...distributionPages(site, dirty(distribution)),
    ...distributionPages(
      site,
      dirty({ ...distribution, distribution: 'Example-Other', advisories: [], patches: [] }),
    ),
    distributionIndexPage(site, { letters: [['E', 2]], most: distributions }),
    ...letterPages(site, { letter: 'E', distributions }),
    ...authorPages(site, { author: dirty('EXAMPLE'), distributions, advisories: lines }),
    statisticsPage(site, dirty(statistics)),
    ...statusPages(site, dirty(decisions)),
    dataPage(site, {
      serial: 12,
      files: dirty([{ path: 'osv/CPAN/all.zip', size: 4_100_000, about: 'every advisory in OSV format' }]),
      covered: 418,
      licence: dirty('CC0-1.0'),
    }),
    auditPage(site),
    verifyPage(site),
    searchPage(site, null),
    ...patchesPages(
      site,
      dirty([
        { path: advisory.patches[0] ?? '', distribution: 'Example-Dist', version: '1.60', advisory: line.id },
      ]),
    ),
    notFoundPage(site),
  ].filter((page) => page !== null);
}

/** Texts that are words of ours and not of others. */
const OURS = new Set([
  'rating',
  'withdrawn',
  'kind',
  'format',
  'origin',
  'reported',
  'modified',
  'published',
  'date',
  'on',
]);

/** The same value with the text behind every text. */
function spoil<T>(value: T, hostile: string): T {
  const walk = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return OURS.has(key) ? part : `${part}${hostile}`;
    if (Array.isArray(part)) return part.map((one) => walk(one, key));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, walk(one, name)]));
  };
  // The shape is the same: only texts became longer.
  return walk(value, '') as T;
}
