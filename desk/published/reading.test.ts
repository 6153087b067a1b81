/** What a publisher reads of a store. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type AdvisoryRecord, RECORD_FORMAT } from 'cpansec/advisories';
import { memoryStore } from '../blobs/index.ts';
import type { StoreReader } from '../publish/index.ts';
import { PublishedStore, StoreReading } from './index.ts';

const about = { at: '2026-11-22T06:00:00Z', records: ['A'], dists: [], patches: [], decisions: false };

function reading(store: PublishedStore): StoreReader {
  return new StoreReading(store);
}

test('an empty store has nothing and no change', async () => {
  const reader = reading(new PublishedStore(memoryStore()));
  const nothing = new Set<string>();
  assert.deepEqual(await reader.changes(0, []), {
    last: 0,
    open: [],
    at: null,
    records: nothing,
    dists: nothing,
    patches: nothing,
    decisions: false,
  });
  assert.deepEqual(await reader.ids(), []);
  assert.deepEqual(await reader.revisions('A'), []);
  assert.deepEqual(await reader.coverage(), { complete: false, distributions: [] });
});

test('changes are read on from the last one; open ones are looked at until they are done', async () => {
  const store = new PublishedStore(memoryStore());
  const reader = reading(store);
  let end = (): void => {};
  const slow = store.changes.run({ ...about, records: ['SLOW'] }, () => new Promise((done) => (end = done)));
  await store.changes.run({ ...about, at: '2026-11-23T06:00:00Z', decisions: true }, async () => {});
  const first = await reader.changes(0, []);
  assert.deepEqual(
    [first.last, first.open, first.at, [...first.records], first.decisions],
    [2, [1], '2026-11-23T06:00:00Z', ['SLOW', 'A'], true],
  );
  const second = await reader.changes(first.last, first.open);
  assert.deepEqual(
    [second.last, second.open, second.at, [...second.records], second.decisions],
    [2, [1], '2026-11-23T06:00:00Z', ['SLOW'], false],
  );
  end();
  await slow;
  const third = await reader.changes(second.last, second.open);
  assert.deepEqual([third.last, third.open, [...third.records]], [2, [], ['SLOW']]);
  assert.deepEqual([...(await reader.changes(third.last, third.open)).records], []);
});

test('records, distributions, patches and coverage as they stand', async () => {
  const store = new PublishedStore(memoryStore());
  const record: AdvisoryRecord = {
    format: RECORD_FORMAT,
    id: 'A',
    aliases: [],
    reported: null,
    summary: 'Follows links',
    affected: [],
    references: [],
    history: [],
  };
  await store.putRevision({ published: about.at, origin: { kind: 'own' }, record });
  await store.mergeDist({ distribution: 'Example-Dist', mainModule: null, modules: [], releases: [] });
  const key = 'patches/E/Example-Dist/1.06/CVE-2026-99991-r1.patch';
  await store.putPatch(key, new Uint8Array([1]));
  await store.setCoverage('own', { complete: false, distributions: ['Example-Dist'], asOf: null });
  const reader = reading(store);
  assert.deepEqual(await reader.ids(), ['A']);
  assert.equal((await reader.revisions('A'))[0]?.revision, 1);
  assert.deepEqual(await reader.distributions(), ['Example-Dist']);
  assert.equal((await reader.distribution('Example-Dist'))?.mainModule, null);
  assert.deepEqual(await reader.patches(), [key]);
  assert.deepEqual(await reader.patch(key), new Uint8Array([1]));
  assert.deepEqual(await reader.coverage(), { complete: false, distributions: ['Example-Dist'] });
});
