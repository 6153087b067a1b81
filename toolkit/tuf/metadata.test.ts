import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { givenSigner } from '../../test/given-tuf.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { decodeUtf8, encodeUtf8 } from '../base/index.ts';
import { nodeTufVerifier } from '../io/index.ts';
import {
  checkSigners,
  encodeMetadata,
  isTopRole,
  parseMetadata,
  type Root,
  type Signed,
  type Snapshot,
  signedBytes,
  signMetadata,
  type Targets,
  type Timestamp,
  TOP_ROLES,
  TufError,
  type TufKey,
} from './index.ts';

const expires = '2026-12-31T00:00:00Z';
const key = givenSigner('one').key;
const pemKey = givenSigner('one', 'ecdsa').key;
const keys = new Map<string, TufKey>([key, pemKey].map((one) => [one.keyid, one]));
const role = { keyids: [key.keyid], threshold: 1 };
const sha256 = 'a'.repeat(64);

const root: Root = {
  kind: 'root',
  version: 1,
  expires,
  consistentSnapshot: true,
  keys,
  roles: { root: role, timestamp: role, snapshot: role, targets: { ...role, keyids: [...keys.keys()] } },
};
const timestamp: Timestamp = {
  kind: 'timestamp',
  version: 2,
  expires,
  snapshot: { version: 3, length: 10, hashes: new Map([['sha256', sha256]]) },
};
const snapshot: Snapshot = {
  kind: 'snapshot',
  version: 3,
  expires,
  meta: new Map([
    ['targets', { version: 1 }],
    ['__proto__', { version: 2 }],
    ['10', { version: 3 }],
    ['2', { version: 4 }],
  ]),
};
const delegated = { ...role, terminating: false };
const targets: Targets = {
  kind: 'targets',
  version: 4,
  expires,
  targets: new Map([
    ['a/b.tar.gz', { length: 0, hashes: new Map([['sha256', sha256]]) }],
    ['constructor', { length: 1, hashes: new Map([['sha512', 'b'.repeat(128)]]), custom: { é: ['x'] } }],
  ]),
  delegations: {
    keys,
    to: [
      { ...delegated, name: 'b', paths: { patterns: ['a/*'] } },
      { ...delegated, name: '10', paths: { patterns: ['*'] } },
      { ...delegated, name: '2', terminating: true, paths: { hashPrefixes: ['00', 'f'] } },
    ],
  },
};
const bins: Targets = {
  ...targets,
  targets: new Map(),
  delegations: { keys, to: { ...role, bitLength: 12, namePrefix: 'cpan' } },
};

test('metadata is read as it was written', () => {
  const signatures = [{ keyid: key.keyid, sig: '00' }];
  const writable = new Map(targets.targets).set('constructor', {
    length: 1,
    hashes: new Map([['sha512', 'b'.repeat(128)]]),
    custom: { x: 'é' },
  });
  for (const signed of [root, timestamp, snapshot, { ...targets, targets: writable }, bins] as Signed[]) {
    const bytes = encodeMetadata(signed, signatures);
    const again = parseMetadata(bytes, signed.kind);
    assert.deepEqual(again.signed, signed);
    assert.deepEqual(again.signatures, signatures);
    assert.deepEqual(again.message, signedBytes(signed));
    assert.deepEqual(encodeMetadata(again.signed, again.signatures), bytes);
  }
});

test('names in a file of somebody else may not differ between readers', () => {
  assert.throws(() => encodeMetadata(targets, []), { code: 'format', message: /^a name that is not ASCII/ });
});

test('roles are asked in the order in which they stand there, whatever their names', () => {
  const plain = { ...targets, targets: new Map() };
  const { delegations } = parseMetadata(encodeMetadata(plain, []), 'targets').signed;
  const to = delegations?.to;
  assert.deepEqual(Array.isArray(to) && to.map(({ name }) => name), ['b', '10', '2']);
});

