import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import type { SeenEntry } from 'cpansec/transparency';
import { ORIGIN } from '../../test/given-log.ts';
import { SeenFile } from './seen.ts';

const entry = (identity: string, slot: string | null, index: number): SeenEntry => ({
  identity,
  slot,
  index,
});
/** A path with one digest, then with another, and twice something without a name. */
const ENTRIES = [
  entry('release a 11', 'release a', 0),
  entry('release a 22', 'release a', 1),
  entry('key 33', null, 2),
  entry('key 44', null, 3),
];
const NOWHERE = { place: null, first: null };

test('what was remembered is found, by its name and by itself', () => {
  const seen = new SeenFile(':memory:', ORIGIN);
  seen.add(ENTRIES, 4);
  const asked: readonly (readonly [identity: string, slot: string | null, found: object])[] = [
    ['release a 11', 'release a', { place: 0, first: 0 }],
    ['release a 22', 'release a', { place: 1, first: 0 }],
    ['release a 33', 'release a', { place: null, first: 0 }],
    ['release b 11', 'release b', NOWHERE],
    ['key 44', null, { place: 3, first: null }],
    ['key 55', null, NOWHERE],
    // Another fact, whose text begins as the name of one that is known.
    ['release a 11', 'release', NOWHERE],
    ['release a 11', null, NOWHERE],
  ];
  const found = seen.find(asked.map(([identity, slot]) => ({ identity, slot })));
  assert.deepEqual(
    found,
    asked.map(([, , place]) => place),
  );
  assert.equal(seen.latest({ identity: 'release a 11', slot: 'release a' }), null);
  assert.equal(seen.latest({ identity: 'release a 22', slot: 'release a' }), 1);
  assert.ok(seen.knows('release a'));
  assert.ok(!seen.knows('release b'));
});

test('the newest of a sequence is what was added last, also when it was there before', () => {
  const seen = new SeenFile(':memory:', ORIGIN);
  seen.add([entry('index a 11', 'index a', 0)], 1);
  assert.equal(seen.latest({ identity: 'index a 11', slot: 'index a' }), 0);
  seen.add([entry('index a 22', 'index a', 1), entry('index a 11', 'index a', 2)], 3);
  assert.equal(seen.latest({ identity: 'index a 11', slot: 'index a' }), 2);
  assert.equal(seen.latest({ identity: 'index a 22', slot: 'index a' }), null);
});

test('who is killed forgets the last thousands, and says so: they are learnt again from the log', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cpansec-seen-')), 'seen.db');
  const seen = new SeenFile(path, ORIGIN);
  const afterKill = () => {
    const other = new SeenFile(path, ORIGIN);
    const size = other.size();
    other.close();
    return size;
  };
  seen.add(ENTRIES, 4);
  seen.changes = { last: 7, at: '2026-11-26T00:00:00Z', open: [] };
  assert.deepEqual([seen.size(), afterKill()], [4, 0]);
  const many = Array.from({ length: 20_000 }, (_, i) => entry(`key ${i}`, null, 4 + i));
  seen.add(many, 20_004);
  assert.equal(afterKill(), 20_004);
  seen.add([entry('key x', null, 20_004)], 20_005);
  seen.commit();
  seen.close();
  const again = new SeenFile(path, ORIGIN);
  assert.deepEqual([again.size(), again.changes.last], [20_005, 7]);
  again.close();
});

test('a memory of another log is refused', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cpansec-seen-')), 'seen.db');
  new SeenFile(path, ORIGIN).close();
  assert.throws(() => new SeenFile(path, 'other.example.org/log'), /seen\.db.*knows another log/);
});

const damage: readonly [what: string, damage: (path: string) => void][] = [
  ['is other bytes', (path) => writeFileSync(path, Buffer.alloc(20_000, 'x'))],
  ['was cut off', (path) => truncateSync(path, 20_000)],
  ['was overwritten behind its beginning', (path) => writeFileSync(path, halved(path))],
];

for (const [what, harm] of damage)
  test(`what ${what} is refused, with what to do`, () => {
    const path = join(mkdtempSync(join(tmpdir(), 'cpansec-seen-')), 'seen.db');
    const seen = new SeenFile(path, ORIGIN);
    const many = Array.from({ length: 5000 }, (_, i) => entry(`key ${i}`, null, i));
    seen.add(many, 5000);
    seen.commit();
    seen.close();
    harm(path);
    const again = (): void => {
      const damaged = new SeenFile(path, ORIGIN);
      damaged.find(many);
      damaged.close();
    };
    assert.throws(again, {
      code: 'failed',
      message: /seen\.db: is damaged: remove it while no writer runs, /,
    });
  });

/** Its first page, and nothing of the rest. */
function halved(path: string): Uint8Array {
  return readFileSync(path).fill('x', 4096);
}

test('one of the edition before is made anew, one of a later edition refused', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cpansec-seen-')), 'seen.db');
  const seen = new SeenFile(path, ORIGIN);
  seen.add(ENTRIES, 4);
  seen.commit();
  seen.close();
  setVersion(path, 1);
  const anew = new SeenFile(path, ORIGIN);
  assert.deepEqual([anew.size(), anew.knows('release a')], [0, false]);
  anew.close();
  setVersion(path, 3);
  assert.throws(() => new SeenFile(path, ORIGIN), /seen\.db.*made by another edition, 3: remove it/);
});

function setVersion(path: string, version: number): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}
