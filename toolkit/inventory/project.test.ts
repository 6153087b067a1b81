import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type MemoryEntry, memoryFiles } from '../io/index.ts';
import { InventoryError } from './errors.ts';
import type { Inventory } from './inventory.ts';
import { inventoryProject, type ProjectOptions } from './project.ts';

const snapshot = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Foo-Bar-1.2
    pathname: F/FO/FOO/Foo-Bar-1.2.tar.gz
    provides:
      Foo::Bar 1.2
      Foo::Bar::Util undef
    requirements:
      Try::Tiny 0.1
      perl 5.010
      strict 0
  Try-Tiny-0.31
    pathname: E/ET/ETHER/Try-Tiny-0.31.tar.gz
    provides:
      Try::Tiny 0.31
    requirements:
      perl 5.006
`;

const take = (files: Record<string, MemoryEntry>, options?: ProjectOptions): Promise<Inventory> =>
  inventoryProject('/app', memoryFiles({ '/app': [], ...files }), options);

test('links are left out where nothing is asked for, if so wanted', async () => {
  const requires = async (files: Record<string, MemoryEntry>): Promise<readonly (readonly string[])[]> => {
    const { components } = await take({ '/app/cpanfile.snapshot': snapshot, ...files }, { links: 'asked' });
    return components.map((component) => component.requires);
  };
  assert.deepEqual(await requires({}), [[], []]);
  assert.deepEqual(await requires({ '/app/cpanfile': "requires 'Foo::Bar';" }), [['Try-Tiny@0.31'], []]);
});

test('a lock file gives versions, paths and who requires whom', async () => {
  const { subject, inputs, components, unexamined } = await take({ '/app/cpanfile.snapshot': snapshot });
  assert.equal(subject, '/app');
  assert.deepEqual(inputs, [{ kind: 'snapshot', path: '/app/cpanfile.snapshot' }]);
  assert.deepEqual(unexamined, []);
  assert.deepEqual(components, [
    {
      key: 'Foo-Bar@1.2',
      distribution: 'Foo-Bar',
      module: null,
      version: '1.2',
      presence: 'locked',
      pathname: 'F/FO/FOO/Foo-Bar-1.2.tar.gz',
      places: [{ file: '/app/cpanfile.snapshot', line: 3 }],
      asked: [],
      requires: ['Try-Tiny@0.31'],
    },
    {
      key: 'Try-Tiny@0.31',
      distribution: 'Try-Tiny',
      module: null,
      version: '0.31',
      presence: 'locked',
      pathname: 'E/ET/ETHER/Try-Tiny-0.31.tar.gz',
      places: [{ file: '/app/cpanfile.snapshot', line: 12 }],
      asked: [],
      requires: [],
    },
  ]);
});

test('the cpanfile beside it says what was asked for, and where', async () => {
  const { components, unexamined } = await take({
    '/app/cpanfile.snapshot': snapshot,
    '/app/cpanfile': `requires 'perl', '5.20';
requires 'Foo::Bar', '>= 1.0';
on test => sub { requires 'Foo::Bar::Util'; };
feature 'extra', 'More' => sub { recommends 'Not::Locked', '2' };
requires $computed;
conflicts 'Try::Tiny', '< 0.1';
`,
  });
  const [foo, lost, tiny] = components;
  const file = '/app/cpanfile';
  assert.deepEqual(foo?.asked, [
    {
      module: 'Foo::Bar',
      range: '1.0',
      phase: 'runtime',
      relationship: 'requires',
      place: { file, line: 2 },
    },
    {
      module: 'Foo::Bar::Util',
      range: '0',
      phase: 'test',
      relationship: 'requires',
      place: { file, line: 3 },
    },
  ]);
  assert.equal(foo?.editable, true);
  assert.deepEqual(tiny?.asked, []);
  assert.deepEqual(lost, {
    key: 'Not::Locked',
    distribution: null,
    module: 'Not::Locked',
    version: null,
    unversioned: 'not-pinned',
    requirement: '2',
    presence: 'declared',
    editable: true,
    places: [{ file, line: 4 }],
    asked: [
      {
        module: 'Not::Locked',
        range: '2',
        phase: 'runtime',
        relationship: 'recommends',
        feature: 'extra',
        place: { file, line: 4 },
      },
    ],
    requires: [],
  });
  assert.deepEqual(
    unexamined.map(({ kind, place }) => [kind, place]),
    [['dynamic', { file, line: 5 }]],
  );
});

test('without a lock file versions are not pinned, unless one version is asked for', async () => {
  const cpanfile = `requires 'A', '== 1.20';
