/** What every store must do, shown on each of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { type S3, s3Server } from '../../test/s3.ts';
import { rounds, seed } from '../../test/sizes.ts';
import {
  type BlobEntry,
  BlobError,
  type BlobStore,
  bucketStore,
  directoryStore,
  memoryStore,
} from './index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

async function keysOf(store: BlobStore, prefix: string, after?: string): Promise<string[]> {
  return (await entriesOf(store, prefix, after)).map(({ key }) => key);
}

async function entriesOf(store: BlobStore, prefix: string, after?: string): Promise<BlobEntry[]> {
  const entries: BlobEntry[] = [];
  for await (const entry of store.list(prefix, after)) entries.push(entry);
  return entries;
}

interface Kind {
  readonly name: string;
  /** A store and another one of the same blobs, as a second process would have it. */
  open(): Promise<{ store: BlobStore; other: BlobStore; close(): Promise<void> }>;
}

const kinds: readonly Kind[] = [
  {
    name: 'memory',
    async open() {
      const store = memoryStore();
      return { store, other: store, close: async () => {} };
    },
  },
  {
    name: 'directory',
    async open() {
      const scratch = mkdtempSync(join(tmpdir(), 'cpansec-blobs-'));
      const path = join(scratch, 'made/at/first/put');
      const close = async (): Promise<void> => rmSync(scratch, { recursive: true });
      return { store: directoryStore(path), other: directoryStore(path), close };
    },
  },
  {
    name: 'bucket',
    async open() {
      const server: S3 = await s3Server();
      const options = { ...server, prefix: 'some/prefix' };
      return { store: bucketStore(options), other: bucketStore(options), close: () => server.close() };
    },
  },
];

