import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { withoutProgram } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { compareDebianVersions, upstreamVersion } from './debian-version.ts';

const ascending = [
  ['1.0~rc1', '1.0'],
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0-1+deb12u1'],
  ['1.643-4+deb12u1', '1.643-4+deb12u3'],
  ['5.36.0-7+deb12u2', '5.36.0-7+deb12u10'],
  ['9.31+dfsg-1', '10.0-1'],
  ['2.0', '1:1.0'],
  ['0.34-4~deb12u1', '0.34-4'],
  ['1.0', '1.0a'],
  ['1.0a', '1.0+a'],
] as const;

test('the order is that of dpkg', () => {
  for (const [low, high] of ascending) {
    assert.ok(compareDebianVersions(low, high) < 0, `${low} < ${high}`);
    assert.ok(compareDebianVersions(high, low) > 0, `${high} > ${low}`);
  }
});

test('equal versions may be written in several ways', () => {
  for (const [a, b] of [
    ['0:1.0', '1.0'],
    ['1.0-0', '1.0'],
    ['1.00', '1.0'],
    ['1.007-1', '1.7-1'],
  ] as const)
    assert.equal(compareDebianVersions(a, b), 0, `${a} = ${b}`);
});

test('dpkg agrees on random versions', { skip: withoutProgram('dpkg') }, () => {
  const version = fc.stringMatching(/^(?:[0-2]:)?[0-9][0-9a-c.+~]{0,6}(?:-[0-9a-b.+~]{1,4})?$/);
  fc.assert(
    fc.property(version, version, (a, b) => {
      const { status } = spawnSync('dpkg', ['--compare-versions', a, 'le', b], { stdio: 'ignore' });
      assert.equal(compareDebianVersions(a, b) <= 0, status === 0, `${a} ${b}`);
    }),
    { seed, numRuns: rounds(60, 5000) },
  );
});

test('the upstream version is what the author released', () => {
  for (const [version, upstream] of [
    ['5.17-1', '5.17'],
    ['2:1.59-1', '1.59'],
    ['9.31+dfsg-1', '9.31'],
    ['0.86+ds-1', '0.86'],
    ['2.0207+dfsg+really+2.0134-5+deb12u1', '2.0134'],
    ['2.32+really2.31-1', '2.31'],
    ['5.36.0-7+deb12u2', '5.36.0'],
    ['1:2.60-1+2026f', '2.60'],
    ['0.04-8+b1', '0.04'],
    ['1.21.23', '1.21.23'],
    ['0.0.20190101-1+b5', '0.0.20190101'],
    ['1.10-rc-2', '1.10-rc'],
  ] as const)
    assert.equal(upstreamVersion(version), upstream, version);
});

test('any text has an upstream version, and compares with itself as equal', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(compareDebianVersions(a, a), 0);
      assert.equal(Math.sign(compareDebianVersions(a, b)), -Math.sign(compareDebianVersions(b, a)) + 0);
      assert.ok(a.includes(upstreamVersion(a)));
    }),
    { seed, numRuns: rounds(500, 20_000) },
  );
});
