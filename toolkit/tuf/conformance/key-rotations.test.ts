/** test_updater_key_rotations.py of the conformance suite: who may say who comes next. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { givenSigner, SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';
import type { TopRole, TufSigner } from '../index.ts';

/** Keys by number, of which so many are needed, and those that sign. */
interface Version {
  readonly keys: readonly number[];
  readonly threshold: number;
  readonly sigs: readonly number[];
}

/** `3 of 0 1 2 by 0 2`. */
function version(text: string): Version {
  const [, threshold, keys = '', sigs = ''] =
    /^(\d) of ([\d ]+) by ([\d ]+)$/.exec(text) ?? assert.fail(text);
  const numbers = (list: string): number[] => list.split(' ').map(Number);
  return { threshold: Number(threshold), keys: numbers(keys), sigs: numbers(sigs) };
}

const signer = (number: number): TufSigner => givenSigner(`rotation ${number}`);

function take(repo: SimulatedRepository, role: TopRole, { keys, threshold, sigs }: Version): void {
  repo.setKeys(
    role,
    keys.map((number) => signer(number).key),
    threshold,
  );
  repo.signers.set(role, sigs.map(signer));
}

const ROOTS: readonly [id: string, result: 'ok' | 'threshold', ...versions: string[]][] = [
  ['1-of-1-key-rotation', 'ok', '1 of 1 by 1', '1 of 2 by 2 1', '1 of 2 by 2'],
  ['1-of-1-key-rotation-unused-signatures', 'ok', '1 of 1 by 3 1 4', '1 of 2 by 3 2 1 4', '1 of 2 by 3 2 4'],
  [
    '3-of-5-sign-with-different-keycombos',
    'ok',
    '3 of 0 1 2 3 4 by 0 2 4',
    '3 of 0 1 2 3 4 by 0 4 1',
    '3 of 0 1 2 3 4 by 0 1 3',
    '3 of 0 1 2 3 4 by 0 1 3',
  ],
  ['3-of-5-one-key-rotated', 'ok', '3 of 0 1 2 3 4 by 0 2 4', '3 of 0 1 3 4 5 by 0 4 1'],
  [
    '3-of-5-one-key-rotated-with-intermediate-step',
    'ok',
    '3 of 0 1 2 3 4 by 0 2 4',
    '3 of 0 1 3 4 5 by 0 2 4 5',
    '3 of 0 1 3 4 5 by 0 4 5',
  ],
  [
    '3-of-5-all-keys-rotated-with-intermediate-step',
    'ok',
    '3 of 0 1 2 3 4 by 0 2 4',
    '3 of 5 6 7 8 9 by 0 2 4 5 6 7',
    '3 of 5 6 7 8 9 by 5 6 7',
  ],
  ['1-of-3-threshold-increase-to-2-of-3', 'ok', '1 of 1 2 3 by 1', '2 of 1 2 3 by 1 2'],
  ['2-of-3-threshold-decrease-to-1-of-3', 'ok', '2 of 1 2 3 by 1 2', '1 of 1 2 3 by 1 2', '1 of 1 2 3 by 1'],
  ['1-of-2-threshold-increase-to-2-of-2', 'ok', '1 of 1 by 1', '2 of 1 2 by 1 2'],
  ['1-of-1-key-rotation-fail-not-signed-with-old-key', 'threshold', '1 of 1 by 1', '1 of 2 by 2 3 4'],
  ['1-of-1-key-rotation-fail-not-signed-with-new-key', 'threshold', '1 of 1 by 1', '1 of 2 by 1 3 4'],
  [
    '3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys',
    'threshold',
    '3 of 0 1 2 3 4 by 0 2 4',
    '3 of 0 1 3 4 5 by 0 2 4',
  ],
  [
    '3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys',
    'threshold',
    '3 of 0 1 2 3 4 by 0 2 4',
    '3 of 0 1 3 4 5 by 0 4 5',
  ],
  [
    '1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached',
    'threshold',
    '1 of 1 2 3 by 1',
    '2 of 1 2 3 by 2',
  ],
  [
    '2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached',
    'threshold',
    '2 of 1 2 3 by 1 2',
    '1 of 1 2 3 by 1',
  ],
];

for (const [id, result, ...versions] of ROOTS)
  test(`root_rotation[${id}]`, async () => {
    const repo = await SimulatedRepository.make();
    repo.beginAnew('root', 1);
    for (const text of versions) {
      take(repo, 'root', version(text));
      await repo.publish('root');
    }
    await repo.publish('targets', 'snapshot', 'timestamp');
    const user = new SimulatedUser(repo);
    assert.equal(await user.init(repo.bytes('root', 1)), 'ok');
    assert.equal(await user.refresh(), result);
    const last = result === 'ok' ? versions.length : versions.length - 1;
    assert.deepEqual(user.cache.kept.get('root'), repo.bytes('root', last));
  });

const OTHERS: readonly [id: string, result: 'ok' | 'threshold', version: string][] = [
  ['1-of-1-key-rotation', 'ok', '1 of 2 by 2'],
  ['1-of-1-key-rotation-unused-signatures', 'ok', '1 of 1 by 3 1 4'],
  ['1-of-1-key-rotation-fail-not-signed-with-new-key', 'threshold', '1 of 2 by 1 3 4'],
  ['3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys', 'threshold', '3 of 0 1 3 4 5 by 0 2 4'],
  ['2-of-5-one-key-signature-mising-threshold-not-reached', 'threshold', '3 of 0 1 3 4 5 by 0 4'],
  ['3-of-5-sign-first-combo', 'ok', '3 of 0 1 2 3 4 by 0 2 4'],
  ['3-of-5-sign-second-combo', 'ok', '3 of 0 1 2 3 4 by 0 4 1'],
  ['3-of-5-sign-third-combo', 'ok', '3 of 0 1 2 3 4 by 0 1 3'],
  ['3-of-5-sign-fourth-combo', 'ok', '3 of 0 1 2 3 4 by 1 2 3'],
  ['3-of-5-sign-fifth-combo', 'ok', '3 of 0 1 2 3 4 by 2 3 4'],
];

for (const [id, result, text] of OTHERS)
  test(`non_root_rotations[${id}]`, async () => {
    for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
      const repo = await SimulatedRepository.make();
      const user = new SimulatedUser(repo);
      assert.equal(await user.init(), 'ok');
      take(repo, role, version(text));
      await repo.publish('root', 'targets', 'snapshot', 'timestamp');
      assert.equal(await user.refresh(), result, role);
      if (result === 'ok') assert.deepEqual(user.cache.kept.get(role), repo.bytes(role));
      else assert.equal(user.trusted[role], undefined);
    }
  });
