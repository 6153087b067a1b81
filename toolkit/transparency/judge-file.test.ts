import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import {
  encodeLookup,
  type FetchBytes,
  type FileInHand,
  type FileVerdict,
  findEntries,
  formatEntry,
  formatProof,
  judgeByLog,
  judgeByProof,
  type LogEntry,
  type LogView,
  lookupPath,
  TransparencyError,
  viewLog,
} from './index.ts';
import {
  GivenCpanLog,
  ops,
  others,
  policy,
  release,
  sha256Of,
  TIME,
  witnesses,
} from './testdata/given-cpan-log.ts';

const foo = release('Foo-1.0.tar.gz', 'foo');
const moved = release('Bar-1.0.tar.gz', 'bar', { path: 'authors/id/E/EX/EXAMPLE/sub/Bar-1.0.tar.gz' });
const advisory: LogEntry = {
  type: 'advisory',
  id: 'CPANSA-Foo-2026-01',
  revision: 2,
  sha256: sha256Of('{}'),
  published: '2026-11-20T09:30:00Z',
  source: 'publisher',
};
const twice = release('Twice-1.0.tar.gz', 'one');
/** Of somebody else, with a name that is logged already. */
const same = release('Same-1.0.tar.gz', 'same');
const evil = release('Same-1.0.tar.gz', 'evil same', { path: 'authors/id/E/EV/EVIL/Same-1.0.tar.gz' });
const unnamed = (text: string): LogEntry[] => [
  {
    type: 'attestation',
    subject: foo.sha256,
    kind: 'in-toto',
    predicate: 'https://example.org/x',
    sha256: sha256Of(`${text} attestation`),
    size: 1,
  },
  { type: 'tuf', role: 'root', version: 1, sha256: sha256Of(`${text} tuf`), size: 1 },
  {
    type: 'audit-head',
    origin: 'example.org/x',
    sha256: sha256Of(`${text} audit-head`),
    at: '2026-11-20T09:30:00Z',
  },
];
/** One file, logged very often. */
const flood = Array.from({ length: 100 }, (_, i) =>
  release(`Evil-${i}.tar.gz`, 'flooded', { path: `authors/id/E/EV/EVIL/Evil-${i}.tar.gz` }),
);
/** Taken away and put back very often between its two digests. */
const gone = release('Gone-1.0.tar.gz', 'one');
const removals = Array.from(
  { length: 100 },
  (_, i): LogEntry => ({
    type: 'removal',
    path: gone.path,
    removed: new Date(Date.UTC(2026, 9, 1, i)).toISOString().replace('.000Z', 'Z'),
    source: 'mirror',
  }),
);
const flooded = release('Flooded-1.0.tar.gz', 'flooded');
const said = [
  ...others(0, 260),
  foo,
  moved,
  advisory,
  twice,
  release('Twice-1.0.tar.gz', 'two'),
  same,
  evil,
  ...unnamed('evil'),
  flooded,
  ...flood,
  gone,
  ...removals,
  release('Gone-1.0.tar.gz', 'two'),
];
const log = await new GivenCpanLog().publish(said);
const view = await log.view();
const viewing = { hash: ops.hash, signatures: ops, policy };

const inHand = (name: string, text: string, path: string | null = null): FileInHand => ({
  name,
  sha256: sha256Of(text),
  path,
});

