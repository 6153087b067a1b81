import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { formatNoteVerifier, type NoteSigner, noteVerifier } from '../formats/index.ts';
import { nodeEd25519 } from '../io/index.ts';
import {
  checkPolicy,
  missingForQuorum,
  parseCheckpoint,
  parsePolicy,
  TransparencyError,
  type TransparencyErrorCode,
} from './index.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const code = (wanted: TransparencyErrorCode) => (error: unknown) =>
  error instanceof TransparencyError && error.code === wanted;

const vkey = ({ verifier }: NoteSigner): string => formatNoteVerifier(verifier);

const log = await signerOf('example.org/log', 1, 'ed25519');
const next = await signerOf('example.org/log', 2, 'ed25519');
const names = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'] as const;
const signers = new Map<string, NoteSigner>();
for (const [index, name] of names.entries())
  signers.set(name, await signerOf(`${name.toLowerCase()}.example.org`, 10 + index));
const signer = (name: string): NoteSigner => signers.get(name) ?? assert.fail(name);
const witness = (name: string): string => `witness ${name} ${vkey(signer(name))}\n`;

/** The example of the specification. */
const EXAMPLE = `log ${vkey(log)}

${['X1', 'X2', 'X3'].map(witness).join('')}group X-witnesses 2 X1 X2 X3

${['Y1', 'Y2', 'Y3'].map(witness).join('')}group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

test('the example of the specification', () => {
  const { logs, witnesses, groups, quorum } = parsePolicy(EXAMPLE);
  assert.deepEqual(logs, [{ verifier: log.verifier, url: null }]);
  assert.deepEqual(
    witnesses,
    names.map((name) => ({ name, verifier: signer(name).verifier, url: null })),
  );
  assert.deepEqual(groups, [
    { name: 'X-witnesses', needs: 2, members: ['X1', 'X2', 'X3'] },
    { name: 'Y-witnesses', needs: 1, members: ['Y1', 'Y2', 'Y3'] },
    { name: 'X-and-Y', needs: 2, members: ['X-witnesses', 'Y-witnesses'] },
  ]);
  assert.equal(quorum, 'X-and-Y');
});

test('a quorum is met, or it is said who is missing', () => {
  const cases: [policy: string, have: string, missing: string | null][] = [
    [EXAMPLE, 'X1 X2 Y1', null],
    [EXAMPLE, 'X1 X2 X3 Y1 Y2 Y3', null],
    [EXAMPLE, 'X1 X3 Y3', null],
    [
      EXAMPLE,
      'X1 Y1',
      '"X-and-Y" has 1 of the 2 that it needs, without "X-witnesses" has 1 of the 2 that it needs, without "X2", "X3"',
    ],
    [
      EXAMPLE,
      'X1 X2 X3',
      '"X-and-Y" has 1 of the 2 that it needs, without "Y-witnesses" has 0 of the 1 that it needs, without "Y1", "Y2", "Y3"',
    ],
    [`${witness('X1')}quorum X1\n`, 'X1', null],
    [`${witness('X1')}${witness('X2')}quorum X1\n`, 'X2', '"X1"'],
    ['quorum none\n', '', null],
    [`${witness('X1')}group g any X1\nquorum none\n`, '', null],
    [`${witness('X1')}group g any X1\nquorum X1\n`, 'X1', null],
    [
      `${witness('X1')}${witness('X2')}group g 2 X1 X2\nquorum g\n`,
      'X1',
      '"g" has 1 of the 2 that it needs, without "X2"',
    ],
  ];
  for (const [policy, have, missing] of cases)
    assert.equal(missingForQuorum(parsePolicy(policy), new Set(have.split(' '))), missing, have);
});

const ONE = witness('X1');
const TWO = `${ONE}${witness('X2')}`;

test('a policy is written as the specification says, or refused with the line', async () => {
  const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const plainWitness = formatNoteVerifier(noteVerifier('w', signer('X1').verifier.publicKey));
  const pq = formatNoteVerifier(noteVerifier('pq', new Uint8Array(1312), 'ml-dsa-44'));
  const cases: [name: string, policy: string | Uint8Array, line: number | 'good' | null][] = [
    ['only a quorum', 'quorum none\n', 'good'],
    ['spaces and tabs', ` \tquorum\t \tnone \t\n`, 'good'],
    ['comments and empty lines', '# a\n  # b\n\t\n\nquorum none\n#\n', 'good'],
    [
      'addresses',
      `log ${vkey(log)} https://example.org/log\n${ONE.trim()} https://w.example.org/\nquorum X1\n`,
      'good',
    ],
    ['two keys of one log', `log ${vkey(log)}\nlog ${vkey(next)}\nquorum none\n`, 'good'],
    ['keys of ML-DSA-44', `log ${pq}\nwitness w ${pq}\nquorum w\n`, 'good'],
    ['all of one', `${ONE}group all all X1\nquorum all\n`, 'good'],
    ['a group named any, of a number', `${TWO}group any 2 X1 X2\nquorum any\n`, 'good'],
    ['groups of a witness and a group', `${TWO}group a any X1\ngroup b all a X2\nquorum b\n`, 'good'],
    ['a quorum of a member', `${TWO}group a any X1 X2\nquorum X2\n`, 'good'],
    ['a name that is not ASCII', `${ONE.replace('X1', 'Zürich')}quorum Zürich\n`, 'good'],
    ['a name that is not UTF-8', latin1(`${ONE.replace('X1', 'Z\xfcrich')}quorum Z\xfcrich\n`), 'good'],
    [
      'names that look alike',
      `${ONE.replace('X1', 'K')}${witness('X2').replace('X2', '\u212a')}quorum K\n`,
      'good',
    ],
    ['32 of each', manyOf(32), 'good'],
    ['256 of each', manyOf(256), 'good'],
    ['257 of each', manyOf(257), null],
    ['nothing', '', null],
    ['no quorum', ONE, null],
    ['cut off', 'quorum none', null],
    ['two quorums', 'quorum none\nquorum none\n', 2],
    ['a quorum of two', `${TWO}quorum X1 X2\n`, 3],
    ['a quorum that stands below', `quorum X1\n${ONE}`, 1],
    ['a quorum of nobody', 'quorum X1\n', 1],
    ['a quorum of no name', 'quorum\n', 1],
    ['another keyword', 'quorum none\nquota none\n', 2],
    ['a keyword in capitals', 'Quorum none\n', 1],
    ['a line of Windows', 'quorum none\r\n', 1],
    ['a form feed', 'quorum none\n\f\n', 2],
    ['a deleted character', 'quorum none\n#\u007f\n', 2],
    ['a byte order mark', '\ufeffquorum none\n', 1],
    ['a space that is not ASCII', 'quorum\u00a0none\n', 1],
    ['a comment after an item', 'quorum none # none\n', 1],
    ['a log of no key', 'log\nquorum none\n', 1],
    ['a log of more', `log ${vkey(log)} https://example.org/ more\nquorum none\n`, 1],
    ['a log of a witness key', `log ${vkey(signer('X1'))}\nquorum none\n`, 1],
    ['a log of what is no key', 'log example.org/log\nquorum none\n', 1],
    ['a log twice', `log ${vkey(log)}\nlog ${vkey(log)}\nquorum none\n`, 2],
    [
      'a log twice by two names',
      `log ${vkey(log)}\nlog ${vkey(await signerOf('b', 1, 'ed25519'))}\nquorum none\n`,
      2,
    ],
    ['a witness of a log key', `witness X1 ${plainWitness}\nquorum none\n`, 1],
    ['a witness of no key', 'witness X1\nquorum none\n', 1],
    ['a witness of more', `${ONE.trim()} https://w.example.org/ more\nquorum none\n`, 1],
    ['a witness twice', `${ONE}${ONE.replace('X1', 'X2')}quorum none\n`, 2],
    ['a witness twice by two names', `${ONE}witness X2 ${vkey(await signerOf('b', 10))}\nquorum none\n`, 2],
    ['a witness whose name turns its direction', ONE.replace('X1', 'X\u202e1'), 1],
    ['a witness whose name colours a terminal', ONE.replace('X1', 'X\u009b31m'), 1],
    ['two witnesses of one name', `${ONE}${witness('X2').replace('X2', 'X1')}quorum none\n`, 2],
    ['a witness named none', `${ONE.replace('X1', 'none')}quorum none\n`, 1],
    ['a group named none', `${ONE}group none any X1\nquorum none\n`, 2],
    ['a group of the name of a witness', `${TWO}group X2 any X1\nquorum none\n`, 3],
    ['a group of none', `${ONE}group g any none\nquorum none\n`, 2],
    ['a group of nobody', `${ONE}group g any\nquorum none\n`, 2],
    ['a group of itself', `${ONE}group g any X1 g\nquorum none\n`, 2],
    ['a group of what stands below', `group g any X1\n${ONE}quorum none\n`, 1],
    ['a member twice', `${ONE}group g any X1 X1\nquorum none\n`, 2],
    ['a member of two groups', `${ONE}group g any X1\ngroup h any X1\nquorum none\n`, 3],
    ['a group that needs none', `${ONE}group g 0 X1\nquorum none\n`, 2],
    ['a group that needs more than it has', `${TWO}group g 3 X1 X2\nquorum none\n`, 3],
    ['a group that needs a negative', `${ONE}group g -1 X1\nquorum none\n`, 2],
    ['a group that needs a half', `${ONE}group g 0.5 X1\nquorum none\n`, 2],
    ['a number with a zero before it', `${TWO}group g 02 X1 X2\nquorum none\n`, 3],
    ['a number of hexadecimal digits', `${TWO}group g 0x2 X1 X2\nquorum none\n`, 3],
  ];
  for (const [name, policy, line] of cases)
    if (line === 'good') assert.doesNotThrow(() => parsePolicy(policy), name);
    else
      assert.throws(
        () => parsePolicy(policy),
        (error) =>
          error instanceof TransparencyError &&
          (error.code === 'policy' || error.code === 'bounds') &&
          (line === null || error.place.line === line),
        name,
      );
  assert.throws(() => parsePolicy(`#${'x'.repeat(1_000_000)}\nquorum none\n`), code('bounds'));
});

