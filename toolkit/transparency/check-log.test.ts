import assert from 'node:assert/strict';
import test from 'node:test';
import { nodeSha256Into } from '../io/index.ts';
import { type CheckLogOptions, checkLog, EMPTY_ROOT, type LogFault } from './index.ts';
import { type GivenLog, givenEntries, givenEntry, givenLog } from './testdata/given-log.ts';

function check(log: GivenLog, more: Partial<CheckLogOptions> = {}): Promise<LogFault[]> {
  return checkLog({ fetch: log.fetch, hash: nodeSha256Into, checkpoint: log.checkpoint, ...more });
}

test('a log without a fault, of every shape', async () => {
  for (const size of [0, 1, 2, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 70_000]) {
    let entries = 0;
    let done = 0;
    const faults = await check(givenLog(size >> 1, size), {
      onEntry: (index, entry) => {
        assert.equal(index, entries++);
        if (index % 1000 === 0) assert.deepEqual(entry, givenEntry(index));
      },
      progress: (now, of) => {
        assert.ok(now > done && now <= of && of === size);
        done = now;
      },
    });
    assert.deepEqual(faults, []);
    assert.equal(entries, size);
    assert.equal(done, size);
  }
});

test('a tile or a bundle that is another is named, and nothing else is', async () => {
  const log = givenLog(70_000);
  const cases: [path: string, code: string][] = [
    ['tile/entries/000', 'bundle'],
    ['tile/entries/272', 'bundle'],
    ['tile/entries/273.p/112', 'bundle'],
    ['tile/0/000', 'tile'],
    ['tile/0/255', 'tile'],
    ['tile/0/272', 'tile'],
    ['tile/0/273.p/112', 'tile'],
    ['tile/1/000', 'tile'],
    ['tile/1/001.p/17', 'tile'],
    ['tile/2/000.p/1', 'tile'],
  ];
  for (const [path, code] of cases) {
    const good = log.files.get(path) ?? new Uint8Array(0);
    const flipped = good.slice();
    flipped[9] = (flipped[9] ?? 0) ^ 128;
    const bad: [bytes: Uint8Array | null, code: string][] = [
      [flipped, code],
      [null, 'missing'],
    ];
    for (const [bytes, found] of bad) {
      const faults = await check(log, {
        fetch: async (asked) => (asked === path ? bytes : (log.files.get(asked) ?? null)),
      });
      assert.deepEqual(
        faults.map((fault) => [fault.code, fault.file]),
        [[found, path]],
        `${path} ${bytes?.length} ${JSON.stringify(faults)}`,
      );
    }
  }
});

test('a bundle and its tile that were changed together', async () => {
  const log = givenLog(700);
  const other = givenLog(300);
  other.add([new Uint8Array(1), ...givenEntries(301, 700)]);
  const swap = (...paths: string[]) =>
    check(log, { fetch: async (path) => (paths.includes(path) ? other : log).files.get(path) ?? null });
  const codes = (faults: LogFault[]) => faults.map(({ code, file }) => `${code} ${file}`);
  const [bundle, tile, above] = ['tile/entries/001', 'tile/0/001', 'tile/1/000.p/2'];
  assert.deepEqual(codes(await swap(bundle)), [`bundle ${bundle}`]);
  assert.deepEqual(codes(await swap(tile)), [`tile ${tile}`]);
  assert.deepEqual(codes(await swap(above)), [`tile ${above}`]);
  assert.deepEqual(codes(await swap(bundle, tile)), [`tile ${above}`, 'inconsistent checkpoint']);
  assert.deepEqual(codes(await swap(bundle, tile, above)), ['inconsistent checkpoint']);
});

test('a bundle that is gone with its tile ends what can be computed', async () => {
  const log = givenLog(1000);
  for (const path of ['tile/entries/001', 'tile/0/001']) log.files.delete(path);
  const faults = await check(log);
  assert.deepEqual(
    faults.map(({ code, file }) => `${code} ${file}`),
    ['missing tile/entries/001', 'missing tile/0/001'],
  );
});

test('another root, another size', async () => {
  const log = givenLog(300);
  const other = {
    code: 'inconsistent',
    file: 'checkpoint',
    problem: 'the entries have another root of size 300',
  };
  assert.deepEqual(await check(log, { checkpoint: { size: 300, root: EMPTY_ROOT } }), [other]);
  assert.equal((await check(log, { checkpoint: { size: 0, root: log.edge.root } })).length, 1);
  assert.notDeepEqual(await check(log, { checkpoint: { size: 299, root: log.edge.root } }), []);
  assert.notDeepEqual(await check(log, { checkpoint: { size: 301, root: log.edge.root } }), []);
});

test('a log that is not there is given up soon', async () => {
  const log = givenLog();
  const faults = await check(log, { checkpoint: { size: Number.MAX_SAFE_INTEGER, root: EMPTY_ROOT } });
  assert.ok(faults.length >= 100 && faults.length < 120);
  await assert.rejects(
    check(log, {
      checkpoint: { size: 9, root: EMPTY_ROOT },
      fetch: async () => {
        throw new Error('no line');
      },
    }),
    { message: 'no line' },
  );
});
