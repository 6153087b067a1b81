import assert from 'node:assert/strict';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { hexLine } from '../../test/perl-texts.ts';
import { sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type DistInfo, distInfo } from './distinfo.ts';

test('a path tells author, distribution and version', () => {
  assert.deepEqual(distInfo('authors/id/A/AB/ABC/sub/Foo-Bar-1.02.tar.gz'), {
    path: 'authors/id/A/AB/ABC/sub/Foo-Bar-1.02.tar.gz',
    filename: 'sub/Foo-Bar-1.02.tar.gz',
    extension: 'tar.gz',
    cpanid: 'ABC',
    dist: 'Foo-Bar',
    version: '1.02',
    distvname: 'Foo-Bar-1.02',
    maturity: 'released',
  });
});

test('where the name ends and the version begins', () => {
  const cases: [name: string, dist: string | null, version: string | null][] = [
    ['Foo', 'Foo', null],
    ['Foo-1', 'Foo', '1'],
    ['Foo-v1.2.3', 'Foo', 'v1.2.3'],
    ['Foo_Bar-0.5beta', 'Foo_Bar', '0.5beta'],
    ['CGI.pm-3.04', 'CGI', '3.04'],
    ['Tk804.027', 'Tk', '804.027'],
    ['perl5.005_03', 'perl', '5.005_03'],
    ['X11-Motif-1.1b1', 'X11-Motif', '1.1b1'],
    ['Foo-b1', 'Foo', 'b1'],
    ['Win32-GUI-1.0-2', 'Win32-GUI', '1.0-2'],
    ['Foo-undef', 'Foo', null],
    ['Foo-1.0-withoutworldwriteables', 'Foo', '1.0'],
    ['Unicode-Collate-Standard-V3_1_1-0.1', 'Unicode-Collate-Standard-V3_1_1', '0.1'],
    ['Task-Deprecations5_14-1.00', 'Task-Deprecations5_14', '1.00'],
    ['libao-perl_0.03-1', 'libao-perl', '0.03-1'],
    ['Foo-1.0\u0be7', 'Foo-1.0\u0be7', null],
    ['0', null, null],
    ['1.0', '1.0', null],
  ];
  for (const [name, dist, version] of cases) {
    const found = distInfo(`A/AB/ABC/${name}.tgz`);
    assert.deepEqual([found.dist, found.version, found.distvname], [dist, version, name], name);
  }
});

test('usual paths read as the rules read them', () => {
  const word = fc.stringMatching(
    /^[A-Za-z][A-Za-z0-9]{0,3}(?:_[A-Za-z0-9]{1,2}){0,2}$|^[vV]$|^perl5?$|^[0-9a-z]{1,2}$/,
  );
  const version = fc.stringMatching(
    /^v?[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}$|^[0-9]\.[0-9]_[0-9]$|^v[0-9]-v?[0-9]\.[0-9]$/,
  );
  const path = fc
    .tuple(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      version,
      fc.constantFrom('tar.gz', 'tgz', 'zip', 'gz'),
    )
    .map(([words, number, ending]) => `A/AB/ABC/${words.join('-')}-${number}.${ending}`);
  fc.assert(
    fc.property(path, (usual) => {
      // In front of a path, these directories say nothing and are not usual.
      const byRules = distInfo(`authors/id/${usual}`);
      assert.deepEqual(distInfo(usual), { ...byRules, path: usual });
    }),
    { seed, numRuns: rounds(2_000, 200_000) },
  );
});

test('a developer release has an underscore, TRIAL, or is an odd or late perl', () => {
  const cases: [name: string, maturity: string, version: string][] = [
    ['Foo-1.02_01', 'developer', '1.02_01'],
    ['Foo-1.02-TRIAL', 'developer', '1.02'],
    ['Foo-1.02-TRIAL2', 'developer', '1.02'],
    ['Foo-1_02', 'released', '1_02'],
    ['perl-5.38.0', 'released', '5.38.0'],
    ['perl-5.39.1', 'developer', '5.39.1'],
    ['perl-5.38.0-RC1', 'developer', '5.38.0-RC1'],
    ['perl-5.6.1-TRIAL3', 'developer', '5.6.1-TRIAL3'],
    ['perl5.005_50', 'developer', '5.005_50'],
  ];
  for (const [name, maturity, version] of cases) {
    const found = distInfo(`${name}.tar.gz`);
    assert.deepEqual([found.maturity, found.version], [maturity, version], name);
  }
});