/** Logs, witnesses and nested groups; keys need not be on the curve to stand in a policy. */
function manyOf(count: number): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const key = Uint8Array.from([i % 256, i >> 8, ...new Uint8Array(30)]);
    lines.push(`log ${formatNoteVerifier(noteVerifier('l', key))}`);
    lines.push(`witness w${i} ${formatNoteVerifier(noteVerifier(`w${i}`, key, 'cosignature'))}`);
    lines.push(`group g${i} all w${i}${i === 0 ? '' : ` g${i - 1}`}`);
  }
  return `${lines.join('\n')}\nquorum g${count - 1}\n`;
}

const TEXT = 'example.org/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

/** `TEXT` signed by the log, then cosigned by these witnesses at these times. */
const cosigned = (cosigners: readonly [NoteSigner, time: number][], by = log): Promise<string> =>
  signedCheckpoint(parseCheckpoint(TEXT), by, cosigners);

test('a checkpoint is believed when the log signed it and a quorum cosigned it', async () => {
  const [x1, x2, y1] = [signer('X1'), signer('X2'), signer('Y1')];
  const good = await cosigned([
    [y1, 30],
    [x1, 10],
    [x2, 20],
  ]);
  const believed = await checkPolicy(parsePolicy(EXAMPLE), good, nodeEd25519);
  assert.equal(believed.checkpoint.size, 20852163);
  assert.deepEqual(believed.log, log.verifier);
  assert.deepEqual(believed.witnesses, [
    { name: 'X1', time: 10 },
    { name: 'X2', time: 20 },
    { name: 'Y1', time: 30 },
  ]);
  const unknown = await signerOf('unknown.example.org', 99);
  const rotated = `log ${vkey(next)}\n${EXAMPLE}`;
  const forged = good.replace(/(— x2\S+ )(.{30})./, '$1$2A');
  assert.notEqual(forged, good);
  const lines = good.split('\n');
  const cases: [name: string, policy: string, note: string, wanted: TransparencyErrorCode | string][] = [
    ['as it is', EXAMPLE, good, 'X1@10 X2@20 Y1@30'],
    ['by one of two keys of the log', rotated, good, 'X1@10 X2@20 Y1@30'],
    [
      'too few',
      EXAMPLE,
      await cosigned([
        [x1, 10],
        [y1, 10],
      ]),
      'quorum',
    ],
    [
      'one of them twice',
      EXAMPLE,
      await cosigned([
        [x1, 10],
        [x1, 11],
        [y1, 10],
      ]),
      'quorum',
    ],
    [
      'twice, and enough',
      EXAMPLE,
      await cosigned([
        [x1, 12],
        [x1, 11],
        [x2, 9],
        [y1, 10],
      ]),
      'X1@12 X2@9 Y1@10',
    ],
    [
      'with somebody unknown',
      EXAMPLE,
      await cosigned([
        [unknown, 1],
        [x1, 1],
        [x2, 1],
        [y1, 1],
      ]),
      'X1@1 X2@1 Y1@1',
    ],
    ['one that is forged', EXAMPLE, forged, 'signature'],
    ['not by the log', EXAMPLE, [...lines.slice(0, 4), ...lines.slice(5)].join('\n'), 'signature'],
    [
      'by another key of its name',
      EXAMPLE,
      await cosigned(
        [
          [x1, 1],
          [x2, 1],
          [y1, 1],
        ],
        next,
      ),
      'signature',
    ],
    ['of a policy without logs', `${ONE}quorum none\n`, good, 'signature'],
    ['no checkpoint', EXAMPLE, good.replace('20852163', '020852163'), 'checkpoint'],
    ['another size', EXAMPLE, good.replace('20852163', '20852164'), 'signature'],
    ['without a quorum', `log ${vkey(log)}\nquorum none\n`, await cosigned([]), ''],
  ];
  for (const [name, policy, note, wanted] of cases) {
    const checked = checkPolicy(parsePolicy(policy), note, nodeEd25519);
    if (/^[a-z]+$/.test(wanted)) await assert.rejects(checked, { code: wanted }, name);
    else
      assert.equal(
        (await checked).witnesses.map(({ name, time }) => `${name}@${time}`).join(' '),
        wanted,
        name,
      );
  }
});

