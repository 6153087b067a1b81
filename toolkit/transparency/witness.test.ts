import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8, toBase64 } from '../base/index.ts';
import { parseNoteSignature } from '../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../io/index.ts';
import {
  addCheckpoint,
  EMPTY_ROOT,
  openCheckpoint,
  readCheckpoint,
  verifySignature,
  verifySignatures,
  type Witness,
} from './index.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';
import { checkpointOf, forkedEntries, MemoryStore, proofFrom, requestOf } from './testdata/witnessed.ts';

const log = await signerOf('example.org/log', 1, 'ed25519');
const next = await signerOf('example.org/log', 2, 'ed25519');
const stranger = await signerOf('example.org/log', 3, 'ed25519');
const signer = await signerOf('witness.example.org', 4);
const START = 1_700_000_000;

interface Given extends Witness {
  readonly store: MemoryStore;
  time: number;
}

function given(): Given {
  const logs = new Map([['example.org/log', [log.verifier, next.verifier]]]);
  const ops = { ...nodeEd25519, hash: nodeSha256Into };
  const witness: Given = {
    logs,
    signer,
    store: new MemoryStore(),
    ops,
    time: START,
    now: () => witness.time,
  };
  return witness;
}

async function ask(witness: Witness, request: string) {
  return addCheckpoint(encodeUtf8(request), witness);
}

const stored = (witness: Given): string =>
  witness.store.notes.get('example.org/log') ?? assert.fail('nothing kept');

test('a witness follows a log, and keeps what it cosigned before it answers', async () => {
  const witness = given();
  for (const [from, to] of [
    [0, 5],
    [5, 5],
    [5, 8],
    [8, 13],
  ] as const) {
    witness.time += 10;
    const entries = forkedEntries(to);
    const answer = await ask(witness, await requestOf(from, entries, log));
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.contentType, 'text/plain; charset=utf-8');
    assert.match(answer.body, /^— witness\.example\.org \S+\n$/);
    const { checkpoint, note } = await openCheckpoint(stored(witness), log.verifier, nodeEd25519);
    assert.deepEqual(checkpoint, checkpointOf(entries));
    assert.equal(note.signatures.length, 2);
    assert.deepEqual(note.signatures[1], parseNoteSignature(answer.body.slice(0, -1)));
    assert.deepEqual(await verifySignatures(note, signer.verifier, nodeEd25519), [{ time: witness.time }]);
  }
});

test('it begins with a log of any size, also of none', async () => {
  for (const size of [0, 1, 13]) {
    const witness = given();
    assert.equal((await ask(witness, await requestOf(0, forkedEntries(size), log))).status, 200);
    assert.equal((await ask(witness, await requestOf(size, forkedEntries(20), log))).status, 200);
  }
});