test('what is signed is all that stood there, known or not', async () => {
  const signer = givenSigner('one');
  const json = JSON.parse(decodeUtf8(signedBytes(timestamp)));
  json['x-extra'] = { b: 1, a: [] };
  json.meta['snapshot.json'].note = 'é';
  const sorted = '"x-extra":{"a":[],"b":1}}';
  const text = JSON.stringify({ signatures: [], signed: json, other: 1 }, null, 4);
  const { message, signed } = parseMetadata(encodeUtf8(text), 'timestamp');
  assert.ok(decodeUtf8(message).endsWith(sorted), decodeUtf8(message));
  assert.deepEqual(signed, timestamp);
  const sig = Buffer.from(await signer.sign(message)).toString('hex');
  const whole = JSON.stringify({ signatures: [{ keyid: key.keyid, sig }], signed: json });
  await checkSigners(parseMetadata(encodeUtf8(whole), 'timestamp'), role, keys, nodeTufVerifier);
});

test('signing signs with every signer', async () => {
  const signers = [givenSigner('one'), givenSigner('one', 'ecdsa')];
  const read = parseMetadata(await signMetadata(root, signers), 'root');
  await checkSigners(read, { keyids: [...keys.keys()], threshold: 2 }, keys, nodeTufVerifier);
});

/** The JSON of a role with one thing changed. */
function changed(signed: Signed, change: (json: Record<string, unknown>) => void): Uint8Array {
  const json = JSON.parse(decodeUtf8(encodeMetadata(signed, [])));
  change(json.signed);
  return encodeUtf8(JSON.stringify(json));
}

const set =
  (path: string, value: unknown) =>
  (json: Record<string, unknown>): void => {
    const steps = path.split(' ');
    const last = steps.pop() ?? '';
    // Walks JSON that this test has just made.
    let at = json as Record<string, Record<string, unknown>>;
    for (const step of steps) at = at[step] as Record<string, Record<string, unknown>>;
    if (value === undefined) delete at[last];
    else (at as Record<string, unknown>)[last] = value;
  };

test('every member has its bounds', () => {
  const plain = {
    ...targets,
    targets: new Map([['a', { length: 0, hashes: new Map([['sha256', sha256]]) }]]),
  };
  const cases: [signed: Signed, path: string, ...values: unknown[]][] = [
    [root, '_type', 'timestamp', 'Root', 1, undefined],
    [root, 'spec_version', '2.0.0', '1', 1, '1.x', undefined],
    [root, 'version', 0, -5, 1.5, '1', 2 ** 53, null, undefined],
    [root, 'expires', 'not-a-date', '2026-12-31', '2026-02-30T00:00:00Z', '2026-12-31T00:00:00+01:00', 0],
    [root, 'consistent_snapshot', 'true', 1, undefined],
    [root, 'keys', [], null, { '': {} }, { a: {} }, { a: { keytype: 'x', scheme: 'y', keyval: {} } }],
    [root, 'roles', {}, { ...root.roles, mirrors: role }, []],
    [root, 'roles root threshold', 0, -1, 1.5, '1', undefined],
    [
      root,
      'roles root keyids',
      [key.keyid, key.keyid],
      'a',
      [1],
      Array.from({ length: 1001 }, (_, i) => `${i}`),
    ],
    [timestamp, 'meta', {}, { 'targets.json': { version: 1 } }, []],
    [timestamp, 'meta snapshot.json version', 0, 1.5, undefined],
    [timestamp, 'meta snapshot.json length', 0, -1, '10'],
    [timestamp, 'meta snapshot.json hashes', {}, { sha256: 'A'.repeat(64) }, { sha256: 1 }, []],
    [
      snapshot,
      'meta',
      { targets: { version: 1 } },
      { 'é.json': { version: 1 } },
      { '.json': { version: 1 } },
    ],
    [
      plain,
      'targets',
      { '': {} },
      { é: { length: 1, hashes: { sha256 } } },
      { 'a\n': { length: 1, hashes: { sha256 } } },
    ],
    [plain, 'targets a length', -1, 1.5, undefined],
    [plain, 'targets a hashes', {}, undefined],
    [plain, 'delegations', [], 'x', { keys: {} }, { keys: {}, roles: [], succinct_roles: {} }],
    [plain, 'delegations roles 0 name', '', 'root', 'targets', 'é', 'x'.repeat(201), '/'.repeat(70), '10'],
    [plain, 'delegations roles 0 paths', undefined, 'a', ['é'], ['a'.repeat(1025)]],
    [plain, 'delegations roles 0 path_hash_prefixes', ['00']],
    [plain, 'delegations roles 2 path_hash_prefixes', ['A'], [''], ['g'], undefined],
    [plain, 'delegations roles 0 terminating', 'yes', undefined],
    [plain, 'delegations roles 0 threshold', 0, undefined],
    [bins, 'delegations succinct_roles bit_length', 0, 33, 1.5],
    [bins, 'delegations succinct_roles name_prefix', '', 'é'],
    [bins, 'delegations succinct_roles threshold', 0],
  ];
  for (const [signed, path, ...values] of cases)
    for (const value of values) {
      const bytes = changed(signed, set(path, value));
      assert.throws(
        () => parseMetadata(bytes, signed.kind),
        { code: 'format' },
        `${path} ${JSON.stringify(value)}`,
      );
    }
});

