/** A query API over a small public tree in a scratch directory, both gone when the tests of the file are over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createServer, type ServerOptions } from '../desk/api/index.ts';
import type { AdvisoryRecord } from '../toolkit/advisories/index.ts';
import { record } from './given.ts';
import { advisoryContent, makeTree, type TreeContent, type TreeFacts } from './tree.ts';

type Api = Awaited<ReturnType<typeof createServer>>;

/** A directory that goes with the tests. */
export function scratchTree(content: TreeContent, facts: TreeFacts = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-tree-'));
  after(() => rmSync(directory, { recursive: true }));
  makeTree(directory, content, facts);
  return directory;
}

/** A server without a limit of rate and without a log, unless the options say otherwise. */
export async function serving(tree: string, options: Partial<ServerOptions> = {}): Promise<Api> {
  const api = await createServer({ tree, rate: null, log: { level: 'silent' }, ...options });
  after(() => api.close());
  return api;
}

const shop = 'Example-Shop';

/** Advisories of two distributions: ranges, an alias, one that is withdrawn, one of which nothing is known. */
export const exampleRecords: readonly AdvisoryRecord[] = [
  record('CPANSA-Example-Shop-2026-01', [{ ranges: ['<1.5'] }], {
    aliases: ['CVE-2026-99991'],
    summary: 'wrong – “in” every π and 🐪',
  }),
  record('CPANSA-Example-Shop-2026-02', [{ ranges: ['>=1.2,<1.5'], fixed: ['==1.3'] }], {
    aliases: ['CVE-2026-99992'],
  }),
  record('CPANSA-Example-Shop-2026-03', [{ ranges: [] }], { aliases: ['CVE-2026-99993'] }),
  record('CPANSA-Example-Shop-2026-04', [{ ranges: ['>=0'] }], {
    aliases: ['CVE-2026-99994'],
    withdrawn: { on: '2026-02-01', reason: 'no vulnerability', kind: 'rejected' },
  }),
  record('CPANSA-Example-Till-2026-01', [{ ranges: ['<2'] }, { distribution: shop, ranges: ['==9'] }], {
    aliases: ['CVE-2026-99992'],
  }),
];

/** A whole small tree: pages too. */
export function exampleContent(facts: TreeFacts = {}): Map<string, string | Uint8Array> {
  const content = advisoryContent(
    { records: exampleRecords, releases: { [shop]: ['1.0', '1.10', '1.2', '1.3', '1.4', '9'] } },
    facts,
  );
  content.set('index.html', `<!doctype html><title>Advisories</title>${'<p>text</p>'.repeat(300)}`);
  content.set('404.html', '<!doctype html><title>Nothing here</title>');
  content.set('advisories/CPANSA-Example-Shop-2026-01/index.html', '<!doctype html><title>One</title>');
  content.set('assets/style.0a1b2c3d.css', 'body { color: black }');
  content.set('badge/dist/Example-Shop.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  content.set('empty.txt', '');
  content.set('osv/CPAN/all.zip', new Uint8Array(5_000_000).fill(7));
  return content;
}
