import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { gunzipBytes, type MemoryEntry, memoryFiles } from '../io/index.ts';
import { InventoryError } from './errors.ts';
import { inventoryMachine, inventoryTree } from './installed.ts';
import type { Component, Inventory } from './inventory.ts';
import type { Files } from './ops.ts';

const LIB = '/app/local/lib/perl5';
const ARCH = `${LIB}/x86_64-linux`;

const pm = (module: string, version?: string): string =>
  `package ${module};\n${version === undefined ? '' : `our $VERSION = '${version}';\n`}1;\n`;

const record = (dist: string, version: string, modules: Record<string, string>): string => {
  const name = dist.replaceAll('-', '::');
  const provides = Object.entries(modules).map(([module, given]) => [
    module,
    { file: `lib/x.pm`, version: given },
  ]);
  return JSON.stringify({
    name,
    target: name,
    version,
    dist: `${dist}-${version}`,
    pathname: `A/AB/ABC/${dist}-${version}.tar.gz`,
    provides: Object.fromEntries(provides),
  });
};

const local = (files: Record<string, MemoryEntry>): Inventory =>
  inventoryTree({ inc: ['/app/local'] }, memoryFiles({ [`${LIB}/x.txt`]: '', ...files }));

const brief = ({ key, distribution, module, places }: Component): unknown[] => [
  key,
  distribution === null ? module : 'distribution',
  places.map(({ file = '' }) => file.replace(`${LIB}/`, '')),
];

test('an install record names the distribution of its modules', () => {
  const { inputs, perl, components, unexamined } = local({
    [`${ARCH}/.meta/Foo-Bar-1.10/install.json`]: record('Foo-Bar', '1.10', {
      'Foo::Bar': '1.10',
      'Foo::Baz': '1.10',
    }),
    [`${LIB}/Foo/Bar.pm`]: pm('Foo::Bar', '1.10'),
    [`${LIB}/Foo/Baz.pm`]: pm('Foo::Baz', '1.10'),
  });
  assert.deepEqual([inputs, perl, unexamined], [[{ kind: 'installed-tree', path: LIB }], null, []]);
  assert.deepEqual(components, [
    {
      key: 'Foo-Bar@1.10',
      distribution: 'Foo-Bar',
      module: null,
      version: '1.10',
      presence: 'installed',
      pathname: 'A/AB/ABC/Foo-Bar-1.10.tar.gz',
      tree: LIB,
      places: [{ file: `${ARCH}/.meta/Foo-Bar-1.10/install.json` }, { file: `${LIB}/Foo/Bar.pm` }],
      asked: [],
      requires: [],
    },
  ]);
});

test('a record counts only while the file agrees', () => {
  const { components } = local({
    [`${ARCH}/.meta/Foo-1.0/install.json`]: record('Foo', '1.0', { Foo: '1.0' }),
    [`${ARCH}/.meta/Foo-1.1/install.json`]: record('Foo', '1.1', { Foo: '1.1' }),
    [`${ARCH}/.meta/Gone-2/install.json`]: record('Gone', '2', { Gone: '2' }),
    [`${ARCH}/.meta/Old-2/install.json`]: record('Old', '2', { Old: '2' }),
    [`${LIB}/Foo.pm`]: pm('Foo', '1.10'),
    [`${LIB}/Old.pm`]: pm('Old', '3'),
  });
  assert.deepEqual(components.map(brief), [
    ['Foo@1.1', 'distribution', [`x86_64-linux/.meta/Foo-1.1/install.json`, 'Foo.pm']],
    ['Old@3', 'Old', ['Old.pm']],
  ]);
});

test('two archives with one version are one component, whose archive is not known', () => {
  const patched = record('Foo', '1.0', { Foo: '1.0' }).replaceAll('Foo-1.0', 'Foo-1.0-patch1');
  const { components } = local({
    [`${ARCH}/.meta/Foo-1.0/install.json`]: record('Foo', '1.0', { Foo: '1.0' }),
    [`${ARCH}/.meta/Foo-1.0-patch1/install.json`]: patched,
    [`${LIB}/Foo.pm`]: pm('Foo', '1.0'),
  });
  const [only, ...others] = components;
  assert.deepEqual([only?.key, only?.pathname, others], ['Foo@1.0', undefined, []]);
  assert.equal(only?.places.length, 3);
});

