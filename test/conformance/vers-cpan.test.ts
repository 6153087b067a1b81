/** The VERS type `cpan`, defined in docs/formats/vers-cpan.md: its vectors against VERS and CPAN's version order. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parseRequirement } from '../../toolkit/cpan/index.ts';
import {
  FormatError,
  formatVers,
  parseVers,
  type VersConstraint,
  versContains,
} from '../../toolkit/formats/index.ts';
import { versOrder as order, versVectors as vectors } from '../vers-vectors.ts';

const root = new URL('../../', import.meta.url);

test('versions ascend', () => {
  for (const list of vectors.ascending) {
    for (const [i, version] of list.entries()) {
      for (const lower of list.slice(0, i)) assert.ok(order(lower, version) < 0, `${lower} < ${version}`);
    }
  }
});

test('versions are equal', () => {
  for (const list of vectors.equal) {
    for (const a of list) for (const b of list) assert.equal(order(a, b), 0, `${a} = ${b}`);
  }
});

test('ranges are canonical and hold what they say', () => {
  for (const { vers, ...versions } of vectors.ranges) {
    const range = parseVers(vers, order);
    assert.equal(formatVers(range, order), vers);
    for (const version of versions.in)
      assert.ok(versContains(range, version, order), `${version} in ${vers}`);
    for (const version of versions.out)
      assert.ok(!versContains(range, version, order), `${version} not in ${vers}`);
  }
});

test('requirements have a range', () => {
  for (const { requirement, vers } of vectors.requirements) {
    assert.equal(rangeOf(requirement), vers, requirement);
    parseVers(vers, order);
  }
});

function rangeOf(requirement: string): string {
  const { clauses } = parseRequirement(requirement);
  const constraints = clauses.map(({ op, version }): VersConstraint => {
    return { comparator: op === '==' ? '=' : op, version: version.original };
  });
  const least: VersConstraint = { comparator: '>=', version: '0' };
  const bounded = constraints.filter(
    ({ comparator, version }) => comparator !== '>=' || order(version, '0') !== 0,
  );
  const exclusions = bounded.every(({ comparator }) => comparator === '!=');
  if (bounded.length === 0) return formatVers({ type: 'cpan', constraints: '*' }, order);
  return formatVers({ type: 'cpan', constraints: exclusions ? [least, ...bounded] : bounded }, order);
}

test('invalid texts are refused', () => {
  for (const text of vectors.invalid) assert.throws(() => parseVers(text, order), FormatError, text);
});

test('every range of the page is valid', () => {
  const page = readFileSync(new URL('docs/formats/vers-cpan.md', root), 'utf8').replaceAll('\\|', '|');
  const invalid = new Set(vectors.invalid);
  const ranges = [...page.matchAll(/vers:cpan\/[^\s`]+/g)].map(([text]) => text);
  assert.ok(ranges.length > 8);
  for (const text of ranges) if (!invalid.has(text)) parseVers(text, order);
});
