import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { encodeUtf8 } from '../base/index.ts';
import { tufCache } from './index.ts';
import { thisProcess } from './process-id.ts';

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-tuf-'));
  after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'metadata');
}

const [one, two, three] = ['one', 'two', 'three'].map(encodeUtf8) as [Uint8Array, Uint8Array, Uint8Array];

test('metadata is kept in a file of its role', async () => {
  const directory = scratch();
  const cache = tufCache(directory);
  assert.equal(await cache.load('root'), null);
  assert.equal(await cache.refreshed(), null);
  assert.ok(await cache.store('root', one));
  assert.ok(await cache.store('../a/b', two));
  await cache.noteRefreshed('2026-11-26T09:00:00Z');
  assert.deepEqual(readdirSync(directory).sort(), ['..%2Fa%2Fb.json', 'refreshed', 'root.json']);
  assert.equal(readFileSync(join(directory, 'root.json'), 'utf8'), 'one');
  assert.deepEqual(await cache.load('../a/b'), two);
  assert.equal(await cache.refreshed(), '2026-11-26T09:00:00Z');
  await cache.remove('root');
  await cache.remove('root');
  assert.equal(await cache.load('root'), null);
});

test('what somebody else kept meanwhile is not overwritten', async () => {
  const cache = tufCache(scratch());
  assert.ok(await cache.store('timestamp', one, null));
  assert.ok(!(await cache.store('timestamp', two, null)));
  assert.ok(await cache.store('timestamp', one, two), 'the same bytes already');
  assert.ok(!(await cache.store('timestamp', three, two)));
  assert.ok(await cache.store('timestamp', two, one));
  assert.deepEqual(await cache.load('timestamp'), two);
});

test('of many that keep at once, one at a time is right', async () => {
  const directory = scratch();
  const caches = Array.from({ length: 8 }, () => tufCache(directory));
  const count = async (cache: ReturnType<typeof tufCache>, who: number): Promise<void> => {
    for (let added = 0; added < 5; ) {
      const seen = await cache.load('count');
      const before = seen === null ? 0 : Number.parseInt(Buffer.from(seen).toString(), 10);
      // With whose it is, so that two that count to the same number differ.
      if (await cache.store('count', encodeUtf8(`${before + 1} by ${who}`), seen)) added++;
    }
  };
  await Promise.all(caches.map(count));
  assert.match(readFileSync(join(directory, 'count.json'), 'utf8'), /^40 by/);
  assert.deepEqual(readdirSync(directory), ['count.json']);
});

test('the lock of a process that has ended is taken over', async () => {
  const directory = scratch();
  const cache = tufCache(directory);
  await cache.store('root', one);
  // No process has an id this high.
  const ended = thisProcess().replace(/^\d+/, '999999999');
  writeFileSync(join(directory, '.lock'), `${ended} ${hostname()} 0123456789abcdef\n`);
  assert.ok(await cache.store('root', two, one));
});
