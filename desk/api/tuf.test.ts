/** Metadata of The Update Framework beside a tree: what is given out of it, and what is not. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { signedTree } from '../../test/signed-tree.ts';
import { tufFileOf } from './tuf-paths.ts';

const directory = scratchTree(exampleContent());
signedTree(directory);
writeFileSync(join(directory, 'tuf/secret'), 'secret');
const api = await serving(directory);

test('versions stay, the timestamp is asked for each time', async () => {
  for (const [path, cache] of [
    ['timestamp', 'no-cache'],
    ['1.root', 'public, max-age=31536000, immutable'],
    ['1.advisories', 'public, max-age=31536000, immutable'],
  ]) {
    const { statusCode, headers, json } = await api.inject(`/tuf/${path}.json`);
    assert.deepEqual([statusCode, headers['cache-control']], [200, cache], path);
    assert.match(String(headers['content-type']), /^application\/json/);
    assert.equal(typeof json().signed, 'object');
  }
});

test('nothing else below tuf/ is given', async () => {
  for (const path of [
    '',
    'secret',
    '2.root.json',
    'root.json',
    '.lock',
    '%2e%2e%2fmanifest.json',
    '1.root.json/',
  ]) {
    const { statusCode } = await api.inject(`/tuf/${path}`);
    assert.equal(statusCode, 404, path);
  }
});

test('a new root is seen although it was asked for before', async () => {
  assert.equal((await api.inject('/tuf/2.root.json')).statusCode, 404);
  writeFileSync(join(directory, 'tuf/2.root.json'), '{"signed":{}}');
  assert.equal((await api.inject('/tuf/2.root.json')).statusCode, 200);
});

test('paths', () => {
  for (const path of ['tuf/1.author-ABC.json', 'tuf/9007199254740991.releases-fff.json'])
    assert.equal(tufFileOf(path)?.stays, true, path);
  for (const path of [
    'tuf/0.root.json',
    'tuf/1.a.b.json',
    'tuf/1..json',
    'tuf/1.a/b.json',
    'tuf/1.root.json\n',
  ])
    assert.equal(tufFileOf(path), null, path);
});
