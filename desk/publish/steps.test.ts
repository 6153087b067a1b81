/** Whatever happens to a store, step by step: the tree is the one that is made of it all at once. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { AdvisoryRecord } from 'cpansec/advisories';
import fc from 'fast-check';
import { config, GivenStore, record } from '../../test/given-store.ts';
import { atOnce, mustBeEqual, mustHold, newState, publication, scratch } from '../../test/given-tree.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { directoryStore, memoryStore } from '../blobs/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import { type Publication, publish } from './index.ts';

/** Distributions whose names are words of the tree, endings of its files, or need another spelling there. */
const distribution = fc.constantFrom(
  'Example-Parser',
  'Example-Writer',
  'letter',
  'index',
  'Odd',
  'Odd.json',
  'Odd.feed',
  'Odd+100%',
  '9Lives',
);
/** Two are shared, others are words of the tree. */
const alias = fc.constantFrom(
  'CVE-2026-99950',
  'CVE-2026-99951',
  'GHSA-xxxx-xxxx-xxx1',
  'CPANSA-Example-2026-2',
  'dist',
  'manifest.json',
  'index.html',
  'Odd%2Ejson',
  '.well-known',
);
const patch = (name: string): string =>
  `patches/${name.charAt(0).toUpperCase()}/${encodeURIComponent(name)}/1.0/CVE-2026-99950-r1.patch`;

type Step =
  | { readonly kind: 'record'; readonly record: AdvisoryRecord }
  | {
      readonly kind: 'releases';
      readonly distribution: string;
      readonly versions: readonly string[];
      readonly author: string;
    }
  | { readonly kind: 'patch'; readonly distribution: string }
  | { readonly kind: 'decision'; readonly row: string }
  | { readonly kind: 'coverage'; readonly distributions: readonly string[] };

const someRecord = fc
  .record({
    number: fc.integer({ min: 1, max: 2 }),
    distributions: fc.uniqueArray(distribution, { maxLength: 2 }),
    aliases: fc.uniqueArray(alias, { maxLength: 3 }),
    summary: fc.constantFrom('one', 'two'),
    reported: fc.constantFrom('2024-02-29', '2026-10-01', null),
    patched: fc.option(distribution, { nil: null }),
    withdrawn: fc.boolean(),
  })
  .map(({ number, distributions, aliases, patched, withdrawn, ...said }) =>
    record(number, 'Example', {
      ...said,
      aliases: aliases.filter((name) => name !== `CPANSA-Example-2026-${number}`).sort(),
      affected: distributions.map((name) => ({
        distribution: name,
        ranges: ['<1.2'],
        fixed: ['>=1.2'],
        cause: { kind: 'own' },
      })),
      references: patched === null ? [] : [{ type: 'patch', url: addressOf(patch(patched)) }],
      ...(withdrawn ? { withdrawn: { on: '2026-11-01', kind: 'withdrawn', reason: 'not one' } } : {}),
    }),
  );

const addressOf = (path: string): string => `${config.base}/${path.replaceAll('%', '%25')}`;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: someRecord.map((one) => ({ kind: 'record', record: one }) as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('releases'),
      distribution,
      versions: fc.constantFrom(['1.0'], ['1.0', '1.1_01', '1.2'], ['1.0', 'odd'], []),
      author: fc.constantFrom('EXAMPLE', 'SOMEONE'),
    }),
  },
  fc.record({ kind: fc.constant('patch'), distribution }),
  fc.record({ kind: fc.constant('decision'), row: fc.constantFrom('first', 'second') }),
  fc.record({
    kind: fc.constant('coverage'),
    distributions: fc.uniqueArray(distribution, { maxLength: 2 }).map((names) => names.sort()),
  }),
);

const distOf = ({ distribution: name, versions, author }: Extract<Step, { kind: 'releases' }>) => ({
  distribution: name,
  mainModule: name.replaceAll('-', '::'),
  modules: [name.replaceAll('-', '::'), 'Shared::Module'].sort(),
  releases: versions.map((version) => ({ version, date: null, source: 'given', author })),
});
const decisionOf = (row: string) => ({
  source: 'cpansa',
  row,
  record: 'CPANSA-Example-2026-1',
  decision: 'imported' as const,
  reason: 'new',
  by: 'rule' as const,
  on: '2026-11-01',
  differences: [],
});

function happen(store: GivenStore, one: Step): void {
  if (one.kind === 'record') store.put(one.record);
  else if (one.kind === 'releases') store.know(distOf(one));
  else if (one.kind === 'patch') store.addPatch(patch(one.distribution), 'a patch\n');
  else if (one.kind === 'decision') store.decide(decisionOf(one.row));
  else store.cover({ complete: false, distributions: one.distributions });
}

/** The same as a writer of the real store does it. */
async function write(store: PublishedStore, one: Step, at: string): Promise<void> {
  const about = {
    at,
    records: one.kind === 'record' ? [one.record.id] : [],
    dists: one.kind === 'releases' ? [one.distribution] : [],
    patches: one.kind === 'patch' ? [patch(one.distribution)] : [],
    decisions: one.kind === 'decision' || one.kind === 'coverage',
  };
  await store.changes.run(about, async () => {
    if (one.kind === 'record')
      await store.putRevision({ published: at, origin: { kind: 'own' }, record: one.record });
    else if (one.kind === 'releases') await store.mergeDist(distOf(one));
    else if (one.kind === 'patch') await store.putPatch(patch(one.distribution), new Uint8Array([1]));
    else if (one.kind === 'decision') await store.addDecisions([decisionOf(one.row)]);
    else
      await store.setCoverage('own', { complete: false, distributions: [...one.distributions], asOf: null });
  });
}

/** By this publisher, by one without its state, or by this one with other programs. */
const publisher = fc.constantFrom<(task: Publication, i: number) => Publication>(
  (task) => task,
  (task) => task,
  (task) => task,
  (task) => ({ ...task, state: newState() }),
  (task, i) => ({ ...task, edition: `edition ${i}` }),
);

test(`step by step or all at once, with or without its state: the same bytes; seed ${seed}`, async () => {
  const steps = fc.array(fc.tuple(step, fc.boolean(), publisher), { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(steps, async (all) => {
    const store = new GivenStore();
    let task = publication(store, memoryStore());
    let last = 0;
    for (const [i, [one, publishes, by]] of all.entries()) {
      happen(store, one);
      if (!publishes && i < all.length - 1) continue;
      task = by(task, i);
      last = (await publish(task)).serial;
    }
    await mustHold(task.tree);
    await mustBeEqual(task.tree, await atOnce(store, last));
    assert.equal((await publish(task)).changed, false);
  });
  await fc.assert(property, { seed, numRuns: rounds(25, 500) });
});

test(`the same of a store in a directory; seed ${seed}`, async () => {
  let stores = 0;
  const steps = fc.array(step, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(steps, async (all) => {
    const top = join(scratch, `store-${stores++}`);
    const store = new PublishedStore(directoryStore(join(top, 'store')));
    const reader = new StoreReading(store);
    const task = publication(reader, directoryStore(join(top, 'tree')));
    let last = 0;
    for (const [i, one] of all.entries()) {
      await write(store, one, `2026-11-01T00:00:0${i}Z`);
      last = (await publish(task)).serial;
    }
    await mustHold(task.tree);
    await mustBeEqual(task.tree, await atOnce(reader, last));
  });
  await fc.assert(property, { seed, numRuns: rounds(3, 100) });
});
