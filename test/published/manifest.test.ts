/** The manifest says what the tree is, and the tree is what its documentation says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { objectPath } from 'cpansec/tree';
import { filesBelow, trees } from './tree.ts';
import { namedFiles, treeFaults } from './whole.ts';

for (const [name, published, skip] of trees) {
  test(`${name}: manifest and shards name exactly the files that are there`, { skip }, async () => {
    const { directory, paths } = await published();
    assert.deepEqual(treeFaults(directory).slice(0, 10), []);
    console.log(`${name}: ${paths.length} files`);
  });

  test(`${name}: a first publication leaves no object that nothing names`, { skip }, async () => {
    const { directory } = await published();
    const named = new Set([...namedFiles(directory).values()].map(objectPath));
    const objects = filesBelow(directory).filter((path) => path.startsWith('objects/'));
    // The others are the shards themselves, those without a file being one, and the manifest.
    assert.ok(objects.filter((path) => !named.has(path)).length <= 257);
  });

  test(`${name}: every path is one that the documentation names`, { skip }, async () => {
    const { paths } = await published();
    const patterns = documentedPaths();
    const unknown = paths.filter((path) => !patterns.some((pattern) => pattern.test(path)));
    assert.deepEqual(unknown.slice(0, 10), []);
  });

  test(`${name}: every path that the documentation names is there`, { skip }, async () => {
    const { paths } = await published();
    const missing = documentedPaths().filter((pattern) => !paths.some((path) => pattern.test(path)));
    assert.deepEqual(
      missing.map(({ source }) => source).filter((source) => !SELDOM.test(source)),
      [],
    );
  });
}

/** Where no patch and no author is known, one page holds each list, and one file the map of the site. */
const SELDOM = /^\^(?:patches.*\.\+|author|sitemap-|dist.*(?:advisories|versions))/;

function documentedPaths(): RegExp[] {
  const text = readFileSync(new URL('../../docs/formats/public-tree.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('\n## Paths'));
  const cells = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  let before = '';
  return cells
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, text = '']) => {
      const ending = /^\.[^/]+$/.test(text);
      const path = ending ? before.replace(/\.[^/]*$/, text) : text;
      before = path;
      return patternOf(path);
    });
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.+?^$()[\]{}|\\/]/g, '\\$&');
  const parts = escaped.replace(/\b[A-Z]{2,}\b|…/g, (word) => (word === '…' ? '.+' : '[^\\/]+'));
  return new RegExp(`^${parts}${/(?:^|\/)$/.test(path) ? '(?:\\d+\\/)?index\\.html' : ''}$`);
}
