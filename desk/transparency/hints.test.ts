/** Lookups and proofs over real files: what a mirror chooses, and what breaks, keeps nobody from what else is there. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nodeEd25519, nodeSha256Into } from 'cpansec/io';
import {
  findEntries,
  type LogEntry,
  lookupPath,
  MAX_LOOKUP_BYTES,
  parsePolicy,
  type ReleaseEntry,
  viewLog,
} from 'cpansec/transparency';
import { makeHints } from './hints.ts';
import { fsckLog, HINTS, initLog, type LogConfig, logStore, readLogConfig, withLog } from './index.ts';
import { editionOf } from './open.ts';

interface Given {
  readonly config: LogConfig;
  /** Where a file of the log stands. */
  at(path: string): string;
  /** Adds entries; what was told of hints meanwhile. */
  add(...entries: readonly LogEntry[]): Promise<string[]>;
}

async function given(t: TestContext): Promise<Given> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-hints-'));
  t.after(() => rmSync(home, { recursive: true }));
  const about = { format: 'cpansec-log/1', origin: 'log.example.org/log', store: 'log', state: 'state' };
  writeFileSync(
    join(home, 'log.json'),
    JSON.stringify({ ...about, keys: ['log.key'], policy: 'log.policy' }),
  );
  const config = readLogConfig(join(home, 'log.json'));
  await initLog(config, { env: {} });
  return {
    config,
    at: (path) => join(home, 'log', path),
    async add(...entries) {
      const told: string[] = [];
      const warn = (words: string): void => void told.push(words);
      await withLog(config, { env: {}, warn }, ({ log }) => log.addAll(entries));
      return told;
    },
  };
}

function release(name: string): ReleaseEntry {
  const path = `authors/id/E/EX/EXAMPLE/${name}.tar.gz`;
  const uploaded = '2026-11-26T00:00:00Z';
  return { type: 'release', path, sha256: hash('sha256', name), size: 1, uploaded, source: 'mirror' };
}

/** Releases that all are looked up in the file of these digits. */
function* releasesIn(digits: string): Generator<ReleaseEntry, never> {
  for (let i = 0; ; i++) {
    const one = release(`Chosen-${i}`);
    if (hash('sha256', `path:${one.path}`).startsWith(digits)) yield one;
  }
}

async function found({ config, at }: Given, subject: string): Promise<number[]> {
  const { read: fetch } = logStore(config, {});
  const policy = parsePolicy(readFileSync(at('policy')));
  const view = await viewLog({ fetch, hash: nodeSha256Into, signatures: nodeEd25519, policy });
  return (await findEntries(view, subject)).map(({ index }) => index);
}

test('a lookup that a mirror lets grow is split, and all of it is found', async (t) => {
  const log = await given(t);
  const store = logStore(log.config, {});
  const chosen = releasesIn('000');
  const all = Array.from({ length: 60 }, () => chosen.next().value);
  await log.add(...all.slice(0, 40));
  await store.remove([HINTS, ...(await store.list('lookup/'))]);
  const note = readFileSync(log.at('checkpoint'), 'utf8');
  const edition = await editionOf(log.config);
  await makeHints({ store, hash: nodeSha256Into, note, edition, lookupBytes: 400 });
  assert.deepEqual(await log.add(...all.slice(40)), []);
  assert.equal(readFileSync(log.at('lookup/000.json'), 'utf8'), '{}');
  for (const [i, { path }] of all.entries()) assert.deepEqual(await found(log, `path:${path}`), [i + 1]);
  assert.deepEqual(
    await found(log, 'author:EXAMPLE'),
    Array.from(all, (_, i) => i + 1),
  );
  assert.deepEqual(await found(log, 'path:authors/id/E/EX/EXAMPLE/None-1.tar.gz'), []);
  assert.deepEqual((await fsckLog(log.config, {})).faults, []);
});