for (const { name, open } of kinds) {
  const on = (what: string, work: (store: BlobStore, other: BlobStore) => Promise<void>): void => {
    test(`${name}: ${what}`, async () => {
      const { store, other, close } = await open();
      try {
        await work(store, other);
      } finally {
        await close();
      }
    });
  };

  on('what was put is got, and replaced', async (store, other) => {
    assert.equal(await store.get('a/b.json'), null);
    const first = await store.put('a/b.json', bytesOf('1'));
    assert.equal(textOf((await other.get('a/b.json'))?.bytes), '1');
    assert.equal((await other.get('a/b.json'))?.etag, first);
    const second = await store.put('a/b.json', bytesOf('2'), { durable: false });
    assert.notEqual(second, first);
    assert.equal(textOf((await store.get('a/b.json'))?.bytes), '2');
    await store.put('a/empty', new Uint8Array(0));
    assert.equal((await store.get('a/empty'))?.bytes.length, 0);
  });

  on('what was got is the caller’s own', async (store) => {
    const bytes = bytesOf('abc');
    await store.put('k', bytes);
    bytes.fill(0);
    (await store.get('k'))?.bytes.fill(0);
    assert.equal(textOf((await store.get('k'))?.bytes), 'abc');
  });

  on('put only where nothing stands', async (store) => {
    assert.notEqual(await store.put('k', bytesOf('1'), { only: 'absent' }), null);
    assert.equal(await store.put('k', bytesOf('2'), { only: 'absent' }), null);
    assert.equal(textOf((await store.get('k'))?.bytes), '1');
  });

  on('put only over what has the etag', async (store) => {
    const first = await store.put('k', bytesOf('1'));
    assert.ok(first !== null);
    assert.equal(await store.put('none', bytesOf('1'), { only: { etag: first } }), null);
    const second = await store.put('k', bytesOf('2'), { only: { etag: first } });
    assert.ok(second !== null);
    assert.equal(await store.put('k', bytesOf('3'), { only: { etag: first } }), null);
    assert.equal(textOf((await store.get('k'))?.bytes), '2');
  });

  on('of many that put where nothing stands, one does', async (store, other) => {
    for (let round = 0; round < rounds(5, 50); round++) {
      const wins = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? store : other).put(`r/${round}`, bytesOf(`writer ${i}`), { only: 'absent' }),
        ),
      );
      const winner = wins.findIndex((etag) => etag !== null);
      assert.equal(wins.filter((etag) => etag !== null).length, 1);
      assert.equal(textOf((await store.get(`r/${round}`))?.bytes), `writer ${winner}`);
    }
  });

  on('a count that many raise by etag loses nothing', async (store, other) => {
    await store.put('count', bytesOf('0'));
    const raise = async (mine: BlobStore): Promise<void> => {
      for (;;) {
        const blob = await mine.get('count');
        assert.ok(blob !== null);
        const next = bytesOf(String(Number(textOf(blob.bytes)) + 1));
        if ((await mine.put('count', next, { only: { etag: blob.etag } })) !== null) return;
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, i) => raise(i % 2 === 0 ? store : other)));
    assert.equal(textOf((await store.get('count'))?.bytes), '6');
  });

  on('a copy has the same bytes and its own life', async (store) => {
    await store.put('objects/ab/abcd', bytesOf('page'));
    await store.copy('objects/ab/abcd', 'dist/A/index.html');
    await store.copy('objects/ab/abcd', 'dist/A/index.html');
    assert.equal(textOf((await store.get('dist/A/index.html'))?.bytes), 'page');
    await store.put('objects/ab/abcd', bytesOf('other'));
    assert.equal(textOf((await store.get('dist/A/index.html'))?.bytes), 'page');
    await assert.rejects(store.copy('objects/no', 'x'), (error) => {
      return error instanceof BlobError && error.code === 'not-found' && error.place.file === 'objects/no';
    });
  });

  on('what was deleted is gone, and nothing happens where nothing stands', async (store) => {
    await store.put('a/b', bytesOf('1'));
    await store.delete('a/b');
    await store.delete('a/b');
    await store.delete('never/was');
    assert.equal(await store.get('a/b'), null);
    assert.deepEqual(await keysOf(store, ''), []);
  });

  on('keys are listed in code unit order, whatever stands between them', async (store) => {
    const keys = [
      'a%2F',
      'a-b/x',
      'a.b',
      'a/a',
      'a/b/c',
      'a/b-c',
      'a/b.json',
      'a/bc',
      'a0',
      'A',
      'b/1/2',
      '_x',
    ];
    for (const key of keys) await store.put(key, bytesOf(key));
    assert.deepEqual(await keysOf(store, ''), keys.toSorted());
    assert.deepEqual(await keysOf(store, 'a/'), ['a/a', 'a/b-c', 'a/b.json', 'a/b/c', 'a/bc']);
    assert.deepEqual(await keysOf(store, 'a/b'), ['a/b-c', 'a/b.json', 'a/b/c', 'a/bc']);
    assert.deepEqual(await keysOf(store, 'a', 'a/b-c'), ['a/b.json', 'a/b/c', 'a/bc', 'a0']);
    assert.deepEqual(await keysOf(store, 'a', 'a/b/b'), ['a/b/c', 'a/bc', 'a0']);
    assert.deepEqual(await keysOf(store, 'none/'), []);
    const [first] = await entriesOf(store, 'a%');
    assert.deepEqual(first, { key: 'a%2F', size: 4 });
  });

  on('lists agree with a plain model', async (store) => {
    const part = fc.stringMatching(/^[a-c.%_-]{1,3}$/).filter((text) => text !== '.' && text !== '..');
    const key = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), key, async (found, bound) => {
        const apart = found.filter((one) => !found.some((other) => other.startsWith(`${one}/`)));
        for (const old of await keysOf(store, '')) await store.delete(old);
        for (const one of apart) await store.put(one, bytesOf(one), { durable: false });
        assert.deepEqual(await keysOf(store, ''), apart.toSorted());
        const model = (prefix: string, after: string): string[] =>
          apart.filter((one) => one.startsWith(prefix) && one > after).sort();
        assert.deepEqual(await keysOf(store, '', bound), model('', bound));
        assert.deepEqual(await keysOf(store, bound.slice(0, 2)), model(bound.slice(0, 2), ''));
      }),
      { numRuns: rounds(25, 500), seed },
    );
  });

  for (const key of [
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    '../a',
    'a b',
    'a\\b',
    'a~b',
    'é',
    'a\0',
    'x'.repeat(241),
  ]) {
    on(`no key: ${JSON.stringify(key.slice(0, 20))}`, async (store) => {
      const bad = (error: unknown): boolean => error instanceof BlobError && error.code === 'bad-key';
      await assert.rejects(store.get(key), bad);
      await assert.rejects(store.put(key, bytesOf('')), bad);
      await assert.rejects(store.delete(key), bad);
      await assert.rejects(store.copy(key, 'a'), bad);
      await assert.rejects(store.copy('a', key), bad);
    });
  }
}
