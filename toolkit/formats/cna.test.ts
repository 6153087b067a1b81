import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { mutated } from '../../test/mutations.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type Cna, cnaVersion, cnaVersionText, formatCna, parseCna } from './cna.ts';
import type { CveVersion } from './cve/types.ts';
import { FormatError } from './errors.ts';

const example: Cna = {
  cve: 'CVE-2026-99990',
  distribution: 'Example-Parser',
  module: 'Example::Parser',
  author: 'SOMEBODY',
  affected: ['< 1.5', '2.1'],
  title: 'Example::Parser versions before 1.5 for Perl read past the end of a buffer',
  description: 'A crafted document makes the parser read one byte too many.\n',
  cwes: ['CWE-125 Out-of-bounds Read'],
  solution: ['Upgrade to 1.5.', 'Or remove it.'],
  credits: [{ type: 'finder', value: 'A. Finder' }],
  timeline: [{ time: '2026-04-01', value: 'reported' }],
  references: [{ link: 'https://example.org/1', tags: ['patch'] }],
};

test('a document is read as it is and written in order', () => {
  assert.deepEqual(parseCna({ cpansec: example }), example);
  const shuffled = Object.fromEntries(Object.entries({ more: '1', ...example }).reverse());
  const written = formatCna(parseCna({ cpansec: shuffled }));
  assert.deepEqual(Object.keys(Object(Object(written).cpansec)), [...Object.keys(example), 'more']);
});

test('what is no document is refused with its path', () => {
  const cases: [value: unknown, path: string][] = [
    [null, ''],
    [{}, 'cpansec'],
    [{ cpansec: { ...example, author: undefined } }, 'cpansec.author'],
    [{ cpansec: { ...example, solution: { a: 1 } } }, 'cpansec.solution'],
    [{ cpansec: { ...example, references: [{}] } }, 'cpansec.references[0].link'],
  ];
  for (const [value, path] of cases) assert.throws(() => parseCna(value), { code: 'shape', place: { path } });
});

const VERSIONS: [text: string, version: Partial<CveVersion>, written?: string][] = [
  ['<= 0.8.4', { version: '0', lessThanOrEqual: '0.8.4' }],
  ['< 1.5', { version: '0', lessThan: '1.5' }],
  ['9.19 <= 9.31', { version: '9.19', lessThanOrEqual: '9.31' }],
  ['v1.2.0<v1.3.0', { version: 'v1.2.0', lessThan: 'v1.3.0' }, 'v1.2.0 < v1.3.0'],
  ['1.5 < *', { version: '1.5', lessThan: '*' }],
  ['0 < *', { version: '0', lessThan: '*' }],
  ['0 <= 3', { version: '0', lessThanOrEqual: '3' }, '<= 3'],
  ['1.05', { version: '1.05' }],
  ['0', { version: '0' }],
  ['>= 1.2', { version: '>= 1.2' }],
  ['1 < 2 < 3', { version: '1 < 2 < 3' }],
];
for (const [text, version, written = text] of VERSIONS) {
  test(`${text} of cna-tool`, () => {
    const found = cnaVersion(text);
    assert.deepEqual(found, { status: 'affected', versionType: 'custom', ...version });
    assert.equal(cnaVersionText(found), written);
  });
}

test('a damaged document is read or refused', () => {
  const total = fc.property(mutated({ cpansec: example }), (document) => {
    try {
      for (const text of parseCna(document).affected) assert.equal(cnaVersion(text).status, 'affected');
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(1000, 200_000) });
});