test('a lookup that grew too large before any was split is made again', async (t) => {
  const log = await given(t);
  const { path } = release('Foo-1.0');
  writeFileSync(log.at(lookupPath(`path:${path}`, nodeSha256Into)), Buffer.alloc(MAX_LOOKUP_BYTES + 1, 0x20));
  assert.deepEqual(await log.add(release('Foo-1.0')), []);
  assert.deepEqual(await found(log, `path:${path}`), [1]);
});

test('no proof is missing because of a lookup', async (t) => {
  const log = await given(t);
  const foo = release('Foo-1.0');
  const bad = lookupPath(`path:${foo.path}`, nodeSha256Into);
  rmSync(log.at(bad), { force: true });
  mkdirSync(log.at(bad));
  const built = '2026-11-26T00:00:00Z';
  const manifest: LogEntry = { type: 'manifest', serial: 1, sha256: '0'.repeat(64), size: 1, built };
  assert.match(`${await log.add(foo)}`, /^lookups and proofs are not complete: .*lookup\/\w{3}\.json/);
  assert.match(`${await log.add(manifest)}`, /are not complete/);
  assert.ok(existsSync(log.at(`proof/path/${foo.path}.tlog-proof`)));
  assert.ok(existsSync(log.at('proof/manifest/1.tlog-proof')));
  const { faults } = await fsckLog(log.config, {});
  assert.deepEqual(
    faults.map(({ problem }) => problem),
    ['2 entries have none yet: cpansec-desk log hints'],
  );
  rmSync(log.at(bad), { recursive: true });
  await log.add();
  assert.deepEqual((await fsckLog(log.config, {})).faults, []);
});

const broken: [
  what: string,
  at: (path: string) => string,
  breaks: (place: string) => void,
  problem: RegExp,
][] = [
  [
    'a proof that is none',
    proofOf,
    (place) => writeFileSync(place, 'garbage'),
    /^proof\/.*: .*: cpansec-desk/,
  ],
  ['a proof that is gone', proofOf, (place) => rmSync(place), /^proof\/.*: cpansec-desk log hints makes/],
  [
    'a proof of another entry',
    proofOf,
    (place) => cpSync(place.replace('Foo-1.0', 'Bar-1.0'), place),
    /^proof\/path\/.*Foo.*: entry 2 is not in the tree by this proof: cpansec-desk/,
  ],
  [
    'a lookup that names what is not of its subject',
    (path) => lookupPath(`path:${path}`, nodeSha256Into),
    (place) =>
      writeFileSync(
        place,
        readFileSync(place, 'utf8').replace('Foo-1.0.tar.gz":[1]', 'Foo-1.0.tar.gz":[1,2]'),
      ),
    /^lookup\/\w+\.json: names what is not of its subject, 1 times/,
  ],
  [
    'a lookup of nothing that the log has',
    () => lookupPath('path:none', nodeSha256Into),
    (place) => writeFileSync(place, '{"path:none":[0]}'),
    /^lookup\/\w+\.json: names what is not of its subject, 1 times/,
  ],
];
for (const [what, place, breaks, problem] of broken)
  test(`${what} is found, and made again`, async (t) => {
    const log = await given(t);
    const foo = release('Foo-1.0');
    await log.add(foo, release('Bar-1.0'));
    assert.deepEqual((await fsckLog(log.config, {})).faults, []);
    breaks(log.at(place(foo.path)));
    const { faults } = await fsckLog(log.config, {});
    assert.match(`${faults.map(({ file, problem }) => `${file}: ${problem}`)}`, problem);
    const store = logStore(log.config, {});
    await store.remove([HINTS, ...(await store.list('lookup/'))]);
    await log.add();
    assert.deepEqual((await fsckLog(log.config, {})).faults, []);
  });

function proofOf(path: string): string {
  return `proof/path/${path}.tlog-proof`;
}

test('of two digests of a path the proof of the first stays, and a name that leaves no place for one is no fault', async (t) => {
  const log = await given(t);
  const foo = release('Foo-1.0');
  await log.add(foo, release('x'.repeat(250)), release('Foo-1.0.tar.gz.tlog-proof/Bar-1.0'));
  await log.add({ ...foo, sha256: '0'.repeat(64) });
  assert.deepEqual((await fsckLog(log.config, {})).faults, []);
});
