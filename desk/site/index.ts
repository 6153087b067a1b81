/**
 * site: the public pages, as functions from plain data to text. Page functions take the site and a model and give
 * `{ path, html }`; those whose list may outgrow a page give several. Nothing here reads or writes.
 *
 *     const { path, html } = advisoryPage(site, model);   // advisories/CPANSA-X-2026-1/index.html
 *     const feed = atomFeed(site, { title: 'Advisories of DBI', folder: folders.distribution('DBI'), advisories });
 *     const found = await openSearch(readJson).find('LWP::UserAgent');
 *
 * Every text is escaped; details are CommonMark without HTML. Pages hold to {@link CONTENT_SECURITY_POLICY}, work
 * without script, and their links work wherever the site stands. Search index: `docs/formats/search-index.md`.
 */

export { CONTENT_SECURITY_POLICY } from '../ui/index.ts';
export { advisoryPage } from './advisory.tsx';
export { advisoryIndexPage, aliasPage, recentPage, yearPages } from './advisory-lists.tsx';
export { advisoryMarkdown } from './advisory-markdown.ts';
export { auditPage } from './audit.tsx';
export { type Badge, badgeJson, badgeOf, badgeSvg } from './badge.ts';
export { dataPage } from './data.tsx';
export { distributionPages } from './distribution.tsx';
export { authorPages, distributionIndexPage, letterPages } from './distribution-lists.tsx';
export { SiteError, type SiteErrorCode } from './errors.ts';
export { atomFeed, FEED_ENTRIES, type Feed, jsonFeed } from './feeds.ts';
export { homePage } from './home.tsx';
export type {
  AdvisoryIndexPage,
  AdvisoryLine,
  AdvisoryPage,
  AffectedDistribution,
  AliasPage,
  AuthorPage,
  DataFile,
  DataPage,
  Decision,
  DistributionIndexPage,
  DistributionLine,
  DistributionPage,
  HomePage,
  JudgedRelease,
  LetterPage,
  Page,
  PatchLine,
  Release,
  Site,
  Statistics,
  YearPage,
} from './model.ts';
export { notFoundPage } from './not-found.tsx';
export { patchesPages } from './patches.tsx';
export {
  address,
  badgePaths,
  feedPaths,
  folders,
  href,
  letterOf,
  pathPart,
  RECORD_SCHEMA_PATH,
} from './paths.ts';
export { SEARCH_SITE_PATH, type SearchAnswer, searchPage } from './search.tsx';
export {
  SEARCH_HEAD_PATH,
  SEARCH_SHARDS,
  type SearchDocument,
  type SearchHit,
  searchHead,
  searchShard,
  searchShardPath,
  shardsOfDocument,
} from './search-index.ts';
export { type Found, openSearch, type ReadJson, type Search } from './search-reader.ts';
export {
  checkSecurityTxt,
  robotsTxt,
  SECURITY_TXT_PATH,
  type SecurityTxt,
  type SitemapEntry,
  securityTxt,
  sitemaps,
  type TextFile,
} from './site-files.ts';
export { statisticsPage } from './statistics.tsx';
export { statusPages } from './status.tsx';
export { verifyPage } from './verify.tsx';
