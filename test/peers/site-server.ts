/** The small site of `test/site-models.ts` as its users get it: rendered, with scripts, index and search, on loopback. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  badgeSvg,
  CONTENT_SECURITY_POLICY,
  SEARCH_HEAD_PATH,
  SEARCH_SHARDS,
  type SearchDocument,
  type Site,
  searchHead,
  searchShard,
  searchShardPath,
} from '@cpansec/desk/site';
import {
  GivenCpanLog,
  others,
  POLICY_TEXT,
  release,
} from '../../toolkit/transparency/testdata/given-cpan-log.ts';
import { advisory, distribution, site as plainSite, unrated, withdrawn } from '../site-models.ts';
import { everyPage } from '../site-pages.ts';
import { advisoryContent, treeFiles } from '../tree.ts';

export interface SmallSite {
  readonly site: Site;
  /** Paths of its pages, but for those that lead elsewhere at once. */
  readonly pages: readonly string[];
  /** What was asked for since the start. */
  readonly requests: string[];
  readonly server: Server;
}

/** The log that stands beside the site. */
export const log: GivenCpanLog = await new GivenCpanLog().publish([
  release('Foo-1.0.tar.gz', 'foo'),
  ...others(0, 300),
]);

const BELOW = '/cpan/';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
};

/** Serves the site at a free port, below a path, under its policy; `assets` is where `scripts/bundle-site.ts` wrote. */
export async function serveSmallSite(assets: string): Promise<SmallSite> {
  const files = new Map<string, string | Uint8Array>();
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const below = path.startsWith(BELOW) ? path.slice(BELOW.length) : 'none';
    const name = below === '' || below.endsWith('/') ? `${below}index.html` : below;
    const found = files.get(name);
    const type = MEDIA_TYPES[(found === undefined ? '404.html' : name).replace(/^.*\./, '')];
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': type ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
    response.end(found ?? files.get('404.html'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const site = { ...plainSite, base: `http://127.0.0.1:${port}/cpan`, assets: listOf(assets) };
  const pages = everyPage(undefined, site);
  for (const { path, html } of pages) files.set(path, html);
  for (const path of Object.values(site.assets)) files.set(path, readFileSync(`${assets}/${path}`));
  addMachineFiles(files);
  const kinds = pages
    .filter(({ html }) => !html.includes('http-equiv="refresh"'))
    .map(({ path }) => `${BELOW}${path.replace(/index\.html$/, '')}`);
  return { site, pages: kinds, requests, server };
}

function listOf(assets: string): Record<string, string> {
  // Written by our own build.
  return JSON.parse(readFileSync(`${assets}/assets.json`, 'utf8')) as Record<string, string>;
}

const documents: SearchDocument[] = [
  {
    kind: 'distribution',
    name: 'Example-Dist',
    modules: ['Example::Dist', 'Example::Dist::Cache'],
    advisories: 1,
  },
  { kind: 'distribution', name: 'Example-Other', modules: ['Example::Other'], advisories: 0 },
  ...[advisory, withdrawn, unrated].map(({ line }) => ({ kind: 'advisory' as const, line })),
];

function addMachineFiles(files: Map<string, string | Uint8Array>): void {
  files.set(SEARCH_HEAD_PATH, searchHead());
  for (let i = 0; i < SEARCH_SHARDS; i++) files.set(searchShardPath(i), searchShard(i, documents));
  const content = advisoryContent({
    records: [advisory.record],
    modules: { 'Example::Dist': 'Example-Dist' },
    releases: { 'Example-Dist': advisory.affected[0]?.releases.map(({ version }) => version) ?? [] },
  });
  for (const [path, bytes] of treeFiles(content)) files.set(path, bytes);
  for (const [path, bytes] of log.files) files.set(`log/${path}`, bytes);
  files.set('log/policy', POLICY_TEXT);
  files.set('badge/dist/Example-Dist.svg', badgeSvg(distribution));
  files.set('badge/dist/Example-Other.svg', badgeSvg({ ...distribution, advisories: [] }));
}