test('what is refused, with which status, and changes nothing', async () => {
  const entries = forkedEntries(8);
  const good = await requestOf(5, entries, log);
  const none = await signedCheckpoint({ origin: 'example.org/log', size: 0, root: naiveRootOfOne() }, log);
  const other = await signerOf('example.org/other', 1, 'ed25519');
  const hash = toBase64(proofFrom(5, entries)[0] ?? EMPTY_ROOT);
  const note = good.slice(good.indexOf('\n\n') + 2);
  const forged = (await requestOf(5, entries, next)).replace('example.org/log\n8\n', 'example.org/log\n9\n');
  const fork = forkedEntries(5, 3);
  const elsewhere = (await requestOf(5, forkedEntries(9), next)).split('\n').at(-2) ?? '';
  const cases: [name: string, request: string | Uint8Array, status: number, body?: RegExp][] = [
    ['as it must be', good, 200],
    ['by its next key', await requestOf(5, entries, next), 200],
    ['also signed by somebody unknown', `${good}— example.org/x AQIDBAU=\n`, 200],
    ['the same again', await requestOf(5, forkedEntries(5), log), 200],
    ['nothing', '', 400],
    ['bytes of no text', Uint8Array.of(0xff, 0xfe), 400],
    ['a byte order mark', `\ufeff${good}`, 400],
    ['no size', good.replace('old 5\n', ''), 400],
    ['another word', good.replace('old 5', 'size 5'), 400],
    ['a size with a zero before it', good.replace('old 5', 'old 05'), 400],
    ['a size below nothing', good.replace('old 5', 'old -5'), 400],
    ['a size of no number', good.replace('old 5', 'old five'), 400],
    ['two spaces', good.replace('old 5', 'old  5'), 400],
    ['lines of Windows', good.replaceAll('\n', '\r\n'), 400],
    ['a hash that is none', good.replace(hash, 'hash'), 400],
    ['a hash of other padding', good.replace(hash, hash.slice(0, -1)), 400],
    ['a hash with bits beyond it', good.replace(hash, `${'A'.repeat(42)}B=`), 400],
    ['64 hashes', good.replace(`${hash}\n`, `${hash}\n`.repeat(64)), 400],
    ['no empty line', good.replace('\n\n', '\n'), 400],
    ['no checkpoint', 'old 5\n\n', 400],
    ['a checkpoint with a line more', good.replace(/(=\n)\n— /, '$1more\n\n— '), 400],
    ['a root that is not canonical', good.replace(/.=\n\n— /, 'B=\n\n— '), 400],
    ['a size that is not canonical', good.replace('\n8\n', '\n08\n'), 400],
    ['more after it', `${good}more\n`, 400],
    ['too long', `${good}${`— example.org/x ${'A'.repeat(1000)}\n`.repeat(150)}`, 400],
    ['an origin that is not followed', await requestOf(5, entries, other), 404],
    ['no signature of the log', await requestOf(5, entries, stranger), 403],
    ['a signature of another text', forged, 403],
    [
      'a good one beside a bad one',
      `${good}${elsewhere}
`,
      403,
    ],
    ['a log that shrank', await requestOf(9, entries, log, []), 400],
    ['a size that was never cosigned', await requestOf(4, entries, log), 409, /^5\n$/],
    ['a size of nothing', await requestOf(0, entries, log), 409, /^5\n$/],
    ['a larger size than was cosigned', await requestOf(6, entries, log), 409, /^5\n$/],
    ['no proof', await requestOf(5, entries, log, []), 422],
    ['another proof', good.replace(hash, toBase64(EMPTY_ROOT)), 422],
    ['a hash more', good.replace(`${hash}\n`, `${hash}\n${hash}\n`), 422],
    ['a proof of the same', await requestOf(5, forkedEntries(5), log, [EMPTY_ROOT]), 422],
    [
      'another tree of the same size',
      await requestOf(5, fork, log),
      422,
      /another root of the tree of size 5/,
    ],
    ['a tree that begins otherwise', await requestOf(5, forkedEntries(8, 3), log), 422],
  ];
  for (const [name, request, status, body = /^.+\n$/] of cases) {
    const witness = given();
    await ask(witness, await requestOf(0, forkedEntries(5), log));
    const before = stored(witness);
    const answer = await addCheckpoint(typeof request === 'string' ? encodeUtf8(request) : request, witness);
    assert.equal(answer.status, status, `${name}: ${answer.body}`);
    assert.match(answer.body, body, name);
    assert.equal(answer.contentType, status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8', name);
    if (status !== 200) assert.equal(stored(witness), before, name);
  }
  const first: [name: string, request: string, status: number][] = [
    ['a proof from nothing', await requestOf(0, entries, log, [EMPTY_ROOT]), 422],
    ['a tree of nothing with a root', `old 0\n\n${none}`, 422],
    ['a size where nothing was cosigned', good, 409],
    [
      'an unknown origin before all else',
      `old 9\n\n${note.replace('example.org/log\n', 'example.org/x\n')}`,
      404,
    ],
    ['a bad signature before the size', `old 9\n\n${note.replace('\n8\n', '\n7\n')}`, 403],
  ];
  for (const [name, request, status] of first)
    assert.equal((await ask(given(), request)).status, status, name);
});

function naiveRootOfOne(): Uint8Array {
  return checkpointOf(forkedEntries(1)).root;
}

test('a clock that was set back makes no cosignature, until it has caught up', async () => {
  const witness = given();
  await ask(witness, await requestOf(0, forkedEntries(5), log));
  witness.time = START - 60;
  const refused = await ask(witness, await requestOf(5, forkedEntries(8), log));
  assert.equal(refused.status, 503);
  assert.equal(refused.body, 'the clock of this witness stands 60 s before its last\n');
  assert.equal(readCheckpoint(stored(witness)).checkpoint.size, 5);
  witness.time = START;
  assert.equal((await ask(witness, await requestOf(5, forkedEntries(8), log))).status, 200);
});

test('within one second it says the same again, and writes nothing', async () => {
  const witness = given();
  const request = await requestOf(5, forkedEntries(5), log);
  const first = await ask(witness, await requestOf(0, forkedEntries(5), log));
  const before = stored(witness);
  assert.deepEqual(await ask(witness, request), first);
  assert.equal(stored(witness), before);
  witness.time++;
  assert.notDeepEqual(await ask(witness, request), first);
});

test('of two trees of one size it keeps the first, and says so', async () => {
  const fork = forkedEntries(5, 2);
  const cases: [name: string, request: string, status: number, seen: boolean][] = [
    ['as it should be asked', await requestOf(5, fork, log), 422, true],
    ['on another size', await requestOf(0, fork, log), 409, true],
    ['with a proof', await requestOf(5, fork, log, [EMPTY_ROOT]), 422, true],
    ['by its next key', await requestOf(5, fork, next), 422, true],
    ['which it did not sign', await requestOf(5, fork, stranger), 403, false],
    ['the same tree', await requestOf(0, forkedEntries(5), log), 409, false],
    ['another size', await requestOf(5, forkedEntries(8, 2), log), 422, false],
  ];
  for (const [name, request, status, wanted] of cases) {
    const seen: string[][] = [];
    const witness = { ...given(), splitView: (...notes: string[]) => seen.push(notes) };
    await ask(witness, await requestOf(0, forkedEntries(5), log));
    assert.equal((await ask(witness, request)).status, status, name);
    assert.equal(seen.length, wanted ? 1 : 0, name);
    const roots = seen.flat().map((note) => readCheckpoint(note).checkpoint);
    assert.deepEqual(roots, wanted ? [checkpointOf(forkedEntries(5)), checkpointOf(fork)] : [], name);
  }
});

test('a log that shows two witnesses two trees has neither cosign both', async () => {
  const [left, right] = [given(), given()];
  const [one, two] = [(size: number) => forkedEntries(size), (size: number) => forkedEntries(size, 3)];
  assert.equal((await ask(left, await requestOf(0, one(5), log))).status, 200);
  assert.equal((await ask(right, await requestOf(0, two(5), log))).status, 200);
  const statuses = [];
  for (const [witness, tree] of [
    [left, two],
    [right, one],
  ] as const)
    for (const [from, to] of [
      [5, 5],
      [5, 8],
      [0, 8],
    ] as const)
      statuses.push((await ask(witness, await requestOf(from, tree(to), log))).status);
  assert.deepEqual(statuses, [422, 422, 409, 422, 422, 409]);
  assert.equal((await ask(left, await requestOf(5, one(8), log))).status, 200);
  assert.equal((await ask(right, await requestOf(5, two(8), log))).status, 200);
});

test('no more cosignatures than are admitted, and only what would be one counts', async () => {
  const asked: string[] = [];
  const witness = { ...given(), admits: (_: string, what: string) => asked.push(what) < 3 };
  await ask(witness, await requestOf(0, forkedEntries(5), log));
  witness.now = () => START + 1;
  await ask(witness, await requestOf(4, forkedEntries(8), log));
  await ask(witness, await requestOf(5, forkedEntries(8), stranger));
  await ask(witness, await requestOf(5, forkedEntries(5, 2), log));
  await ask(witness, await requestOf(5, forkedEntries(5), log));
  assert.equal((await ask(witness, await requestOf(5, forkedEntries(8), log))).status, 429);
  assert.deepEqual(asked, ['growth', 'refresh', 'growth']);
});

test('who sends a checkpoint again and again keeps nobody from its cosignature', async () => {
  const witness = { ...given(), admits: (_: string, what: string) => what === 'growth' };
  const first = await ask(witness, await requestOf(0, forkedEntries(5), log));
  witness.now = () => START + 60;
  const again = await ask(witness, await requestOf(5, forkedEntries(5), log));
  assert.deepEqual([again.status, again.body], [200, first.body]);
});

test('what it kept must be its own', async () => {
  const kept = await signedCheckpoint(checkpointOf(forkedEntries(5)), log, [[signer, START]]);
  const cases: [name: string, kept: string][] = [
    ['not cosigned', await signedCheckpoint(checkpointOf(forkedEntries(5)), log)],
    [
      'by another witness',
      await signedCheckpoint(checkpointOf(forkedEntries(5)), log, [[await signerOf('w', 5), 1]]),
    ],
    [
      'of another log',
      await signedCheckpoint(checkpointOf(forkedEntries(5), 'example.org/other'), log, [[signer, 1]]),
    ],
    ['changed', kept.replace('\n5\n', '\n4\n')],
    ['cut short', kept.slice(0, 80)],
  ];
  for (const [name, note] of cases) {
    const witness = given();
    witness.store.notes.set('example.org/log', note);
    await assert.rejects(
      ask(witness, await requestOf(5, forkedEntries(8), log)),
      { name: 'TransparencyError' },
      name,
    );
    assert.equal(stored(witness), note, name);
  }
});

test('of many at once, each size is cosigned as one tree', async () => {
  const witness = given();
  await ask(witness, await requestOf(0, forkedEntries(5), log));
  const requests = [];
  for (const fork of [5, 6, 7])
    for (const size of [8, 9]) requests.push(requestOf(5, forkedEntries(size, fork), log));
  const answers = await Promise.all((await Promise.all(requests)).map((request) => ask(witness, request)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
});

test('whatever is asked in whatever order, what was cosigned is one log that grows', async () => {
  const step = fc.record({
    from: fc.nat(12),
    to: fc.nat(12),
    fork: fc.oneof(fc.constant(12), fc.nat(12)),
    wrong: fc.constantFrom<('proof' | 'key' | null)[]>('proof', 'key', null, null, null),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const witness = given();
    let last = checkpointOf([]);
    for (const { from, to, fork, wrong } of steps) {
      const entries = forkedEntries(to, Math.min(fork, to));
      const proof = wrong === 'proof' ? [EMPTY_ROOT] : proofFrom(from, entries);
      const answer = await ask(
        witness,
        await requestOf(from, entries, wrong === 'key' ? stranger : log, proof),
      );
      if (answer.status !== 200) continue;
      const signature = parseNoteSignature(answer.body.trim());
      const { checkpoint, note } = readCheckpoint(stored(witness));
      assert.notEqual(await verifySignature(note.text, signature, signer.verifier, nodeEd25519), null);
      assert.ok(checkpoint.size >= last.size);
      // The tree of the size before, of the entries that were just cosigned, is the one that was cosigned then.
      assert.deepEqual(checkpointOf(entries.slice(0, last.size)), last);
      last = checkpoint;
    }
  });
  await fc.assert(property, { seed, numRuns: rounds(60, 5000) });
});

test('any bytes are answered', async () => {
  const good = encodeUtf8(await requestOf(5, forkedEntries(8), log));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, odd]) => {
      const changed = Uint8Array.from([...good.subarray(0, at), ...odd, ...good.subarray(at + odd.length)]);
      return changed;
    }),
  );
  const property = fc.asyncProperty(bytes, async (body) => {
    const { status } = await addCheckpoint(body, given());
    assert.ok([400, 403, 404, 409, 422].includes(status), `${status}`);
  });
  await fc.assert(property, { seed, numRuns: rounds(300, 50_000) });
});
