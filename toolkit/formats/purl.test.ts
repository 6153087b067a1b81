import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { FormatError } from './errors.ts';
import {
  cpanPurl,
  formatPurl,
  MAX_PURL_LENGTH,
  type Purl,
  type PurlParts,
  parsePurl,
  purlAuthor,
} from './purl.ts';

interface PurlVector {
  readonly description: string;
  readonly test_type: 'parse' | 'build' | 'validate';
  readonly input: string & PurlParts;
  readonly expected_output: Purl | string | null;
  readonly expected_failure: boolean;
}

const VECTORS = [
  ['metadata/purl/cpan-test.json', 35],
  ['schemas/purl/cpan-test.json', 35],
  ['schemas/purl/spec-tests/specification-test.json', 18],
] as const;

function run({ test_type, input }: PurlVector): Purl | string {
  if (test_type === 'parse') return parsePurl(input);
  return formatPurl(test_type === 'build' ? input : parsePurl(input));
}

for (const [path, count] of VECTORS) {
  test(`the standard's own ${count} cases: ${path}`, { skip: withoutShared(path) }, () => {
    const { tests } = sharedJson<{ tests: PurlVector[] }>(path);
    assert.ok(tests.length >= count);
    for (const vector of tests) {
      if (vector.expected_failure) assert.throws(() => run(vector), FormatError, vector.description);
      else assert.deepEqual(run(vector), vector.expected_output, vector.description);
    }
  });
}

const none = { namespace: null, version: null, qualifiers: null, subpath: null };

test('package URLs come apart into decoded parts', () => {
  const cases: [text: string, parts: Purl][] = [
    ['pkg:cpan/DBI', { ...none, type: 'cpan', name: 'DBI' }],
    [
      'PKG://CPAN//TIMB/DBI@1.643',
      { ...none, type: 'cpan', namespace: 'TIMB', name: 'DBI', version: '1.643' },
    ],
    [
      'pkg:cpan/DBI@1.643?distpath=authors%2Fid%2FT%2FTI%2FTIMB%2FDBI-1.643.tar.gz&author=TIMB',
      {
        ...none,
        type: 'cpan',
        name: 'DBI',
        version: '1.643',
        qualifiers: { author: 'TIMB', distpath: 'authors/id/T/TI/TIMB/DBI-1.643.tar.gz' },
      },
    ],
    ['pkg:npm/@angular/core', { ...none, type: 'npm', namespace: '@angular', name: 'core' }],
    [
      'pkg:npm/@angular/core@2.0',
      { ...none, type: 'npm', namespace: '@angular', name: 'core', version: '2.0' },
    ],
    [
      'pkg:deb/Debian/libdbi-perl@1.643-4?Arch=amd64&distro=#/./usr//share/../',
      {
        ...none,
        type: 'deb',
        namespace: 'debian',
        name: 'libdbi-perl',
        version: '1.643-4',
        qualifiers: { arch: 'amd64' },
        subpath: 'usr/share',
      },
    ],
    ['pkg:pypi/Zope_Interface', { ...none, type: 'pypi', name: 'zope-interface' }],
  ];
  for (const [text, parts] of cases) assert.deepEqual(parsePurl(text), parts, text);
});

test('what is no package URL is refused with the reason', () => {
  const cases: [text: string, problem: RegExp][] = [
    ['cpan/DBI', /does not start with "pkg:"/],
    ['pkg:DBI@1.643', /no type before a name/],
    ['pkg:3cpan/DBI', /no package type: "3cpan"/],
    ['pkg:cpan/@1.643', /has no name/],
    ['pkg:cpan/DBD::Pg', /"DBD::Pg" is a module/],
    ['pkg:cpan/DBD%3A%3APg', /is a module/],
    ['pkg:cpan/timb/DBI', /upper-case PAUSE id, not "timb"/],
    ['pkg:cpan/id/TIMB/DBI', /PAUSE id, not "id\/TIMB"/],
    ['pkg:cpan/D%20BI', /no distribution name: "D BI"/],
    ['pkg:cpan/DBI?author', /without a value: "author"/],
    ['pkg:cpan/DBI?author=A&Author=B', /"author" twice/],
    ['pkg:cpan/DBI?__proto__=x', /no qualifier key: "__proto__"/],
    ['pkg:cpan/DBI@1%2', /bad percent-encoding in "1%2"/],
    ['pkg:cpan/DBI@%ff', /bad percent-encoding/],
    ['pkg:generic/a%2Fb/c', /encoded slash/],
    ['pkg:cpan/DBI\n', /white space, control or non-ASCII/],
    ['pkg:cpan/DBI\u00e9', /white space, control or non-ASCII/],
    [`pkg:cpan/${'x'.repeat(MAX_PURL_LENGTH)}`, /longer than 16384 characters/],
  ];
  for (const [text, message] of cases) assert.throws(() => parsePurl(text), { code: 'purl', message }, text);
});