test('authors, archives and what is neither', () => {
  const cases: [path: string, cpanid: string | null, filename: string, extension: string | null][] = [
    ['A/AB/ABC/Foo-1.zip', 'ABC', 'Foo-1.zip', 'zip'],
    ['id/A/AB/ABC/Foo-1.tgz', 'ABC', 'Foo-1.tgz', 'tgz'],
    ['CPAN//authors/id/N/NI/NI-S//Foo-1.tar.bz2', 'NI-S', 'Foo-1.tar.bz2', 'tar.bz2'],
    ['mirror/authors/id/A/AB/ABC/Foo-1.tar.xz', 'ABC', 'Foo-1.tar.xz', 'tar.xz'],
    ['A/AC/ABC/Foo-1.TAR.GZ', null, 'A/AC/ABC/Foo-1.TAR.GZ', 'TAR.GZ'],
    ['a/ab/abc/Foo-1.tgz', null, 'a/ab/abc/Foo-1.tgz', 'tgz'],
    ['A/AB/ABC/Foo-1.readme', 'ABC', 'Foo-1.readme', null],
    ['A/AB/ABC/.tar.gz', 'ABC', '.tar.gz', null],
    ['', null, '', null],
  ];
  for (const [path, cpanid, filename, extension] of cases) {
    const found = distInfo(path);
    assert.deepEqual([found.cpanid, found.filename, found.extension], [cpanid, filename, extension], path);
    if (extension === null)
      assert.deepEqual([found.dist, found.version, found.distvname], [null, null, null]);
  }
});

const VECTORS = 'metadata/distnameinfo.json';
test('vectors of CPAN::DistnameInfo', { skip: withoutShared(VECTORS) }, () => {
  for (const wanted of sharedJson<DistInfo[]>(VECTORS)) assert.deepEqual(distInfo(wanted.path), wanted);
});

const SNAPSHOT = 'snapshots/metacpan-web.cpanfile.snapshot';
test('the paths of a lock file name what the lock file names', { skip: withoutShared(SNAPSHOT) }, () => {
  const text = sharedText(SNAPSHOT);
  const pairs = [...text.matchAll(/^ {2}(\S+)\n {4}pathname: (\S+)$/gm)];
  assert.ok(pairs.length > 100);
  for (const [, release, path = ''] of pairs) {
    const { dist, version, distvname, cpanid } = distInfo(path);
    assert.equal(distvname?.replace(/-TRIAL\d*$/, ''), release?.replace(/-TRIAL\d*$/, ''), path);
    assert.ok(dist && version && cpanid, path);
  }
});

const piece = fc.constantFrom(
  ...[
    'perl',
    'perl-',
    '5.',
    'Foo',
    'Bar',
    '-',
    '-',
    '-',
    '_',
    '_',
    '.',
    '.',
    '+',
    'v',
    'V',
    '1',
    '2',
    '0',
    '03',
    '50',
    '12',
  ],
  ...[
    'a',
    'b',
    'x',
    '/',
    '//',
    'authors/',
    'id/',
    'A/',
    'AB/',
    'ABC/',
    'ABC-1/',
    '\n',
    ' ',
    '-undef',
    '.pm',
    '-TRIAL',
    '-TRIAL2',
  ],
  ...[
    '-RC1',
    '-withoutworldwriteables',
    'é',
    '\u0be7',
    '.tar.gz',
    '.tgz',
    '.tar.z',
    'tar',
    'gz',
    '7',
    '\\',
    '\0',
  ],
);
const pieces = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(piece, { maxLength }).map((all) => all.join(''));
const path = fc
  .tuple(
    fc.constantFrom('', 'A/AB/ABC/', 'authors/id/N/NI/NI-S/', 'id/A/AB/ABC/x/'),
    fc.constantFrom('', 'Foo-Bar-', 'perl-5.', 'Foo', 'Foo-V3_1-'),
    pieces(8),
    fc.constantFrom('.tar.gz', '.tgz', '.zip', '.TAR.BZ2', '.tgz\n', '.tar.xz', ''),
  )
  .map((parts) => parts.join(''));