const files: [what: string, file: FileInHand, verdict: FileVerdict['verdict'], index: number | null][] = [
  ['a release', inHand('Foo-1.0.tar.gz', 'foo'), 'logged', 260],
  ['a release at its path', inHand('x', 'foo', foo.path), 'logged', 260],
  ['its bytes under another name', inHand('Foo-2.0.tar.gz', 'foo'), 'not-logged', 260],
  ['its bytes at the path of another', inHand('Foo-1.0.tar.gz', 'foo', moved.path), 'other-digest', 261],
  ['its bytes where nothing is', inHand('x', 'foo', moved.path.replace('Bar', 'Baz')), 'not-logged', 260],
  ['other bytes at its path', inHand('Foo-1.0.tar.gz', 'evil', foo.path), 'other-digest', 260],
  ['other bytes under a name that was logged', inHand('Foo-1.0.tar.gz', 'evil'), 'not-logged', 260],
  ['other bytes under a name that two have', inHand('Same-1.0.tar.gz', 'evil'), 'not-logged', 266],
  ['bytes and a name that nobody logged', inHand('New-1.0.tar.gz', 'evil'), 'not-logged', null],
  ['a release below a directory', inHand('Bar-1.0.tar.gz', 'bar'), 'logged', 261],
  ['an advisory', inHand('CPANSA-Foo-2026-01.json', '{}'), 'logged', 262],
  ['an advisory under the id of another', inHand('CPANSA-Foo-2026-02.json', '{}'), 'not-logged', 262],
  ['a release that was logged with two digests', inHand('Twice-1.0.tar.gz', 'one'), 'conflict', 263],
  ['and the other of them', inHand('Twice-1.0.tar.gz', 'two'), 'conflict', 264],
  ['a release whose name two have', inHand('Same-1.0.tar.gz', 'same'), 'path-unknown', 265],
  ['and that of the other', inHand('Same-1.0.tar.gz', 'evil same'), 'path-unknown', 266],
  ['the one at its path', inHand('Same-1.0.tar.gz', 'same', same.path), 'logged', 265],
  [
    'the other at the path of the first',
    inHand('Same-1.0.tar.gz', 'evil same', same.path),
    'other-digest',
    265,
  ],
  ['an attestation', inHand('Foo-1.0.tar.gz', 'evil attestation'), 'path-unknown', 267],
  ['TUF metadata', inHand('Foo-1.0.tar.gz', 'evil tuf'), 'path-unknown', 268],
  ['an audit head', inHand('Foo-1.0.tar.gz', 'evil audit-head'), 'path-unknown', 269],
  ['an attestation at a path', inHand('Foo-1.0.tar.gz', 'evil attestation', foo.path), 'other-digest', 260],
  ['a file that was logged very often', inHand('Flooded-1.0.tar.gz', 'flooded'), 'logged', 270],
  ['the same by its path', inHand('x', 'flooded', flooded.path), 'logged', 270],
  ['one of two digests with very many removals between', inHand('x', 'one', gone.path), 'conflict', 371],
  ['and the other of them', inHand('x', 'two', gone.path), 'conflict', 472],
];
for (const [what, file, wanted, index] of files) {
  test(`by the log: ${what} is ${wanted}`, async () => {
    const found = await judgeByLog(file, view);
    assert.equal(found.verdict, wanted, JSON.stringify(found));
    const shown = found.verdict === 'not-logged' ? found.near : found;
    assert.equal(shown !== null && 'index' in shown ? shown.index : null, index);
    assert.ok('origin' in found && found.origin === 'example.org/log' && found.size === said.length);
    assert.deepEqual(found.witnesses, [
      { name: 'w1', time: TIME },
      { name: 'w2', time: TIME },
    ]);
  });
}

async function proofOf(index: number, from: LogView, extra?: Uint8Array | null): Promise<Uint8Array> {
  const { reader, checkpoint, note } = from;
  const { entry } = await reader.entry(index, checkpoint);
  const hashes = await reader.inclusionProof(index, checkpoint);
  return encodeUtf8(
    formatProof({ extra: extra === undefined ? entry : extra, index, hashes, checkpoint: note }),
  );
}

test('by a proof, without asking anybody', async () => {
  const proof = await proofOf(260, view);
  const cases: [file: FileInHand, verdict: FileVerdict['verdict']][] = [
    [inHand('Foo-1.0.tar.gz', 'foo'), 'path-unknown'],
    [inHand('Foo-1.0.tar.gz', 'foo', foo.path), 'logged'],
    [inHand('Foo-1.0.tar.gz', 'foo', moved.path), 'other-name'],
    [inHand('Foo-2.0.tar.gz', 'foo'), 'other-name'],
    [inHand('x', 'evil', foo.path), 'other-digest'],
  ];
  for (const [file, verdict] of cases) {
    const found = await judgeByProof(file, proof, policy, ops);
    assert.equal(found.verdict, verdict);
    assert.equal('index' in found && found.index, 260);
  }
});

test('by a proof of an entry without a path', async () => {
  const cases: [index: number, file: FileInHand, verdict: FileVerdict['verdict']][] = [
    [262, inHand('CPANSA-Foo-2026-01.json', '{}'), 'logged'],
    [262, inHand('CPANSA-Foo-2026-01.json', '{}', foo.path), 'other-name'],
    [262, inHand('Foo-1.0.tar.gz', '{}'), 'other-name'],
    ...[267, 268, 269].flatMap((index): [number, FileInHand, FileVerdict['verdict']][] => {
      const text = `evil ${said[index]?.type}`;
      return [
        [index, inHand('Foo-1.0.tar.gz', text), 'path-unknown'],
        [index, inHand('Foo-1.0.tar.gz', text, foo.path), 'other-name'],
      ];
    }),
  ];
  for (const [index, file, verdict] of cases)
    assert.equal((await judgeByProof(file, await proofOf(index, view), policy, ops)).verdict, verdict);
});

