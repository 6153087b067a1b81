/** What only a directory has: links, permissions, a disk that is full, writers that are killed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { rounds } from '../../test/sizes.ts';
import { BlobError, type BlobErrorCode, directoryStore } from './index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function scratch(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-blobs-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function withCode(code: BlobErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof BlobError && error.code === code;
}

test('what stands under its digest is written in its place, and over what a killed writer left', async (context) => {
  const top = scratch(context);
  const store = directoryStore(top);
  const bytes = bytesOf('whole');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = `objects/${sha256.slice(0, 2)}/${sha256}`;
  mkdirSync(join(top, 'objects', sha256.slice(0, 2)), { recursive: true });
  writeFileSync(join(top, key), 'who');
  assert.equal(await store.put(key, bytes, { durable: false, sha256 }), sha256);
  assert.equal(readFileSync(join(top, key), 'utf8'), 'whole');
  assert.deepEqual(readdirSync(join(top, 'objects', sha256.slice(0, 2))), [sha256]);
});

test('no link leads out of the directory, or anywhere else', async (context) => {
  const path = scratch(context);
  const outside = scratch(context);
  writeFileSync(join(outside, 'secret'), 'secret');
  const store = directoryStore(path);
  await store.put('real/a', bytesOf('1'));
  symlinkSync(outside, join(path, 'out'));
  symlinkSync(join(outside, 'secret'), join(path, 'file'));
  symlinkSync(join(path, 'real'), join(path, 'inside'));
  await assert.rejects(store.get('out/secret'), withCode('wrong-kind'));
  await assert.rejects(store.get('file'), withCode('wrong-kind'));
  await assert.rejects(store.get('inside/a'), withCode('wrong-kind'));
  await assert.rejects(store.put('out/new', bytesOf('1')), withCode('wrong-kind'));
  await assert.rejects(store.put('out/deep/new', bytesOf('1')), withCode('wrong-kind'));
  await assert.rejects(store.copy('file', 'copy'), withCode('wrong-kind'));
  await assert.rejects(store.delete('out/secret'), withCode('wrong-kind'));
  assert.deepEqual(readdirSync(outside), ['secret']);
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  assert.deepEqual(keys, ['real/a']);
  // A put replaces the link itself.
  await store.put('file', bytesOf('ours'));
  assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
  assert.equal(readFileSync(join(path, 'file'), 'utf8'), 'ours');
});

test('the directory itself may be a link', async (context) => {
  const path = scratch(context);
  mkdirSync(join(path, 'real'));
  symlinkSync(join(path, 'real'), join(path, 'link'));
  await directoryStore(join(path, 'link')).put('a/b', bytesOf('1'));
  assert.equal(readFileSync(join(path, 'real/a/b'), 'utf8'), '1');
});

test('a file stands where a directory is wanted, and the other way round', async (context) => {
  const store = directoryStore(scratch(context));
  await store.put('a', bytesOf('1'));
  await assert.rejects(store.put('a/b', bytesOf('1')), withCode('wrong-kind'));
  assert.equal(await store.get('a/b'), null);
  await store.put('c/d', bytesOf('1'));
  await assert.rejects(store.put('c', bytesOf('1')), withCode('wrong-kind'));
  assert.equal(await store.get('c'), null);
});

test('a copy is a link, nothing is left beside, and empty directories go', async (context) => {
  const path = scratch(context);
  const store = directoryStore(path);
  await store.put('a/b', bytesOf('1'));
  await store.copy('a/b', 'c/d');
  await store.copy('a/b', 'c/d');
  assert.equal(statSync(join(path, 'a/b')).ino, statSync(join(path, 'c/d')).ino);
  assert.deepEqual(readdirSync(path, { recursive: true }).sort(), ['a', 'a/b', 'c', 'c/d']);
  await store.delete('a/b');
  assert.deepEqual(readdirSync(path), ['c']);
});

test('a full disk is told, and what was there stays', { skip: withoutMount() }, async (context) => {
  const path = mounted(context, 'size=256k');
  const store = directoryStore(path);
  await store.put('a', bytesOf('old'));
  const large = new Uint8Array(512 * 1024);
  await assert.rejects(store.put('a', large), withCode('full'));
  await assert.rejects(store.put('b', large, { only: 'absent' }), withCode('full'));
  assert.deepEqual(readdirSync(path), ['a']);
  assert.equal(readFileSync(join(path, 'a'), 'utf8'), 'old');
});

test('a directory that may only be read is read', { skip: withoutMount() }, async (context) => {
  const path = mounted(context, 'size=256k');
  const store = directoryStore(path);
  await store.put('a', bytesOf('1'));
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', path]).status, 0);
  assert.equal((await store.get('a'))?.bytes.length, 1);
  await assert.rejects(store.put('a', bytesOf('2')), withCode('not-permitted'));
  await assert.rejects(store.put('b/c', bytesOf('2')), withCode('not-permitted'));
  await assert.rejects(store.copy('a', 'b'), withCode('not-permitted'));
  await assert.rejects(store.delete('a'), withCode('not-permitted'));
});

const WRITER = `
  const { directoryStore } = await import(process.argv[1]);
  const store = directoryStore(process.argv[2]);
  for (let i = 0; ; i++) {
    await store.put('turn', new Uint8Array(100_000).fill(i % 10), { durable: false });
    await store.put('once/' + process.pid + '-' + i, new Uint8Array(50_000).fill(7), { only: 'absent', durable: false });
  }
`;

test('a writer that is killed leaves whole blobs', async (context) => {
  const path = scratch(context);
  const store = directoryStore(path);
  for (let round = 0; round < rounds(3, 40); round++) {
    const writer = spawnWriter(WRITER, path);
    while (!existsSync(join(path, 'turn'))) await wait(5);
    await wait(20 + Math.random() * 30);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    for await (const { key, size } of store.list('')) {
      assert.equal(size, key === 'turn' ? 100_000 : 50_000, key);
      const bytes = (await store.get(key))?.bytes ?? new Uint8Array();
      assert.equal(new Set(bytes).size, 1, key);
    }
  }
});

const RAISER = `
  const { directoryStore } = await import(process.argv[1]);
  const store = directoryStore(process.argv[2]);
  for (let done = 0; done < 20; ) {
    const blob = await store.get('count');
    const next = new TextEncoder().encode(String(Number(new TextDecoder().decode(blob.bytes)) + 1));
    if ((await store.put('count', next, { only: { etag: blob.etag } })) !== null) done++;
  }
`;

test('processes that raise a count by etag lose nothing', async (context) => {
  const path = scratch(context);
  await directoryStore(path).put('count', bytesOf('0'));
  const raisers = [1, 2, 3].map(() => spawnWriter(RAISER, path));
  const ends = await Promise.all(raisers.map((raiser) => once(raiser, 'close')));
  assert.deepEqual(
    ends.map(([status]) => status),
    [0, 0, 0],
  );
  assert.equal(readFileSync(join(path, 'count'), 'utf8'), '60');
});

function spawnWriter(program: string, path: string): ReturnType<typeof spawn> {
  const args = ['--conditions=source', '--input-type=module', '-e', program];
  return spawn(process.execPath, [...args, new URL('./index.ts', import.meta.url).href, path], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function withoutMount(): false | string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
  if (status === 0) spawnSync('umount', [path]);
  rmSync(path, { recursive: true });
  return status === 0 ? false : 'needs a file system to mount';
}

function mounted(context: TestContext, options: string): string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-mount-'));
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status, 0);
  context.after(() => {
    spawnSync('umount', [path]);
    rmSync(path, { recursive: true });
  });
  return path;
}