test('a cosignature of the future does not count, where it is known what the future is', async () => {
  const note = await cosigned([
    [signer('X1'), 100],
    [signer('X1'), 300],
  ]);
  const policy = parsePolicy(`log ${vkey(log)}\n${ONE}quorum X1\n`);
  assert.deepEqual((await checkPolicy(policy, note, nodeEd25519, { now: 240 })).witnesses, [
    { name: 'X1', time: 300 },
  ]);
  assert.deepEqual((await checkPolicy(policy, note, nodeEd25519, { now: 239 })).witnesses, [
    { name: 'X1', time: 100 },
  ]);
  await assert.rejects(checkPolicy(policy, note, nodeEd25519, { now: 39 }), {
    code: 'quorum',
    message: 'no quorum of witnesses: "X1"; cosigned later than the clock of this machine says: "X1"',
  });
});

const SIGSUM = 'tlog-vectors/sigsum-go/policy-builtin';

test('policies of Sigsum, whose keys are bare', { skip: withoutShared(SIGSUM) }, () => {
  for (const file of readdirSync(sharedPath(SIGSUM))) {
    const bare = sharedText(`${SIGSUM}/${file}`);
    const text = bare.replace(/^(log|witness +(\S+)) +([0-9a-f]{64})/gm, (_, what, name, hex) => {
      const key = new Uint8Array(Buffer.from(hex, 'hex'));
      return `${what} ${formatNoteVerifier(noteVerifier(name ?? 'log', key, what === 'log' ? 'ed25519' : 'cosignature'))}`;
    });
    const { logs, witnesses, groups } = parsePolicy(text);
    assert.equal(logs.length, bare.match(/^log/gm)?.length, file);
    assert.ok(
      logs.every(({ url }) => url?.startsWith('https://')),
      file,
    );
    assert.equal(witnesses.length, bare.match(/^witness/gm)?.length ?? 0, file);
    assert.equal(groups.length, bare.match(/^group/gm)?.length ?? 0, file);
    assert.throws(() => parsePolicy(bare), code('policy'), file);
  }
});