test('records that no file can decide between leave the version unreadable', () => {
  const { components } = local({
    [`${ARCH}/.meta/Foo-1.0/install.json`]: record('Foo', '1.0', { Foo: '1.0' }),
    [`${ARCH}/.meta/Foo-1.1/install.json`]: record('Foo', '1.1', { Foo: '1.1' }),
    [`${LIB}/Foo.pm`]: pm('Foo'),
  });
  assert.deepEqual(
    components.map(({ distribution, version, unversioned }) => [distribution, version, unversioned]),
    [['Foo', null, 'unreadable']],
  );
});

test('who requires whom is read from the metadata beside the records', () => {
  const meta = {
    'meta-spec': { version: '2' },
    name: 'Foo',
    version: '1',
    prereqs: { runtime: { requires: { Bar: '1' } } },
  };
  const { components } = local({
    [`${ARCH}/.meta/Foo-1/install.json`]: record('Foo', '1', { Foo: '1' }),
    [`${ARCH}/.meta/Foo-1/MYMETA.json`]: JSON.stringify(meta),
    [`${LIB}/Foo.pm`]: pm('Foo', '1'),
    [`${LIB}/Bar.pm`]: pm('Bar', '2'),
  });
  assert.deepEqual(
    components.map(({ key, requires }) => [key, requires]),
    [
      ['Bar@2', []],
      ['Foo@1', ['Bar@2']],
    ],
  );
});

test('a packlist names a module and what was installed with it, wherever the library stands now', () => {
  const { components } = local({
    [`${ARCH}/auto/Foo/Bar/.packlist`]:
      '/old/lib/Foo/Bar.pm type=file\n/old/lib/Foo/Extra.pm\n/old/man/Foo.3\n',
    [`${ARCH}/auto/Gone/.packlist`]: '/old/lib/Gone.pm\n',
    [`${ARCH}/auto/Odd/Name/.packlist`]: '/old/lib/Other/Long.pm\n/old/lib/Other.pm\n',
    [`${LIB}/Foo/Bar.pm`]: pm('Foo::Bar', '1.5'),
    [`${LIB}/Foo/Extra.pm`]: pm('Foo::Extra', '0.1'),
    [`${LIB}/Other.pm`]: pm('Other'),
    [`${LIB}/Other/Long.pm`]: pm('Other::Long', '7'),
    [`${ARCH}/perllocal.pod`]:
      '=head2 Sun Nov 22 13:54:23 2026: C<Module> L<Odd::Name|Odd::Name>\n\n=over 4\n\n=item *\n\nC<VERSION: 3.3>\n\n=back\n',
  });
  assert.deepEqual(components.map(brief), [
    ['Foo::Bar@1.5', 'Foo::Bar', ['x86_64-linux/auto/Foo/Bar/.packlist', 'Foo/Bar.pm']],
    ['Other@3.3', 'Other', ['x86_64-linux/auto/Odd/Name/.packlist', 'Other.pm']],
  ]);
});

test('of modules without a record those with a version stand for themselves, others only without a parent', () => {
  const { components } = local({
    [`${LIB}/Foo.pm`]: pm('Foo', '1'),
    [`${LIB}/Foo/Part.pm`]: pm('Foo::Part'),
    [`${LIB}/Foo/Own.pm`]: pm('Foo::Own', '0.5'),
    [`${LIB}/Lone/Deep.pm`]: pm('Lone::Deep'),
    [`${LIB}/not-a-module.pm`]: pm('x', '1'),
  });
  assert.deepEqual(
    components.map(({ key, unversioned }) => [key, unversioned]),
    [
      ['Foo@1', undefined],
      ['Foo::Own@0.5', undefined],
      ['Lone::Deep', 'absent'],
    ],
  );
});