test('the purl of a distribution has no author unless one is meant', () => {
  assert.equal(cpanPurl('libwww-perl'), 'pkg:cpan/libwww-perl');
  assert.equal(cpanPurl('libwww-perl', '6.76'), 'pkg:cpan/libwww-perl@6.76');
  assert.equal(
    cpanPurl('libwww-perl', '6.76', { author: 'OALDERS' }),
    'pkg:cpan/libwww-perl@6.76?author=OALDERS',
  );
  assert.equal(
    cpanPurl('DBI', null, { distpath: 'authors/id/T/TI/TIMB/DBI-1.643.tar.gz' }),
    'pkg:cpan/DBI?distpath=authors%2Fid%2FT%2FTI%2FTIMB%2FDBI-1.643.tar.gz',
  );
  assert.throws(() => cpanPurl('LWP::UserAgent'), { code: 'purl' });
  assert.throws(() => cpanPurl('DBI', null, { author: 'timb' }), /no PAUSE id: "timb"/);
});

test('the author is found in the qualifier and in the older namespace', () => {
  assert.equal(purlAuthor(parsePurl('pkg:cpan/DBI?author=TIMB')), 'TIMB');
  assert.equal(purlAuthor(parsePurl('pkg:cpan/TIMB/DBI')), 'TIMB');
  assert.equal(purlAuthor(parsePurl('pkg:cpan/DBI')), null);
});

const word = fc.string({ minLength: 1, unit: 'binary' });
const partsOf: fc.Arbitrary<PurlParts> = fc.record({
  type: fc.constantFrom('generic', 'cpan', 'npm', 'pypi', 'deb'),
  namespace: fc.option(word),
  name: word,
  version: fc.option(word),
  qualifiers: fc.option(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/), word)),
  subpath: fc.option(word),
});

test('canonical text is read back to what it was written from', () => {
  const written = fc.property(partsOf, (parts) => {
    let text: string;
    try {
      text = formatPurl(parts);
    } catch (error) {
      assert.ok(error instanceof FormatError);
      return;
    }
    fc.pre(text.length <= MAX_PURL_LENGTH);
    assert.equal(formatPurl(parsePurl(text)), text);
  });
  fc.assert(written, { seed, numRuns: rounds(500, 200_000) });
});

test('any text is read or refused', () => {
  const piece = fc.constantFrom(
    'pkg:',
    'cpan',
    '/',
    '//',
    '@',
    '?',
    '#',
    '&',
    '=',
    '%',
    '%2F',
    '%zz',
    'A',
    '..',
    ':',
    '\u0000',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((parts) => `pkg:cpan/${parts.join('')}`),
  );
  const total = fc.property(text, (candidate) => {
    try {
      const canonical = formatPurl(parsePurl(candidate));
      assert.equal(formatPurl(parsePurl(canonical)), canonical);
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
    }
  });
  fc.assert(total, { seed, numRuns: rounds(1000, 500_000) });
});

test('a plain name is written as the parts of any package URL are', () => {
  const text = fc.oneof(fc.stringMatching(/^[A-Za-z0-9._~+:-]{0,6}$/), fc.string({ maxLength: 4 }));
  const written = (write: () => string): string => {
    try {
      return write();
    } catch (error) {
      assert.ok(error instanceof FormatError);
      return error.code;
    }
  };
  fc.assert(
    fc.property(text, fc.option(text), (name, version) => {
      const short = written(() => cpanPurl(name, version));
      assert.equal(
        short,
        written(() => formatPurl({ type: 'cpan', name, version })),
      );
    }),
    { seed, numRuns: rounds(2000, 100_000) },
  );
});