test('a log whose lookup does not know names vouches for none without its path', async () => {
  const old = await new GivenCpanLog().publish(said);
  old.files.delete(lookupPath('name:Foo-1.0.tar.gz', ops.hash));
  const found = await judgeByLog(inHand('Foo-1.0.tar.gz', 'foo'), await old.view());
  assert.equal(found.verdict, 'path-unknown');
});

test('a proof that does not hold, or cannot be judged', async () => {
  const file = inHand('Foo-1.0.tar.gz', 'foo');
  const proof = await proofOf(260, view);
  const alone = await new GivenCpanLog().publish(said, TIME, witnesses.slice(1));
  const noDigest: LogEntry = { type: 'removal', path: foo.path, removed: null, source: 'mirror' };
  const removal = await new GivenCpanLog().publish([noDigest]);
  const view1 = { ...(await log.view()), note: alone.note };
  const forged = formatEntry({ ...foo, sha256: sha256Of('evil') });
  const text = new TextDecoder().decode(proof);
  const cases: [what: string, proof: Uint8Array, code: string, problem: RegExp][] = [
    ['is none', encodeUtf8('hello'), 'proof', /./],
    ['is not UTF-8', Uint8Array.of(0x80), 'proof', /UTF-8/],
    ['is empty', new Uint8Array(0), 'proof', /./],
    ['carries no entry', await proofOf(260, view, null), 'proof', /carries no entry/],
    ['carries another entry', await proofOf(260, view, forged), 'proof', /not in the tree/],
    ['is of another entry', await proofOf(261, view, formatEntry(foo)), 'proof', /not in the tree/],
    ['carries what is no entry', await proofOf(260, view, Uint8Array.of(1)), 'entry', /no first line/],
    ['lacks a witness', await proofOf(260, view1), 'quorum', /w1/],
    [
      'has a changed checkpoint',
      encodeUtf8(text.replace(`\n${said.length}\n`, '\n999\n')),
      'signature',
      /did not sign/,
    ],
    ['is of another file', await proofOf(261, view), 'proof', /is of another file: "authors\/id\/.*Bar-1/],
    ['is of another advisory', await proofOf(262, view), 'proof', /another file: "CPANSA-Foo-2026-01.json"/],
    ['is of an entry without a digest', await proofOf(0, await removal.view()), 'proof', /says no digest/],
  ];
  for (const [what, bytes, code, problem] of cases) {
    const found = await judgeByProof(file, bytes, policy, ops);
    assert.ok(found.verdict === 'unproved', `${what}: ${found.verdict}`);
    assert.equal(found.code, code, what);
    assert.match(found.problem, problem, what);
  }
});

test('a proof of other bytes under a name that is nobody’s', async () => {
  const found = await judgeByProof(inHand('Foo-1.0.tar.gz', 'evil'), await proofOf(260, view), policy, ops);
  assert.ok(found.verdict === 'unproved' && found.code === 'proof');
  assert.match(found.problem, /is of other bytes: "authors\/id\/.*Foo-1/);
});

/** What has states, one after the other, and what was taken away. */
const index = (text: string): LogEntry => ({
  type: 'index',
  path: 'modules/02packages.details.txt.gz',
  sha256: sha256Of(text),
  size: text.length,
  published: null,
  source: 'mirror',
});
const revision = (number: number, text: string): LogEntry => ({
  ...advisory,
  revision: number,
  sha256: sha256Of(text),
});
const manifest = (serial: number): LogEntry => ({
  type: 'manifest',
  serial,
  sha256: sha256Of(`manifest ${serial}`),
  size: 1,
  built: '2026-11-20T09:30:00Z',
});
const removal = (day: number): LogEntry => ({
  type: 'removal',
  path: foo.path,
  removed: `2026-11-${day}T00:00:00Z`,
  source: 'mirror',
});
const states = await new GivenCpanLog().publish([
  ...[index('a'), index('b'), index('a'), index('c'), index('a')],
  ...[revision(1, 'r1'), revision(2, 'r2'), revision(2, 'evil r2'), revision(3, 'r3')],
  ...[manifest(1), manifest(2), removal(10), foo, removal(11)],
]);
const atIndex = 'modules/02packages.details.txt.gz';
const ofStates: [what: string, file: FileInHand, verdict: FileVerdict['verdict'], more: unknown][] = [
  ['an old index', inHand('x', 'b', atIndex), 'superseded', 4],
  ['an index that was there before', inHand('x', 'a', atIndex), 'logged', null],
  ['an old index by its name', inHand('02packages.details.txt.gz', 'c'), 'superseded', 4],
  ['an old revision', inHand('CPANSA-Foo-2026-01.json', 'r1'), 'superseded', 8],
  ['the newest revision', inHand('CPANSA-Foo-2026-01.json', 'r3'), 'logged', null],
  ['one digest of a revision that has two', inHand('CPANSA-Foo-2026-01.json', 'r2'), 'conflict', 7],
  ['and the other', inHand('CPANSA-Foo-2026-01.json', 'evil r2'), 'conflict', 6],
  ['an old manifest', inHand('manifest.json', 'manifest 1'), 'superseded', 10],
  ['the newest manifest', inHand('manifest.json', 'manifest 2'), 'logged', null],
  [
    'a release that was taken away',
    inHand('x', 'foo', foo.path),
    'logged',
    { index: 13, removed: '2026-11-11T00:00:00Z' },
  ],
];
for (const [what, file, verdict, more] of ofStates) {
  test(`by the log: ${what} is ${verdict}`, async () => {
    const found = await judgeByLog(file, await states.view());
    assert.equal(found.verdict, verdict);
    if (found.verdict === 'superseded') assert.equal(found.newer.index, more);
    if (found.verdict === 'conflict') assert.equal(found.other, more);
    if (found.verdict === 'logged') assert.deepEqual(found.removal, more);
  });
}

test('a cosignature of the future does not count', async () => {
  const file = inHand('Foo-1.0.tar.gz', 'foo');
  const found = await judgeByProof(file, await proofOf(260, view), policy, { ...ops, now: TIME - 61 });
  assert.ok(found.verdict === 'unproved' && found.code === 'quorum');
  assert.match(found.problem, /; cosigned later than the clock of this machine says: "w1", "w2"$/);
});

test('a log that does not hold is not believed', async () => {
  const broken = await new GivenCpanLog().publish(said);
  const path = `tile/entries/001.p/${said.length - 256}`;
  const bytes = broken.files.get(path)?.slice() ?? new Uint8Array(0);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  broken.files.set(path, bytes);
  const found = await judgeByLog(inHand('Foo-1.0.tar.gz', 'foo'), await broken.view());
  assert.ok(found.verdict === 'unproved' && found.code === 'bundle', JSON.stringify(found));
});

test('a lookup is a hint: what it names is proved, and must be of what was asked', async () => {
  const subject = `sha256:${foo.sha256}`;
  const lying = await new GivenCpanLog().publish(said);
  lying.files.set(lookupPath(subject, ops.hash), encodeLookup(new Map([[subject, [3, 999]]])));
  await assert.rejects(findEntries(await lying.view(), subject), {
    code: 'lookup',
    message: /^lookup\/[0-9a-f]{3}\.json: entry 3 is not of sha256:/,
  });
  const late = await new GivenCpanLog().publish(said);
  late.files.set(lookupPath(subject, ops.hash), encodeLookup(new Map([[subject, [260, 999]]])));
  const [found, ...more] = await findEntries(await late.view(), subject);
  assert.deepEqual([found?.index, found?.said, more.length], [260, foo, 0]);
  late.files.delete(lookupPath(subject, ops.hash));
  assert.deepEqual(await findEntries(await late.view(), subject), []);
});

test('whatever byte of a log is changed, no other file is said to be logged, and no good one to be another', async () => {
  const paths = [...log.files.keys()].sort();
  const property = fc.asyncProperty(
    fc.constantFrom(...paths),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    async (path, at, by) => {
      const files = new Map(log.files);
      const changed = files.get(path)?.slice() ?? new Uint8Array(0);
      changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ by;
      files.set(path, changed);
      const fetch: FetchBytes = async (asked) => files.get(asked) ?? null;
      const told = async (file: FileInHand): Promise<string> => {
        try {
          return (await judgeByLog(file, await viewLog({ ...viewing, fetch }))).verdict;
        } catch (error) {
          assert.ok(error instanceof TransparencyError, String(error));
          return 'unproved';
        }
      };
      const good = await told(inHand('Foo-1.0.tar.gz', 'foo'));
      assert.ok(
        ['logged', 'path-unknown', 'unproved', 'not-logged'].includes(good),
        `${path} ${at}: ${good}`,
      );
      const evil = await told(inHand('Foo-1.0.tar.gz', 'evil', foo.path));
      assert.ok(['other-digest', 'unproved', 'not-logged'].includes(evil), `${path} ${at}: ${evil}`);
    },
  );
  await fc.assert(property, { seed, numRuns: rounds(100, 5000) });
});
