/** The VERS type `cpan`, defined in docs/formats/vers-cpan.md: its vectors against VERS and CPAN's version order. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { compareVersions, parseRequirement } from '../../toolkit/cpan/index.ts';
import {
  FormatError,
  formatVers,
  parseVers,
  type VersConstraint,
  versContains,
} from '../../toolkit/formats/index.ts';

interface Vectors {
  readonly ascending: string[][];
  readonly equal: string[][];
  readonly ranges: { vers: string; in: string[]; out: string[] }[];
  readonly requirements: { requirement: string; vers: string }[];
  readonly invalid: string[];
}

const root = new URL('../../', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('data/vectors/vers-cpan.json', root), 'utf8')) as Vectors;

/** The order of the type: version.pm's, on the versions that the type allows. */
function order(a: string, b: string): number {
  for (const version of [a, b]) {
    if (!/^v?\d+(?:\.\d+)*(?:_\d+)?$/.test(version)) throw new Error(`no version: ${version}`);
  }
  return compareVersions(a, b);
}

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