test('core perl is judged only with its version', () => {
  const files = {
    '/perl/lib/strict.pm': pm('strict', '1.12'),
    '/perl/lib/warnings.pm': pm('warnings', '1.58'),
    '/perl/lib/CPAN.pm': pm('CPAN', '2.33'),
    '/perl/lib/CPAN/Nox.pm': pm('CPAN::Nox'),
  };
  const inc = ['/perl/lib'];
  const known = inventoryTree(
    { inc, perl: { version: '5.036000', path: '/perl/bin/perl' } },
    memoryFiles(files),
  );
  assert.deepEqual(known.perl, { version: '5.036000', place: { file: '/perl/bin/perl' } });
  assert.deepEqual(
    known.components.map(({ key, presence }) => [key, presence]),
    [
      ['CPAN@2.33', 'core'],
      ['perl@5.036000', 'core'],
    ],
  );
  const unknown = inventoryTree({ inc }, memoryFiles(files));
  assert.equal(unknown.perl, null);
  assert.ok(unknown.components.every(({ presence }) => presence === 'installed'));
});

test('a module that an earlier directory has too is shadowed', () => {
  const files = memoryFiles({
    '/a/Foo.pm': pm('Foo', '2'),
    '/b/Foo.pm': pm('Foo', '1'),
    '/b/Bar.pm': pm('Bar', '1'),
  });
  const { components } = inventoryTree({ inc: ['/a', '/b'] }, files);
  assert.deepEqual(
    components.map(({ key, tree, shadowedBy }) => [key, tree, shadowedBy]),
    [
      ['Bar@1', '/b', undefined],
      ['Foo@1', '/b', '/a/Foo.pm'],
      ['Foo@2', '/a', undefined],
    ],
  );
});

test('links are followed, loops once, and each directory is visited once', () => {
  const { components, unexamined } = inventoryTree(
    { inc: ['/lib', '/again'] },
    memoryFiles({
      '/lib/Foo.pm': pm('Foo', '1'),
      '/lib/Loop': { link: '/lib' },
      '/lib/Linked': { link: '/elsewhere' },
      '/lib/Dangling.pm': { link: '/nowhere.pm' },
      '/elsewhere/Bar.pm': pm('Linked::Bar', '3'),
      '/again': { link: '/lib' },
    }),
  );
  assert.deepEqual(
    components.map(({ key }) => key),
    ['Foo@1', 'Linked::Bar@3'],
  );
  assert.deepEqual(unexamined, []);
});

test('what cannot be read is listed, and nothing of a name is printed raw', () => {
  const inner = memoryFiles({
    '/lib/Foo.pm': pm('Foo', '1'),
    '/lib/Shut/x': '',
    '/lib/Bar.pm': pm('Bar', '2'),
  });
  const refuse = (path: string): never => {
    throw new Error(`EACCES: permission denied, '${path}\x1b[31m'`);
  };
  const files: Files = {
    ...inner,
    list: (path) => (path === '/lib/Shut' ? refuse(path) : inner.list(path)),
    read: (path, limit) => (path === '/lib/Bar.pm' ? refuse(path) : inner.read(path, limit)),
  };
  const { components, unexamined } = inventoryTree({ inc: ['/lib', '/missing\x07'] }, files);
  assert.deepEqual(
    components.map(({ key, unversioned }) => [key, unversioned]),
    [
      ['Bar', 'unreadable'],
      ['Foo@1', undefined],
    ],
  );
  assert.deepEqual(
    unexamined.map(({ place, reason }) => [place.file, reason]),
    [
      ['/missing\\u0007', 'there is no such directory'],
      ['/lib/Shut', "EACCES: permission denied, '/lib/Shut\\u001b[31m'"],
      ['/lib/Bar.pm', "EACCES: permission denied, '/lib/Bar.pm\\u001b[31m'"],
    ],
  );
});

test('directories that are all missing are an error of who named them', () => {
  assert.throws(
    () => inventoryTree({ inc: ['/a', '/b'] }, memoryFiles({})),
    (error) => error instanceof InventoryError && error.message === 'no directory of modules among /a, /b',
  );
});

const CONFIG = `package Config;
tie %Config, 'Config', {
    archlibexp => '/usr/lib/x86_64-linux-gnu/perl/5.36',
    privlibexp => '/usr/share/perl/5.36',
    sitearchexp => '/usr/local/lib/x86_64-linux-gnu/perl/5.36.0',
    sitelibexp => '/usr/local/share/perl/5.36.0',
    version => '5.36.0',
};
`;
const HEAVY = `vendorarchexp='/usr/lib/x86_64-linux-gnu/perl5/5.36'\nvendorlibexp='/usr/share/perl5'\n`;

