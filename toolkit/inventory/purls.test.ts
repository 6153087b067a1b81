import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { inventoryPurls } from './purls.ts';

const only = (text: string) => {
  const { components, unexamined } = inventoryPurls(text);
  return components[0] ?? unexamined[0];
};

test('a line is a component', () => {
  for (const [line, key, distribution, module, version] of [
    ['pkg:cpan/DBI@1.643', 'DBI@1.643', 'DBI', null, '1.643'],
    ['pkg:cpan/TIMB/DBI@1.643', 'DBI@1.643', 'DBI', null, '1.643'],
    ['pkg:cpan/DBI', 'DBI', 'DBI', null, null],
    ['pkg:cpan/LWP::UserAgent@6.7.6', 'LWP::UserAgent@6.7.6', null, 'LWP::UserAgent', '6.7.6'],
    ['pkg:cpan/LWP%3A%3AUserAgent@6%2E7', 'LWP::UserAgent@6.7', null, 'LWP::UserAgent', '6.7'],
    ['pkg:generic/perl@5.36.0', 'perl@5.36.0', 'perl', null, '5.36.0'],
    ['Net-CIDR-Lite@0.22', 'Net-CIDR-Lite@0.22', 'Net-CIDR-Lite', null, '0.22'],
    ['Net::CIDR::Lite@v0.22.1', 'Net::CIDR::Lite@v0.22.1', null, 'Net::CIDR::Lite', 'v0.22.1'],
  ] as const) {
    const unversioned = version === null ? { unversioned: 'absent' } : {};
    assert.deepEqual(
      only(` ${line}\r\n`),
      {
        key,
        distribution,
        module,
        version,
        ...unversioned,
        presence: 'listed',
        places: [{ file: 'stdin', line: 1 }],
        asked: [],
        requires: [],
      },
      line,
    );
  }
});

test('the path of the archive is kept', () => {
  const found = only('pkg:cpan/DBI@1.643?author=TIMB&distpath=authors/id/T/TI/TIMB/DBI-1.643.tar.gz');
  assert.ok(found !== undefined && 'pathname' in found);
  assert.equal(found.pathname, 'T/TI/TIMB/DBI-1.643.tar.gz');
});

test('what is not understood is listed with its line', () => {
  const { components, unexamined } = inventoryPurls(
    '# ours\n\npkg:npm/left-pad@1.0\npkg:\na b\x1b[31m\nDBI@1\n',
  );
  assert.deepEqual(
    components.map(({ key, places }) => [key, places]),
    [['DBI@1', [{ file: 'stdin', line: 6 }]]],
  );
  assert.deepEqual(unexamined, [
    {
      kind: 'unsupported',
      place: { file: 'stdin', line: 3 },
      reason: 'no CPAN package: "pkg:npm/left-pad@1.0"',
    },
    {
      kind: 'unreadable',
      place: { file: 'stdin', line: 4 },
      reason: unexamined[1]?.reason ?? '',
    },
    {
      kind: 'unsupported',
      place: { file: 'stdin', line: 5 },
      reason: 'neither a package URL nor a name with a version: "a b\\u001b[31m"',
    },
  ]);
});

test('one distribution in one version is one component, two versions are two', () => {
  const { components } = inventoryPurls('DBI@1.6\npkg:cpan/DBI@1.6\nDBI@1.5\n');
  assert.deepEqual(
    components.map(({ key, places }) => [key, places.map(({ line }) => line)]),
    [
      ['DBI@1.5', [3]],
      ['DBI@1.6', [1, 2]],
    ],
  );
});

test('no line is lost', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('pkg:cpan/A@1', 'pkg:cpan/a::b', 'A@', 'pkg:cpan/%', 'pkg:/'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      const { components, unexamined } = inventoryPurls(text);
      const seen = new Set(
        [...components.flatMap(({ places }) => places), ...unexamined.map(({ place }) => place)].map(
          (p) => p.line,
        ),
      );
      text.split('\n').forEach((content, index) => {
        const blank = content.trim() === '' || content.trim().startsWith('#');
        assert.equal(seen.has(index + 1), !blank, JSON.stringify(content));
      });
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