test('the envelope has its bounds', () => {
  const signed = decodeUtf8(signedBytes(timestamp));
  const signature = { keyid: key.keyid, sig: '00' };
  const cases: [text: string | Uint8Array, code: string, message: RegExp][] = [
    ['', 'format', /^timestamp:1:1: expected a value/],
    ['[]', 'format', /^timestamp: expected an object/],
    [`{"signatures":[],"signed":[]}`, 'format', /^timestamp at signed: expected an object/],
    [`{"signed":${signed}}`, 'format', /^timestamp at signatures: expected a list/],
    [`{"signatures":[],"signed":${signed}`, 'format', /found the end/],
    [`{"signatures":[],"signed":${signed},"signed":${signed}}`, 'format', /key "signed" twice/],
    [
      `{"signatures":[],"signed":${signed.replace('"version":2', '"version":1,"version":2')}}`,
      'format',
      /twice/,
    ],
    [
      `{"signatures":${JSON.stringify([signature, signature])},"signed":${signed}}`,
      'format',
      /one signature of each key/,
    ],
    [
      `{"signatures":${JSON.stringify(Array.from({ length: 1001 }, (_, i) => ({ keyid: `${i}`, sig: '' })))},"signed":${signed}}`,
      'format',
      /at most 1000 signatures/,
    ],
    [`${'['.repeat(100_000)}`, 'bounds', /nested deeper than 32/],
    [Uint8Array.of(0xff), 'format', /invalid UTF-8/],
    [new Uint8Array(64 * 1024 * 1024 + 1), 'bounds', /^timestamp: \d+ bytes, at most/],
  ];
  for (const [text, code, message] of cases) {
    const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
    assert.throws(() => parseMetadata(bytes, 'timestamp'), { code, message });
  }
});

test(`bytes that were changed are read otherwise or refused; seed ${seed}`, () => {
  const bytes = encodeMetadata(bins, [{ keyid: key.keyid, sig: '00' }]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = value;
      try {
        parseMetadata(damaged, 'targets');
      } catch (error) {
        assert.ok(error instanceof TufError, String(error));
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});

test('a snapshot of many bins is read in time that grows with it', () => {
  const count = rounds(16_384, 65_536);
  const meta = new Map(
    Array.from({ length: count }, (_, i) => [`cpan-${i.toString(16)}`, { version: i + 1 }]),
  );
  const read = parseMetadata(encodeMetadata({ ...snapshot, meta }, []), 'snapshot');
  assert.equal(read.signed.meta.size, count);
  assert.deepEqual(read.signed.meta, meta);
});

test('the top roles are four', () => {
  assert.deepEqual(TOP_ROLES.filter(isTopRole), ['root', 'timestamp', 'snapshot', 'targets']);
  assert.ok(!isTopRole('cpan-0'));
});