const stanza = (name: string, version: string, more = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: ${version}\n${more}\n`;

const changelog = (name: string, version: string, line: string): Uint8Array =>
  new Uint8Array(
    gzipSync(
      `${name} (${version}) unstable; urgency=medium\n\n  * ${line}\n\n -- P <p@example.org>  Sat, 12 Apr 2025 18:16:31 +0300\n`,
    ),
  );

const debian: Record<string, MemoryEntry> = {
  '/usr/lib/x86_64-linux-gnu/perl/5.36': { link: '5.36.0' },
  '/usr/lib/x86_64-linux-gnu/perl/5.36.0/Config.pm': CONFIG,
  '/usr/lib/x86_64-linux-gnu/perl/5.36.0/Config_heavy.pl': HEAVY,
  '/usr/lib/x86_64-linux-gnu/perl/5.36.0/POSIX.pm': pm('POSIX', '2.03'),
  '/usr/lib/x86_64-linux-gnu/perl/5.36.0/Storable.pm': pm('Storable', '3.26'),
  '/usr/share/perl/5.36/HTTP/Tiny.pm': pm('HTTP::Tiny', '0.080'),
  '/usr/share/perl5/HTTP/Tiny.pm': pm('HTTP::Tiny', '0.090'),
  '/usr/share/perl5/Try/Tiny.pm': pm('Try::Tiny', '0.3100'),
  '/usr/share/perl5/Bundled/One.pm': pm('Bundled::One', '1'),
  '/usr/share/perl5/Bundled/Two.pm': pm('Bundled::Two', '2'),
  '/usr/share/perl5/By/Hand.pm': pm('By::Hand', '9'),
  '/var/lib/dpkg/status': [
    stanza('perl', '5.36.0-7+deb12u2'),
    stanza(
      'libhttp-tiny-perl',
      '0.090-1',
      'Homepage: https://metacpan.org/release/HTTP-Tiny\nDepends: perl:any, libtry-tiny-perl\n',
    ),
    stanza('libtry-tiny-perl', '0.31-2', 'Homepage: https://example.org/\n'),
    stanza('libbundled-perl', '20200101'),
  ].join('\n'),
  '/var/lib/dpkg/info/perl.list':
    '/usr/lib/x86_64-linux-gnu/perl/5.36.0/Config.pm\n/usr/lib/x86_64-linux-gnu/perl/5.36.0/POSIX.pm\n/usr/lib/x86_64-linux-gnu/perl/5.36.0/Storable.pm\n',
  '/var/lib/dpkg/info/libhttp-tiny-perl.list': '/.\n/usr/share/perl5/HTTP/Tiny.pm\n',
  '/var/lib/dpkg/info/libtry-tiny-perl:all.list': '/usr/share/perl5/Try/Tiny.pm\n',
  '/var/lib/dpkg/info/libbundled-perl.list':
    '/usr/share/perl5/Bundled/One.pm\n/usr/share/perl5/Bundled/Two.pm\n',
  '/usr/share/doc/perl/changelog.Debian.gz': changelog(
    'perl',
    '5.36.0-7+deb12u2',
    '[SECURITY] CVE-2024-56406: overflow',
  ),
  '/usr/share/doc/libtry-tiny-perl/copyright':
    'Format: x\nUpstream-Name: Try-Tiny\nSource: https://metacpan.org/dist/Try-Tiny\n\nFiles: *\n',
};

test('a Debian system is taken whole, and its packages say what they are', () => {
  const { inputs, perl, components, unexamined } = inventoryMachine(memoryFiles(debian), {
    gunzip: gunzipBytes,
  });
  assert.deepEqual(perl, {
    version: 'v5.36.0',
    place: { file: '/usr/lib/x86_64-linux-gnu/perl/5.36.0/Config.pm' },
  });
  assert.deepEqual(unexamined, []);
  assert.deepEqual(inputs, [
    { kind: 'installed-tree', path: '/usr/share/perl5' },
    { kind: 'installed-tree', path: '/usr/share/perl/5.36' },
    { kind: 'dpkg', path: '/var/lib/dpkg/status' },
  ]);
  assert.deepEqual(
    components.map(({ key, presence, distributor, shadowedBy }) => [
      key,
      presence,
      distributor?.package,
      shadowedBy,
    ]),
    [
      ['Bundled::One@1', 'installed', 'libbundled-perl', undefined],
      ['Bundled::Two@2', 'installed', 'libbundled-perl', undefined],
      ['By::Hand@9', 'installed', undefined, undefined],
      ['HTTP-Tiny@0.080', 'core', undefined, '/usr/share/perl5/HTTP/Tiny.pm'],
      ['HTTP-Tiny@0.090', 'installed', 'libhttp-tiny-perl', undefined],
      ['Storable@3.26', 'core', 'perl', undefined],
      ['Try-Tiny@0.3100', 'installed', 'libtry-tiny-perl', undefined],
      ['perl@5.36.0', 'core', 'perl', undefined],
    ],
  );
  assert.deepEqual(components.find(({ key }) => key === 'HTTP-Tiny@0.090')?.requires, ['Try-Tiny@0.3100']);
});

test('fixes are those that the changelog on the disk names; without one nothing is said', () => {
  const { components } = inventoryMachine(memoryFiles(debian), { gunzip: gunzipBytes });
  const distributor = (key: string) => components.find((component) => component.key === key)?.distributor;
  assert.deepEqual(distributor('Storable@3.26'), {
    vendor: 'debian',
    package: 'perl',
    packageVersion: '5.36.0-7+deb12u2',
    changelog: '/usr/share/doc/perl/changelog.Debian.gz',
    fixes: [
      {
        id: 'CVE-2024-56406',
        line: 3,
        text: '* [SECURITY] CVE-2024-56406: overflow',
        packageVersion: '5.36.0-7+deb12u2',
      },
    ],
  });
  const { changelog: none, fixes } = distributor('Try-Tiny@0.3100') ?? {};
  assert.deepEqual([none, fixes], [null, []]);
});

test('a damaged database of packages leaves modules to themselves and says so', () => {
  const status = 'Package: broken\nStatus: install ok installed\n';
  const { components, unexamined } = inventoryMachine(
    memoryFiles({ ...debian, '/var/lib/dpkg/status': status }),
  );
  assert.ok(components.some(({ key }) => key === 'HTTP::Tiny@0.090'));
  assert.deepEqual(
    unexamined.map(({ place, reason }) => [place, reason]),
    [[{ file: '/var/lib/dpkg/status', line: 1 }, 'package without name or version']],
  );
});

test('perls of users are found below their homes', () => {
  const lib = '/home/a/perl5/perlbrew/perls/x/lib/5.38.1';
  const config = `package Config;
tie %Config, 'Config', {
    archlibexp => '${lib}/x86_64-linux',
    privlibexp => '${lib}',
    version => '5.38.1',
};
`;
  const { components, perl } = inventoryMachine(
    memoryFiles({
      ...debian,
      [`${lib}/x86_64-linux/Config.pm`]: config,
      [`${lib}/strict.pm`]: pm('strict', '1.12'),
      '/home/a/perl5/lib/perl5/Mine.pm': pm('Mine', '1'),
    }),
    { homes: ['/root', '/home/*'] },
  );
  assert.equal(perl, null, 'no one perl');
  const keys = components.map(({ key }) => key);
  for (const key of ['perl@5.36.0', 'perl@5.38.1', 'Mine@1']) assert.ok(keys.includes(key), key);
});

test('whatever stands in a tree, nothing is thrown', () => {
  const name = fc.constantFrom(
    'Foo.pm',
    'Foo/Bar.pm',
    'auto/Foo/.packlist',
    '.meta/Foo-1/install.json',
    'x-y/Foo.pm',
    'perllocal.pod',
    '.meta/Foo-1/MYMETA.json',
  );
  const content = fc.oneof(
    fc.string(),
    fc.uint8Array(),
    fc.constantFrom(pm('Foo', '1'), record('Foo', '1', { Foo: '1' }), '{"provides":[]}', '/a/Foo.pm\0'),
  );
  fc.assert(
    fc.property(fc.dictionary(name, content), (entries) => {
      const files = Object.fromEntries(
        Object.entries(entries).map(([path, bytes]) => [`/lib/${path}`, bytes]),
      );
      const { components } = inventoryTree(
        { inc: ['/lib'] },
        memoryFiles({ '/lib/Keep.pm': pm('Keep', '1'), ...files }),
      );
      assert.ok(components.some(({ key }) => key === 'Keep@1'));
    }),
    { seed, numRuns: rounds(200, 10_000) },
  );
});