requires 'B';
test_requires 'B', '>= 2, < 3';
requires 'C', '1', dist => 'X/XY/XYZ/C-Dist-1.5.tar.gz';
`;
  const { components } = await take(
    { '/app/cpanfile': cpanfile },
    { distributionOf: (module) => (module === 'B' ? 'B-Dist' : null) },
  );
  assert.deepEqual(
    components.map(({ key, version, unversioned, requirement, module, asked }) => [
      key,
      module,
      version,
      unversioned,
      requirement,
      asked.length,
    ]),
    [
      ['A@1.20', 'A', '1.20', undefined, '== 1.20', 1],
      ['B-Dist', 'B', null, 'not-pinned', '>= 2, < 3', 2],
      ['C-Dist', 'C', null, 'not-pinned', '1', 1],
    ],
  );
});

test('of a perl that is known the core is judged, but for what the lock file provides', async () => {
  const perl = { version: '5.036000', place: { file: '--perl-version' } };
  const files = {
    '/app/cpanfile.snapshot': snapshot,
    '/app/cpanfile':
      "requires 'HTTP::Tiny', '0.070'; requires 'Encode', '99'; requires 'POSIX'; requires 'Foo::Bar';",
  };
  const taken = await take(files, { perl });
  assert.deepEqual(taken.perl, perl);
  const find = (key: string) => taken.components.find((component) => component.key === key);
  assert.deepEqual(
    ['perl@5.036000', 'HTTP-Tiny@0.080', 'Encode@3.17', 'Encode'].map((key) => [
      find(key)?.presence,
      find(key)?.asked.map(({ module }) => module),
    ]),
    [
      ['core', ['POSIX']],
      ['core', ['HTTP::Tiny']],
      ['core', []],
      ['declared', ['Encode']],
    ],
  );
  assert.equal(taken.components.filter(({ presence }) => presence === 'core').length, 115);

  const unknown = await take(files);
  assert.deepEqual(
    unknown.components.map(({ key }) => key),
    ['Foo-Bar@1.2', 'Try-Tiny@0.31'],
  );
});

test('a library beside the project tells versions when there is no lock file', async () => {
  const { components, inputs } = await take({
    '/app/cpanfile': "requires 'Foo::Bar'; requires 'Not::There'; requires 'strict';",
    '/app/local/lib/perl5/Foo/Bar.pm': "package Foo::Bar;\nour $VERSION = '1.2';",
  });
  assert.deepEqual(
    inputs.map(({ kind }) => kind),
    ['installed-tree', 'cpanfile'],
  );
  assert.deepEqual(
    components.map(({ key, presence, asked }) => [key, presence, asked.length]),
    [
      ['Foo::Bar@1.2', 'installed', 1],
      ['Not::There', 'declared', 1],
    ],
  );
});

test('contradictory requests keep the first range; all of them are listed as asked', async () => {
  const { components } = await take({ '/app/cpanfile': "requires 'A', '== 1';\ntest_requires 'A', '== 2';" });
  assert.deepEqual(
    components.map(({ key, asked }) => [key, asked.length]),
    [['A@1', 2]],
  );
});

test('META tells when there is no cpanfile, MYMETA before META', async () => {
  const meta = (more: object): string =>
    JSON.stringify({
      'meta-spec': { version: '2' },
      name: 'My-App',
      version: '1.10',
      prereqs: { runtime: { requires: { A: '1' } } },
      ...more,
    });
  const guess = await take({ '/app/META.json': meta({ dynamic_config: 1 }) });
  assert.deepEqual(
    guess.components.map(({ key, presence }) => [key, presence]),
    [
      ['A', 'declared'],
      ['My-App@1.10', 'listed'],
    ],
  );
  assert.equal(guess.components[0]?.editable, undefined);
  assert.deepEqual(
    guess.unexamined.map(({ kind, place }) => [kind, place.path]),
    [['dynamic', 'dynamic_config']],
  );

  const final = await take({ '/app/META.json': '{', '/app/MYMETA.json': meta({ dynamic_config: 1 }) });
  assert.deepEqual(final.inputs, [{ kind: 'mymeta', path: '/app/MYMETA.json' }]);
  assert.deepEqual(final.unexamined, []);

  const broken = await take({
    '/app/MYMETA.json': '{',
    '/app/META.yml': 'name: X\nversion: 1.0\nrequires:\n  B: 0\n',
  });
  assert.deepEqual(
    broken.components.map(({ key }) => key),
    ['B', 'X@1.0'],
  );
  assert.equal(broken.unexamined[0]?.place.file, '/app/MYMETA.json');
});

test('a lock file that is cut short counts for nothing and says so', async () => {
  const { components, unexamined } = await take({
    '/app/cpanfile.snapshot': snapshot.slice(0, 150),
    '/app/cpanfile': "requires 'Foo::Bar';",
  });
  assert.deepEqual(
    components.map(({ key, presence }) => [key, presence]),
    [['Foo::Bar', 'declared']],
  );
  assert.deepEqual(
    unexamined.map(({ kind, place }) => [kind, place.file]),
    [['unreadable', '/app/cpanfile.snapshot']],
  );
});

const odd: [name: string, entry: MemoryEntry, reason: string][] = [
  ['cpanfile.snapshot', { link: '../mnt/lock' }, 'is a symbolic link that leads nowhere'],
  ['cpanfile.snapshot', { link: 'cpanfile.snapshot' }, 'is a symbolic link that leads nowhere'],
  ['cpanfile.snapshot', [], 'is no regular file'],
  ['cpanfile', { link: 'gone' }, 'is a symbolic link that leads nowhere'],
  ['META.json', { link: 'gone' }, 'is a symbolic link that leads nowhere'],
  ['META.yml', [], 'is no regular file'],
  ['local/lib/perl5', { link: '/opt/perl5' }, 'is a symbolic link that leads nowhere'],
  ['local/lib/perl5', 'text', 'is no directory'],
  ['Makefile.PL', { link: 'gone' }, 'is a symbolic link that leads nowhere'],
];
for (const [name, entry, reason] of odd) {
  test(`${name} that ${reason} is unreadable, not absent`, async () => {
    const { unexamined } = await take({ [`/app/${name}`]: entry });
    assert.deepEqual(unexamined, [{ kind: 'unreadable', place: { file: `/app/${name}` }, reason }]);
  });
}

test('a project of programs says which would have to run', async () => {
  const { inputs, unexamined } = await take({
    '/app/Makefile.PL': 'system("rm -rf /")',
    '/app/dist.ini': '',
  });
  assert.deepEqual(inputs, []);
  assert.deepEqual(
    unexamined.map(({ kind, place }) => [kind, place.file]),
    [
      ['dynamic', '/app/Makefile.PL'],
      ['dynamic', '/app/dist.ini'],
    ],
  );
  assert.deepEqual(await take({}), {
    subject: '/app',
    inputs: [],
    perl: null,
    components: [],
    unexamined: [],
  });
});

test('no project, no inventory', async () => {
  for (const path of ['/nothing', '/app/cpanfile']) {
    const taken = inventoryProject(path, memoryFiles({ '/app/cpanfile': '' }));
    await assert.rejects(taken, (error) => error instanceof InventoryError && error.code === 'not-found');
  }
});

test('real projects are taken whole', { skip: withoutShared('snapshots') }, async () => {
  for (const [name, count] of [
    ['metacpan-api', 369],
    ['fixmystreet', 452],
    ['musicbrainz-server', 387],
  ] as const) {
    const lock = sharedText(`snapshots/${name}.cpanfile.snapshot`);
    const { components } = await take({ '/app/cpanfile.snapshot': lock });
    assert.equal(components.length, count, name);
    assert.equal(new Set(components.map(({ key }) => key)).size, count);
    const known = new Set(components.map(({ key }) => key));
    for (const { requires } of components) for (const key of requires) assert.ok(known.has(key), key);
  }
});

test('whatever the files hold, nothing is thrown and each is an input', async () => {
  const content = fc.oneof(
    fc.uint8Array(),
    fc.string(),
    fc.constantFrom(snapshot, snapshot.slice(0, 300), '{"prereqs": []}', 'requires "A" if 1;', '---\n- 1\n'),
  );
  const files = fc.record({
    'cpanfile.snapshot': fc.option(content),
    cpanfile: fc.option(content),
    'META.json': fc.option(content),
    'META.yml': fc.option(content),
  });
  await fc.assert(
    fc.asyncProperty(files, async (given) => {
      const entries = Object.entries(given).flatMap(([name, text]) =>
        text === null ? [] : [[`/app/${name}`, text] as const],
      );
      const { inputs } = await take(Object.fromEntries(entries));
      assert.equal(inputs.length > 0, entries.length > 0);
    }),
    { seed, numRuns: rounds(200, 20_000) },
  );
});