test('property: any path has an answer whose parts are parts of the path', () => {
  fc.assert(
    fc.property(fc.oneof(path, fc.string()), (text) => {
      const { filename, extension, cpanid, dist, distvname } = distInfo(text);
      const clean = text.replace(/\/+/g, '/');
      assert.ok(clean.endsWith(filename));
      for (const part of [extension, cpanid, distvname]) assert.ok(part === null || clean.includes(part));
      assert.equal(extension === null, distvname === null);
      if (dist !== null) assert.notEqual(distvname, null);
    }),
    { seed, numRuns: rounds(1000, 100_000) },
  );
});

const PERL = String.raw`
  use CPAN::DistnameInfo; binmode STDOUT, ':utf8';
  while (<STDIN>) {
    chomp; $_ = pack 'H*', $_; utf8::decode $_;
    my $info = CPAN::DistnameInfo->new($_);
    print join(',', map { defined $_ ? unpack('H*', do { my $s = $_; utf8::encode $s; "=$s" }) : '' }
      map { $info->{$_} } qw(filename extension cpanid dist version distvname maturity)), "\n";
  }`;

type Fields = Omit<DistInfo, 'path'>;

function perlFields(line: string): Fields {
  const [filename, extension, cpanid, dist, version, distvname, maturity] = line
    .split(',')
    .map((hex) => (hex === '' ? null : Buffer.from(hex, 'hex').toString('utf8').slice(1)));
  return {
    filename: filename ?? '',
    extension: extension ?? null,
    cpanid: cpanid ?? null,
    dist: dist ?? null,
    version: version ?? null,
    distvname: distvname ?? null,
    maturity: maturity === 'developer' ? 'developer' : 'released',
  };
}

/** Where the released 0.12 answers otherwise than its repository: what it is asked instead, or what it would have said. */
const RELEASED_RULES = {
  'tar.xz is no archive': (text: string): string => text.replace(/\.tar\.xz(?=\n?$)/i, '.tar.gz'),
  'TRIAL anywhere makes a developer release and stays in the version': (
    theirs: Fields,
    ours: Fields,
  ): Fields => {
    if (isDeepStrictEqual(theirs, ours) || !theirs.version?.includes('-TRIAL')) return theirs;
    const version = theirs.version.replace(/-TRIAL\d*(?=\n?$)/, '');
    return { ...theirs, version, maturity: version === theirs.version ? 'released' : 'developer' };
  },
  'a name that is not ASCII is split all the same': (theirs: Fields): Fields =>
    /[^\0-\x7f]/.test(theirs.distvname ?? '')
      ? { ...theirs, dist: theirs.distvname, version: null, maturity: 'released' }
      : theirs,
};

test('peer: CPAN::DistnameInfo reads random paths alike', { skip: withoutPerl('CPAN::DistnameInfo') }, () => {
  const real =
    withoutShared(VECTORS) === false ? sharedJson<DistInfo[]>(VECTORS).map((info) => info.path) : [];
  const texts = [...real, ...fc.sample(path, { seed, numRuns: rounds(3000, 500_000) })].map(
    RELEASED_RULES['tar.xz is no archive'],
  );
  const perl = askPerl(PERL, texts.map(hexLine));
  for (const [i, text] of texts.entries()) {
    const { path: _, ...ours } = distInfo(text);
    const ascii = RELEASED_RULES['a name that is not ASCII is split all the same'](perlFields(perl[i] ?? ''));
    assert.deepEqual(
      ours,
      RELEASED_RULES['TRIAL anywhere makes a developer release and stays in the version'](ascii, ours),
      JSON.stringify(text),
    );
  }
});

test('hostile paths end soon', () => {
  for (const text of [
    '-',
    'a',
    '_',
    '_-',
    '1',
    '-1',
    'a-',
    '.',
    '/',
    'authors/',
    '.tar',
    '-V1-',
    'a_-1',
    '1_1',
    '1.1',
    '\n',
    '-TRIAL',
    'A/AA/',
  ]) {
    const long = text.repeat(300_000 / text.length);
    for (const name of [
      long,
      `${long}.tar.gz`,
      `Foo-1.${long}.tgz`,
      `Foo-v${long}!.zip`,
      `perl-5.${long}.tgz`,
    ])
      distInfo(name);
  }
});
