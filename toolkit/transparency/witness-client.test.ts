import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8, PlacedError } from '../base/index.ts';
import { formatNoteSignature, formatNoteVerifier, type NoteSigner, parseNote } from '../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../io/index.ts';
import {
  addCheckpoint,
  checkPolicy,
  cosign,
  formatCheckpoint,
  type Gathering,
  gatherCosignatures,
  type Post,
  parsePolicy,
  type Witness,
} from './index.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';
import { checkpointOf, forkedEntries, MemoryStore, proofFrom, requestOf } from './testdata/witnessed.ts';

const ops = { ...nodeEd25519, hash: nodeSha256Into };
const log = await signerOf('example.org/log', 1, 'ed25519');
const NAMES = ['one', 'two', 'three'] as const;
const signers: NoteSigner[] = [];
for (const [index, name] of NAMES.entries()) signers.push(await signerOf(`${name}.example.org`, 10 + index));
const [one, two, three] = signers;
if (one === undefined || two === undefined || three === undefined) throw new Error('no signers');

const policyOf = (quorum: string) =>
  parsePolicy(
    `log ${formatNoteVerifier(log.verifier)}\n${NAMES.map(
      (name, i) =>
        `witness ${name} ${formatNoteVerifier((signers[i] ?? one).verifier)} https://${name}.example.org/w/\n`,
    ).join('')}group g ${quorum} one two three\nquorum g\n`,
  );

type Answer = Awaited<ReturnType<Post>>;
type Behaviour = (body: string) => Promise<Answer>;

/** A witness that does as it must. */
function honest(signer: NoteSigner, time = 1_700_000_000): Behaviour {
  const logs = new Map([['example.org/log', [log.verifier]]]);
  const witness: Witness = { logs, signer, store: new MemoryStore(), ops, now: () => time };
  return (body) => addCheckpoint(encodeUtf8(body), witness);
}

/** What was asked of whom, and the way there. */
function network(behaviours: Readonly<Record<string, Behaviour>>): {
  readonly post: Post;
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    async post(url, body) {
      asked.push(`${url} ${body.slice(0, body.indexOf('\n'))}`);
      const behaviour = behaviours[new URL(url).hostname.split('.')[0] ?? ''];
      if (behaviour === undefined) throw new PlacedError('no-connection', 'no connection');
      return behaviour(body);
    },
  };
}

async function gathering(size: number, post: Post, more: Partial<Gathering> = {}): Promise<Gathering> {
  const entries = forkedEntries(size);
  return {
    note: await signedCheckpoint(checkpointOf(entries), log),
    policy: policyOf('all'),
    proofFrom: async (from) => proofFrom(from, entries),
    post,
    ops,
    sizes: new Map(),
    ...more,
  };
}

const text = (size: number): string => formatCheckpoint(checkpointOf(forkedEntries(size)));

test('all witnesses of a policy cosign, and the note says so', async () => {
  const { post, asked } = network({ one: honest(one), two: honest(two), three: honest(three) });
  const given = await gathering(5, post);
  const { note, met, missing, answers } = await gatherCosignatures(given);
  assert.ok(met);
  assert.equal(missing, '');
  assert.deepEqual(
    answers,
    NAMES.map((name) => ({ name, outcome: 'cosigned', why: '' })),
  );
  const { witnesses } = await checkPolicy(given.policy, note, nodeEd25519);
  assert.deepEqual(
    witnesses.map(({ name }) => name),
    NAMES,
  );
  assert.deepEqual(
    asked,
    NAMES.map((name) => `https://${name}.example.org/w/add-checkpoint old 0`),
  );
});

test('sizes are remembered, and a wrong one is told once', async () => {
  const { post, asked } = network({ one: honest(one), two: honest(two), three: honest(three) });
  const sizes = new Map<string, number>();
  assert.ok((await gatherCosignatures(await gathering(5, post, { sizes }))).met);
  assert.ok((await gatherCosignatures(await gathering(8, post, { sizes }))).met);
  assert.equal(asked.length, 6);
  sizes.clear();
  assert.ok((await gatherCosignatures(await gathering(9, post, { sizes }))).met);
  assert.deepEqual(
    asked
      .slice(6)
      .map((line) => line.slice(-5))
      .sort(),
    ['old 0', 'old 0', 'old 0', 'old 8', 'old 8', 'old 8'],
  );
  assert.deepEqual([...sizes.values()], [9, 9, 9]);
  const made: number[] = [];
  const given = await gathering(13, post, { sizes });
  const counted = (size: number) => {
    made.push(size);
    return given.proofFrom(size);
  };
  assert.ok((await gatherCosignatures({ ...given, proofFrom: counted })).met);
  assert.deepEqual(made, [9]);
});

