/** The store on each kind of blobs; its codecs; writers at the same time and killed ones. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type AdvisoryRecord, RECORD_FORMAT } from 'cpansec/advisories';
import fc from 'fast-check';
import { s3Server } from '../../test/s3.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type BlobStore, bucketStore, directoryStore, memoryStore } from '../blobs/index.ts';
import {
  type Decision,
  differencesOf,
  PublishedError,
  PublishedStore,
  sameFacts,
  wholeCoverage,
} from './index.ts';
import { decodeName, encodeName } from './keys.ts';

const PUBLISHED = '2026-11-22T06:00:00Z';

function recordOf(id: string, changes: Partial<AdvisoryRecord> = {}): AdvisoryRecord {
  return {
    format: RECORD_FORMAT,
    id,
    aliases: ['CVE-2026-99991'],
    reported: '2026-02-03',
    summary: 'Example::Dist follows symbolic links',
    affected: [{ distribution: 'Example-Dist', ranges: ['<1.7'], fixed: ['>=1.7'], cause: { kind: 'own' } }],
    references: [{ type: 'web', url: 'https://example.org/' }],
    history: [],
    ...changes,
  };
}

const own = (record: AdvisoryRecord, published = PUBLISHED) =>
  ({ published, origin: { kind: 'own' }, record }) as const;

const stores: readonly (readonly [string, (context: TestContext) => Promise<BlobStore>])[] = [
  ['memory', async () => memoryStore()],
  ['directory', async (context) => directoryStore(scratch(context))],
  [
    'bucket',
    async (context) => {
      const server = await s3Server();
      context.after(() => server.close());
      return bucketStore({ ...server, prefix: 'store' });
    },
  ],
];

function scratch(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-published-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

for (const [name, open] of stores) {
  test(`${name}: a revision is made only where facts or their origin changed`, async (context) => {
    const blobs = await open(context);
    const store = new PublishedStore(blobs);
    const first = recordOf('CPANSA-Example-Dist-2026-0001');
    assert.equal(await store.latest(first.id), null);
    assert.equal((await store.putRevision(own(first)))?.revision, 1);
    assert.equal(await store.putRevision(own(first, '2026-11-23T06:00:00Z')), null);
    const noted = { ...first, history: [{ on: '2026-11-23', change: 'seen again' }] };
    assert.equal(await store.putRevision(own(noted)), null);
    const changed = { ...first, summary: 'Example::Dist follows links' };
    assert.equal((await store.putRevision(own(changed)))?.revision, 2);
    const imported = {
      published: PUBLISHED,
      origin: { kind: 'imported', source: 'osv' },
      record: changed,
    } as const;
    assert.equal((await store.putRevision(imported))?.revision, 3);
    assert.deepEqual(await store.revisionNumbers(first.id), [1, 2, 3]);
    const revisions = await store.revisions(first.id);
    assert.deepEqual(
      revisions.map(({ record }) => record),
      [first, changed, changed],
    );
    assert.deepEqual(await store.latestNumbers(), new Map([[first.id, 3]]));
  });

  test(`${name}: the tenth revision is above the ninth`, async (context) => {
    const store = new PublishedStore(await open(context));
    for (let i = 1; i <= 11; i++) await store.putRevision(own(recordOf('X', { summary: `state ${i}` })));
    assert.equal((await store.latest('X'))?.record.summary, 'state 11');
    const latest = await all(store.latestRevisions());
    assert.deepEqual(
      latest.map(({ revision }) => revision),
      [11],
    );
  });

  test(`${name}: ids of any form have a place of their own`, async (context) => {
    const store = new PublishedStore(await open(context));
    const ids = ['CPANSA--2026-1', '-x', '.x', '_x', 'a/b', 'a%2Fb', 'a:b', 'A', 'a'];
    for (const id of ids) await store.putRevision(own(recordOf(id)));
    assert.deepEqual([...(await store.latestNumbers()).keys()], ids.toSorted());
    const found = await all(store.latestRevisions());
    assert.deepEqual(
      found.map(({ record }) => record.id),
      ids.toSorted(),
    );
  });

  test(`${name}: changes are numbered without a gap, and open ones are told`, async (context) => {
    const blobs = await open(context);
    const about = { at: PUBLISHED, records: ['B', 'A'], dists: [], patches: [], decisions: false };
    const writers = Array.from({ length: 4 }, () => new PublishedStore(blobs));
    const numbers = await Promise.all(
      writers.flatMap((writer) => [
        writer.changes.run(about, async () => {}),
        writer.changes.run(about, async () => {}),
      ]),
    );
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    const store = new PublishedStore(blobs);
    const killed = store.changes.run(about, () => Promise.reject(new Error('killed')));
    await assert.rejects(killed, /killed/);
    const after = await all(store.changes.after(7));
    assert.deepEqual(after, [
      { ...about, records: ['A', 'B'], number: 8, done: true },
      { ...about, records: ['A', 'B'], number: 9, done: false },
    ]);
    assert.equal((await store.changes.of(9))?.done, false);
    assert.equal(await store.changes.of(10), null);
    assert.equal((await all(store.changes.after(0))).length, 9);
  });

  test(`${name}: writers of one file at the same time all have their say`, async (context) => {
    const blobs = await open(context);
    const versions = Array.from({ length: 8 }, (_, i) => `1.${i}`);
    await Promise.all(
      versions.map((version) =>
        new PublishedStore(blobs).mergeDist({
          distribution: 'Example-Dist',
          mainModule: null,
          modules: [`Example::M${version.slice(2)}`],
          releases: [{ version, date: null, source: 'own' }],
        }),
      ),
    );
    const dist = await new PublishedStore(blobs).dist('Example-Dist');
    assert.deepEqual(
      dist?.releases.map(({ version }) => version),
      versions,
    );
    assert.equal(dist?.modules.length, 8);
  });

  test(`${name}: writers of one record at the same time make one revision each`, async (context) => {
    const blobs = await open(context);
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        new PublishedStore(blobs).putRevision(own(recordOf('X', { summary: `writer ${i}` }))),
      ),
    );
    const numbers = made.map((revision) => revision?.revision ?? 0).sort((a, b) => a - b);
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6]);
  });

  test(`${name}: a patch is put once, under the path that CVE records link to`, async (context) => {
    const store = new PublishedStore(await open(context));
    const key = 'patches/E/Example-Dist/1.06/CVE-2026-99991-r1.patch';
    assert.equal(await store.putPatch(key, new Uint8Array([1])), true);
    assert.equal(await store.putPatch(key, new Uint8Array([2])), false);
    assert.deepEqual(await store.patch(key), new Uint8Array([1]));
    assert.deepEqual(await all(store.patches()), [{ key, size: 1 }]);
    const wrong = 'patches/X/Example-Dist/1.06/CVE-2026-99991-r1.patch';
    await assert.rejects(store.putPatch(wrong, new Uint8Array()), /no key of a patch/);
  });
}

test('a person’s decision stays, and a repeated one keeps its date', async () => {
  const store = new PublishedStore(memoryStore());
  const ruled: Decision = {
    source: 'cpansa',
    row: 'CPANSA-Example-Dist-2026-0001',
    record: 'CPANSA-Example-Dist-2026-0001',
    decision: 'imported',
    reason: 'new',
    by: 'rule',
    on: '2026-11-22',
    differences: [],
  };
  const person: Decision = { ...ruled, row: 'B', decision: 'refused', reason: 'a joke', by: 'person' };
  assert.equal(await store.addDecisions([person, ruled]), true);
  assert.equal(await store.addDecisions([{ ...ruled, on: '2026-11-23' }]), false);
  assert.equal(await store.addDecisions([{ ...ruled, decision: 'unchanged', on: '2026-11-23' }]), false);
  assert.equal(await store.addDecisions([{ ...ruled, row: 'B' }]), false);
  assert.deepEqual(await store.decisions(), [person, ruled]);
  assert.equal(await store.addDecisions([{ ...ruled, decision: 'updated', on: '2026-11-24' }]), true);
});

test('releases are merged: none is lost, what is known stays, versions in their order', async () => {
  const store = new PublishedStore(memoryStore());
  const dist = { distribution: 'Example-Dist', mainModule: null, modules: ['B', 'A'] };
  await store.mergeDist({
    ...dist,
    releases: [
      { version: '1.10', date: null, source: 'own' },
      { version: 'odd version', date: null, source: 'own' },
    ],
  });
  const found = {
    ...dist,
    mainModule: 'Example::Dist',
    modules: ['C'],
    releases: [
      { version: '1.9', date: '2026-01-01', source: 'cpansa', author: 'EXAMPLE' },
      { version: '1.10', date: '2025-01-01', source: 'cpansa' },
    ],
  };
  assert.equal(await store.mergeDist(found), true);
  assert.equal(await store.mergeDist(found), false);
  assert.deepEqual(await store.dist('Example-Dist'), {
    distribution: 'Example-Dist',
    mainModule: 'Example::Dist',
    modules: ['A', 'B', 'C'],
    releases: [
      { version: '1.10', date: '2025-01-01', source: 'own' },
      { version: '1.9', date: '2026-01-01', source: 'cpansa', author: 'EXAMPLE' },
      { version: 'odd version', date: null, source: 'own' },
    ],
  });
  assert.deepEqual(await store.distNames(), ['Example-Dist']);
});

test('coverage is kept by source', async () => {
  const store = new PublishedStore(memoryStore());
  assert.deepEqual(wholeCoverage(await store.coverage()), { complete: false, distributions: [] });
  await store.setCoverage('own', { complete: false, distributions: ['B', 'A'], asOf: '2026-11-20' });
  assert.deepEqual(wholeCoverage(await store.coverage()), { complete: false, distributions: ['A', 'B'] });
  await store.setCoverage('cpansa', { complete: true, distributions: [], asOf: null });
  assert.deepEqual(wholeCoverage(await store.coverage()), { complete: true });
  assert.equal(await store.setCoverage('cpansa', { complete: true, distributions: [], asOf: null }), false);
});

test('facts are what a record says, not how it came here', () => {
  const record = recordOf('X');
  const [entry] = record.affected;
  assert.ok(entry !== undefined);
  const from = (row: string, affected: string[]): AdvisoryRecord => ({
    ...record,
    affected: [{ ...entry, source: { database: 'cpansa', row, affected, fixed: [] } }],
  });
  assert.ok(sameFacts(record, { ...record, flags: [{ rule: 'r', at: '', found: '' }] }));
  assert.ok(sameFacts(from('dists.A.advisories[0]', ['<1']), from('dists.A.advisories[1]', ['<1'])));
  assert.ok(!sameFacts(from('dists.A.advisories[0]', ['<1']), from('dists.A.advisories[0]', ['<2'])));
  assert.ok(!sameFacts(record, { ...record, aliases: [] }));
  assert.deepEqual(
    differencesOf(record, { ...record, affected: [{ ...entry, ranges: ['<1.8'] }], reported: null }),
    [
      { path: 'affected[Example-Dist].ranges', ours: '<1.7', theirs: '<1.8' },
      { path: 'reported', ours: '2026-02-03', theirs: '' },
    ],
  );
});

test('every name is a part of a key and comes back', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 25, unit: 'binary' }), (name) => {
      const part = encodeName(name);
      assert.match(part, /^[A-Za-z0-9%][A-Za-z0-9._%-]*$/);
      assert.equal(decodeName(part), name);
    }),
    { numRuns: rounds(300, 20_000), seed },
  );
  assert.equal(encodeName('Example-Dist'), 'Example-Dist');
  assert.equal(encodeName('.hidden/é'), '%2Ehidden%2F%C3%A9');
  assert.throws(() => encodeName(''), PublishedError);
  assert.throws(() => encodeName('é'.repeat(100)), PublishedError);
  for (const part of ['%41', '%2f', '%zz', '.x', 'a b']) assert.equal(decodeName(part), null, part);
});

test('damaged files are named with the place', async () => {
  const damaged: readonly (readonly [string, string, RegExp])[] = [
    ['records/X/1.json', '{', /^records\/X\/1\.json:1:2: /],
    [
      'records/X/1.json',
      '{"format": "cpansec-revision/2"}',
      /records\/X\/1\.json at format: expected one of/,
    ],
    ['records/X/1.json', '\ufffd', /records\/X\/1\.json/],
    ['dists/A.json', '{"format": "cpansec-dist/1", "distribution": 1}', /dists\/A\.json at distribution/],
    ['decisions.json', '[]', /decisions\.json: expected an object/],
    ['coverage.json', '{"format": "x"}', /coverage\.json at format/],
    ['changes/000000000001.json', `${'['.repeat(100)}`, /deeper/],
  ];
  for (const [key, text, words] of damaged) {
    const blobs = memoryStore();
    await blobs.put(key, new TextEncoder().encode(text));
    const store = new PublishedStore(blobs);
    const readAll = async (): Promise<void> => {
      await all(store.latestRevisions());
      await store.dist('A');
      await store.decisions();
      await store.coverage();
      await all(store.changes.after(0));
    };
    await assert.rejects(readAll(), (error) => error instanceof PublishedError && words.test(error.message));
  }
});

test('whatever bytes stand there, reading them gives a revision or our error', async () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(own(recordOf('X')))));
  await fc.assert(
    fc.asyncProperty(text, async (found) => {
      const blobs = memoryStore();
      await blobs.put('records/X/1.json', new TextEncoder().encode(found));
      await new PublishedStore(blobs)
        .latest('X')
        .catch((error) => assert.ok(error instanceof PublishedError));
    }),
    { numRuns: rounds(200, 20_000), seed },
  );
});

const WRITER = `
  const { directoryStore } = await import(process.argv[1] + '/blobs/index.ts');
  const { PublishedStore } = await import(process.argv[1] + '/published/index.ts');
  const store = new PublishedStore(directoryStore(process.argv[2]));
  const record = (id, summary) => ({ format: 'cpansec-advisory/1', id, aliases: [], reported: null, summary,
    affected: [], references: [], history: [] });
  console.log('began');
  for (let i = 0; ; i++) {
    const ids = ['A', 'B', 'C'];
    await store.changes.run({ at: '2026-11-22T06:00:00Z', records: ids, dists: [], patches: [], decisions: false },
      async () => {
        for (const id of ids) {
          const origin = { kind: 'own' };
          await store.putRevision({ published: '2026-11-22T06:00:00Z', origin, record: record(id, process.pid + ' ' + i) });
        }
      });
  }
`;

test('writers in several processes, killed at any time, leave whole revisions and no unseen change', async (context) => {
  const path = scratch(context);
  const desk = new URL('..', import.meta.url).href.replace(/\/$/, '');
  for (let round = 0; round < rounds(2, 20); round++) {
    const args = ['--conditions=source', '--input-type=module', '-e', WRITER, desk, path];
    const writers = [1, 2].map(() => spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
    await Promise.all(writers.map(({ stdout }) => once(stdout, 'data')));
    await new Promise((done) => setTimeout(done, 100));
    await Promise.all(
      writers.map((writer) => {
        writer.kill('SIGKILL');
        return once(writer, 'close');
      }),
    );
    const store = new PublishedStore(directoryStore(path));
    const changes = await all(store.changes.after(0));
    assert.deepEqual(
      changes.map(({ number }) => number),
      changes.map((_, i) => i + 1),
    );
    const open = changes.filter(({ done }) => !done).length;
    assert.ok(open <= (round + 1) * 2, `${open} open changes`);
    for (const id of ['A', 'B', 'C']) {
      const revisions = await store.revisions(id);
      assert.deepEqual(
        revisions.map(({ revision }) => revision),
        revisions.map((_, i) => i + 1),
      );
      assert.ok(revisions.length <= changes.length);
    }
  }
});
