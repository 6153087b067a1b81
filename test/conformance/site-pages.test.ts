/** Pages of all that CPANSA has: how much each weighs, and that every link within the site leads to something. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '@cpansec/desk/blobs';
import { type PublishConfig, publish } from '@cpansec/desk/publish';
import { importInto, PublishedStore, StoreReading } from '@cpansec/desk/published';
import { generateKey, keyFileSigner } from '@cpansec/desk/signing';
import { decodeUtf8 } from 'cpansec/base';
import { readSource } from 'cpansec/sources';
import { sharedPath, withoutShared } from '../shared.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const PAGE = 60_000;
const AT = '2026-11-22T06:00:00Z';

const config: PublishConfig = {
  format: 'cpansec-publisher/1',
  name: 'Example Advisories',
  base: 'https://advisories.example.org/cpan',
  publisher: {
    name: 'Example Group',
    namespace: 'https://example.org',
    category: 'coordinator',
    contact: 'security@example.org',
  },
  security: { contact: ['mailto:security@example.org'], expires: '2027-06-01T00:00:00Z' },
  licence: 'Artistic-2.0',
};

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-pages-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const desk = fileURLToPath(new URL('../../desk/dist/', import.meta.url));

/** Every file of the site by its path. */
async function publishedSite(): Promise<Map<string, Uint8Array>> {
  const store = new PublishedStore(memoryStore());
  await importInto(store, readSource(sharedPath(DATABASE)), { at: AT });
  const key = join(scratch, 'key');
  await generateKey(key, 'Example Group', 'publisher@example.org', AT);
  const tree = memoryStore();
  // Our own build wrote the list.
  const assets = JSON.parse(readFileSync(`${desk}assets.json`, 'utf8')) as Record<string, string>;
  await publish({
    store: new StoreReading(store),
    tree,
    state: join(scratch, 'state.db'),
    config,
    signer: await keyFileSigner(key),
    assets: new Map(Object.values(assets).map((path) => [path, readFileSync(`${desk}${path}`)])),
    edition: 'test',
  });
  const files = new Map<string, Uint8Array>();
  for await (const { key: path } of tree.list(''))
    if (!path.startsWith('objects/')) files.set(path, (await tree.get(path))?.bytes ?? new Uint8Array());
  return files;
}

test('the whole site of CPANSA', { skip: withoutShared(DATABASE) }, async (t) => {
  const files = await publishedSite();
  const pages = [...files].filter(([path]) => path.endsWith('.html'));
  assert.ok(pages.length > 3000, `${pages.length} pages`);

  await t.test('no page is heavier than 60 KB', () => {
    const heavy = pages
      .filter(([, { length }]) => length > PAGE)
      .map(([path, { length }]) => `${path}: ${length}`);
    assert.deepEqual(heavy, []);
  });

  await t.test('every link within the site leads to a file', () => {
    const dead = new Set<string>();
    for (const [path, bytes] of pages)
      for (const [, target = ''] of decodeUtf8(bytes).matchAll(/(?:href|src)="\/cpan\/([^"?#]*)"/g)) {
        const file = decodeURIComponent(target);
        const found = files.has(file === '' || file.endsWith('/') ? `${file}index.html` : file);
        if (!found) dead.add(`${target} in ${path}`);
      }
    assert.deepEqual([...dead].slice(0, 10), []);
  });

  await t.test('every page has a title, a description and one heading of its own', () => {
    for (const [path, bytes] of pages) {
      const html = decodeUtf8(bytes);
      assert.match(html, /<title>[^<]+<\/title>/, path);
      assert.match(html, /<meta name="description" content="[^"]+"/, path);
      assert.equal(html.match(/<h1[ >]/g)?.length, 1, path);
    }
  });
});