test('what a witness does wrong is said, and none of it gets into the note', async () => {
  const plain = 'text/plain; charset=utf-8';
  const cosignature = async (size: number, signer = two, time = 1) =>
    formatNoteSignature(await cosign(text(size), time, signer));
  const good = await cosignature(5);
  const answering = (status: number, body: string, contentType = plain): Behaviour => {
    return async () => ({ status, contentType, body });
  };
  const forged = good.replace(/(?<= .{40})./, (char) => (char === 'A' ? 'B' : 'A'));
  const late: Behaviour = async () => {
    throw new PlacedError('timeout', 'two.example.org did not answer within 1000 ms');
  };
  const zero = Buffer.concat([Buffer.from(two.verifier.id, 'hex'), Buffer.alloc(8)]);
  const zeroTime = Buffer.concat([
    zero,
    await two.sign(encodeUtf8(`cosignature/v1\ntime 0\n${text(5)}`)),
  ]).toString('base64');
  const cases: [name: string, behaviour: Behaviour | null, outcome: string, why: RegExp][] = [
    ['as it must', answering(200, good), 'cosigned', /^$/],
    [
      'with a signature of somebody else',
      answering(200, `${await cosignature(5, one)}${good}`),
      'cosigned',
      /^$/,
    ],
    ['with one of an unknown type', answering(200, `— two.example.org AQIDBAU=\n${good}`), 'cosigned', /^$/],
    ['with two of its own', answering(200, good + (await cosignature(5, two, 2))), 'cosigned', /^$/],
    ['dead', null, 'unreachable', /no connection/],
    ['late', late, 'late', /within 1000 ms/],
    ['a signature that does not hold', answering(200, forged), 'broken', /did not sign this checkpoint/],
    ['one good and one bad', answering(200, good + forged), 'broken', /did not sign/],
    ['of another checkpoint', answering(200, await cosignature(4)), 'broken', /did not sign/],
    [
      'of another witness',
      answering(200, await cosignature(5, one)),
      'broken',
      /^no cosignature by "two\.example\.org"$/,
    ],
    ['without an instant', answering(200, `— two.example.org ${zeroTime}\n`), 'broken', /without an instant/],
    [
      'of the future',
      answering(200, await cosignature(5, two, 2_000_000_061)),
      'broken',
      /^a cosignature of the future$/,
    ],
    ['nothing', answering(200, ''), 'broken', /does not end/],
    ['an empty line', answering(200, '\n'), 'broken', /no signature/],
    ['a page', answering(200, '<html>\n'), 'broken', /no signature/],
    ['a note and no signature', answering(200, `${text(5)}\n${good}`), 'broken', /no signature/],
    ['not ended', answering(200, good.trimEnd()), 'broken', /does not end/],
    ['a hundred times', answering(200, good.repeat(100)), 'cosigned', /^$/],
    ['more often', answering(200, good.repeat(101)), 'broken', /^101 signatures$/],
    [
      'an unknown log',
      answering(404, 'no log "example.org/log" is followed here\n'),
      'refused',
      /^answers 404: "no log/,
    ],
    ['inconsistent', answering(422, 'the proof is not of the tree\n'), 'refused', /^answers 422: "the proof/],
    [
      'its clock',
      answering(503, 'the clock of this witness stands 60 s before its last\n'),
      'refused',
      /clock/,
    ],
    ['elsewhere', answering(307, ''), 'broken', /^answers 307/],
    [
      'always another size',
      answering(409, '4\n', 'text/x.tlog.size'),
      'refused',
      /^it has cosigned 4 entries$/,
    ],
    ['the same size', answering(409, '5\n', 'text/x.tlog.size'), 'refused', /^it has cosigned 5 entries$/],
    ['a larger size', answering(409, '6\n', 'text/x.tlog.size'), 'refused', /^it has cosigned 6 entries$/],
    ['a size that is none', answering(409, '04\n', 'text/x.tlog.size'), 'refused', /^answers 409: "04"$/],
    ['a size of another type', answering(409, '4\n'), 'refused', /^answers 409: "4"$/],
    ['something long', answering(500, 'x'.repeat(60_000)), 'refused', /^answers 500: "x{200}…"$/],
  ];
  for (const [name, behaviour, outcome, why] of cases) {
    const others = { one: honest(one), three: honest(three) };
    const { post, asked } = network(behaviour === null ? others : { ...others, two: behaviour });
    const { note, met, missing, answers } = await gatherCosignatures(
      await gathering(5, post, { now: 2_000_000_000 }),
    );
    const answer = answers.find((one) => one.name === 'two');
    assert.equal(answer?.outcome, outcome, name);
    assert.match(answer?.why ?? '', why, name);
    assert.equal(met, outcome === 'cosigned', name);
    assert.match(missing, met ? /^$/ : /"g" has 2 of the 3 that it needs, without "two"$/, name);
    const { witnesses } = await checkPolicy(policyOf('2'), note, nodeEd25519);
    assert.equal(witnesses.length, met ? 3 : 2, name);
    assert.ok(asked.length <= 4, name);
  }
});

test('a quorum is enough, and what was gathered before counts', async () => {
  const { post } = network({ one: honest(one), three: honest(three) });
  const policy = policyOf('2');
  const { met, note } = await gatherCosignatures(await gathering(5, post, { policy }));
  assert.ok(met);
  const nobody = network({});
  const again = await gatherCosignatures(await gathering(5, nobody.post, { policy, note }));
  assert.ok(again.met);
  assert.equal(again.note, note);
  const newer = network({ one: honest(one, 1_700_000_060) });
  const fresh = await gatherCosignatures(await gathering(5, newer.post, { policy, note }));
  const { witnesses } = await checkPolicy(policy, fresh.note, nodeEd25519);
  assert.deepEqual(witnesses, [
    { name: 'one', time: 1_700_000_060 },
    { name: 'three', time: 1_700_000_000 },
  ]);
});

test('witnesses that are not of the policy may be asked too, and those without an address are not', async () => {
  const four = await signerOf('four.example.org', 20);
  const { post, asked } = network({ one: honest(one), four: honest(four) });
  const policy = parsePolicy(
    `log ${formatNoteVerifier(log.verifier)}\nwitness w ${formatNoteVerifier(one.verifier)}\nquorum none\n`,
  );
  const none = await gatherCosignatures(await gathering(5, post, { policy }));
  assert.deepEqual([none.answers, none.met, asked], [[], true, []]);
  const witnesses = [
    { verifier: one.verifier, url: 'https://one.example.org' },
    { verifier: four.verifier, url: 'https://four.example.org' },
  ];
  const { answers, note } = await gatherCosignatures(await gathering(5, post, { policy, witnesses }));
  assert.deepEqual(
    answers.map(({ name, outcome }) => `${name} ${outcome}`),
    ['w cosigned', 'four.example.org cosigned'],
  );
  assert.match(note, /\n— four\.example\.org \S+\n/);
});

test('what is ours to do wrong is thrown', async () => {
  const { post } = network({ one: honest(one) });
  const stranger = await signerOf('example.org/log', 3, 'ed25519');
  const unsigned = await signedCheckpoint(checkpointOf(forkedEntries(5)), stranger);
  await assert.rejects(gatherCosignatures(await gathering(5, post, { note: unsigned })), {
    code: 'signature',
  });
  await assert.rejects(gatherCosignatures(await gathering(5, post, { note: 'none' })), {
    code: 'checkpoint',
  });
  const proofless = () => Promise.reject(new Error('no tiles'));
  await assert.rejects(gatherCosignatures(await gathering(5, post, { proofFrom: proofless })), {
    message: 'no tiles',
  });
});

test('a log that shows two witnesses two trees gets no quorum for either', async () => {
  const [left, right] = [honest(one), honest(two)];
  const behaviours = { one: left, two: right };
  await left(await requestOf(0, forkedEntries(5), log));
  await right(await requestOf(0, forkedEntries(5, 3), log));
  const policy = policyOf('2');
  for (const fork of [9, 3]) {
    const entries = forkedEntries(9, fork);
    const { post } = network(behaviours);
    const given = await gathering(9, post, { policy, proofFrom: async (from) => proofFrom(from, entries) });
    const note = await signedCheckpoint(checkpointOf(entries), log);
    const { met, answers } = await gatherCosignatures({ ...given, note });
    assert.ok(!met);
    assert.deepEqual(
      answers.map(({ outcome }) => outcome),
      fork === 9 ? ['cosigned', 'refused', 'unreachable'] : ['refused', 'cosigned', 'unreachable'],
    );
  }
});

test('whatever a witness answers, a note gets its cosignature or nothing', async () => {
  const good = formatNoteSignature(await cosign(text(5), 1_700_000_000, two));
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .tuple(fc.nat(good.length), fc.string({ maxLength: 3 }))
      .map(([at, odd]) => good.slice(0, at) + odd + good.slice(at)),
    fc.constantFrom(good, good + good, `${good}\n`, '5\n', '4\n', '999999999999999999\n'),
  );
  const answer = fc.record({
    status: fc.constantFrom(200, 200, 200, 409, 100, 204, 301, 400, 404, 422, 500, 599, 999),
    contentType: fc.constantFrom('text/plain; charset=utf-8', 'text/x.tlog.size', ''),
    body,
  });
  const policy = policyOf('1');
  const property = fc.asyncProperty(answer, answer, async (first, second) => {
    const answers = [first, second];
    const { post } = network({ two: async () => answers.shift() ?? assert.fail('asked a third time') });
    const { met, note } = await gatherCosignatures(await gathering(5, post, { policy }));
    const signatures = parseNote(note).signatures.length;
    assert.equal(signatures, met ? 2 : 1);
    if (met) await checkPolicy(policy, note, nodeEd25519);
  });
  await fc.assert(property, { seed, numRuns: rounds(150, 20_000) });
});
