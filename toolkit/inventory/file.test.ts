import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { diskFiles, memoryFiles, unpackers } from '../io/index.ts';
import { InventoryError } from './errors.ts';
import { inventoryFile } from './file.ts';
import type { Inventory } from './inventory.ts';

const take = (name: string, content: string | Uint8Array): Promise<Inventory> =>
  inventoryFile(name, memoryFiles({ [name]: content }), { archives: unpackers });

const brief = ({ inputs, components, unexamined }: Inventory): unknown => [
  inputs.map(({ kind }) => kind).join(),
  components.map(({ key, presence }) => `${key} ${presence}`),
  unexamined.map(({ kind }) => kind),
];

const snapshot = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Foo-1
    pathname: F/FO/FOO/Foo-1.tar.gz
    provides:
      Foo 1
    requirements:
      perl 5.010
`;
const meta = {
  'meta-spec': { version: '2' },
  name: 'My-Dist',
  version: '1.10',
  dynamic_config: 0,
  prereqs: { runtime: { requires: { A: '1', perl: '5.010' } } },
};
const cyclonedx = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'application', name: 'app', 'bom-ref': 'app' } },
  components: [
    { type: 'library', name: 'Foo', version: '1', purl: 'pkg:cpan/Foo@1', 'bom-ref': 'foo' },
    { type: 'library', name: 'Bar', version: '2', purl: 'pkg:cpan/Bar', 'bom-ref': 'bar' },
    { type: 'library', name: 'left-pad', version: '1', purl: 'pkg:npm/left-pad@1' },
    { type: 'library', name: 'libdbi-perl', purl: 'pkg:deb/debian/libdbi-perl@1.6', version: '1.6' },
    { type: 'library', name: 'mystery', version: '1' },
  ],
  dependencies: [
    { ref: 'app', dependsOn: ['foo'] },
    { ref: 'foo', dependsOn: ['bar'] },
  ],
};
const spdx = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  dataLicense: 'CC0-1.0',
  name: 'doc',
  documentNamespace: 'https://example.org/doc',
  creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: x'] },
  packages: [
    {
      SPDXID: 'SPDXRef-foo',
      name: 'Foo',
      downloadLocation: 'NOASSERTION',
      externalRefs: [
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:cpan/Foo@1' },
      ],
    },
  ],
};

test('each kind is told by its name, else by its content', async () => {
  for (const [name, content, expected] of [
    ['/cpanfile.snapshot', snapshot, ['snapshot', ['Foo@1 locked'], []]],
    ['/old.lock', snapshot, ['snapshot', ['Foo@1 locked'], []]],
    ['/cpanfile', "requires 'A', '1';", ['cpanfile', ['A declared'], []]],
    ['/deps', "# deps\nrequires 'A', '1';", ['cpanfile', ['A declared'], []]],
    ['/META.json', JSON.stringify(meta), ['meta', ['A declared', 'My-Dist@1.10 listed'], []]],
    ['/meta.txt', JSON.stringify(meta), ['meta', ['A declared', 'My-Dist@1.10 listed'], []]],
    ['/MYMETA.yml', 'name: X\nversion: 1.10\n', ['mymeta', ['X@1.10 listed'], []]],
    ['/purls', '\n# list\npkg:cpan/Foo@1\nx y\n', ['purls', ['Foo@1 listed'], ['unsupported']]],
    ['/spdx.json', JSON.stringify(spdx), ['spdx', ['Foo@1 listed'], []]],
    [
      '/Foo/Bar.pm',
      "package Foo::Bar;\nour $VERSION = '1.5';",
      ['installed-tree', ['Foo::Bar@1.5 installed'], []],
    ],
  ] as const) {
    assert.deepEqual(brief(await take(name, content)), expected, name);
  }
});

test('what is of no kind is unexamined, never empty', async () => {
  for (const [name, content, kind] of [
    ['/garbage', 'on the other hand, nothing', 'unsupported'],
    ['/empty', '', 'unsupported'],
    ['/bom.xml', '<?xml version="1.0"?><bom/>', 'unsupported'],
    ['/x.json', '{"a": 1}', 'unsupported'],
    ['/x.json', '{"a": 1', 'unreadable'],
    ['/cpanfile.snapshot', 'garbage', 'unreadable'],
    ['/META.json', '[]', 'unreadable'],
    ['/Foo-1.0.tar.gz', 'garbage', 'unsupported'],
    ['/Foo-1.0.tar.gz', gzipSync('garbage').subarray(0, 15), 'unreadable'],
    ['/bom.json', '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 3}', 'unreadable'],
  ] as const) {
    const { components, unexamined } = await take(name, content);
    assert.deepEqual([components, unexamined.map((one) => one.kind)], [[], [kind]], `${name} ${content}`);
  }
});

test('a bill of materials gives its CPAN components, and counts what may hide more', async () => {
  const { components, unexamined } = await take('/bom.json', JSON.stringify(cyclonedx));
  assert.deepEqual(
    components.map(({ key, asked, requires, places }) => [key, asked.length, requires, places[0]?.path]),
    [
      ['Bar@2', 0, [], 'components[1]'],
      ['Foo@1', 1, ['Bar@2'], 'components[0]'],
    ],
  );
  assert.deepEqual(
    unexamined.map(({ kind, reason }) => [kind, reason]),
    [
      ['unnamed', '1 component without a package URL: "mystery"'],
      ['unsupported', '1 component of Debian packages with Perl modules: "libdbi-perl"'],
    ],
  );
});

test('a path that leads to no file is an error of who typed it', async () => {
  await assert.rejects(
    inventoryFile('/x', memoryFiles({})),
    (error) => error instanceof InventoryError && error.message === '/x: there is no such file',
  );
});

/** A tar archive of files, enough for these tests. */
function tar(entries: Record<string, string>): Uint8Array {
  const blocks = Object.entries(entries).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write('0ustar\x0000', 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text, 0, 'latin1');
    return [header, body];
  });
  return new Uint8Array(gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
}

test('an archive is the distribution that its META names, and asks for what it lists', async () => {
  const archive = tar({ 'My-Dist-1.10/META.json': JSON.stringify(meta), 'My-Dist-1.10/t/META.json': '{' });
  assert.deepEqual(brief(await take('/tmp/any.tgz', archive)), [
    'archive',
    ['A declared', 'My-Dist@1.10 listed'],
    [],
  ]);
  const { components } = await take('/tmp/any.tgz', archive);
  assert.equal(components[1]?.places[0]?.file, '/tmp/any.tgz/My-Dist-1.10/META.json');
});

test('without META the name of the archive says what it is', async () => {
  const named = await take('/Foo-Bar-1.5.tar.gz', tar({ 'x/cpanfile': "requires 'B';" }));
  assert.deepEqual(brief(named), ['archive', ['B declared', 'Foo-Bar@1.5 listed'], []]);
  const module = "package Foo::Bar;\nour $VERSION = '2.5';\n";
  const versioned = await take('/Foo-Bar.tar.gz', tar({ 'x/lib/Foo/Bar.pm': module }));
  assert.deepEqual(brief(versioned), ['archive', ['Foo-Bar@2.5 listed'], ['unsupported']]);
});

test('members that would be written elsewhere are listed', async () => {
  const { unexamined } = await take(
    '/Foo-1.tar.gz',
    tar({ '../../evil\x1b': 'x', 'Foo-1/META.json': JSON.stringify(meta) }),
  );
  assert.deepEqual(
    unexamined.map(({ place }) => place.path),
    ['../../evil\\u001b'],
  );
});

test('real archives say what they are', { skip: withoutShared('dists') }, async () => {
  const names = readdirSync(sharedPath('dists'), { recursive: true })
    .map(String)
    .filter((name) => /\.tar\.(?:gz|xz|bz2)$/.test(name));
  assert.ok(names.length > 100);
  for (const name of names.filter((_, i) => i % rounds(12, 1) === 0)) {
    const { components, unexamined } = await inventoryFile(sharedPath(`dists/${name}`), diskFiles(), {
      archives: unpackers,
    });
    const subject = components.filter(({ presence }) => presence === 'listed');
    const broken = unexamined.filter(({ kind }) => kind === 'unreadable');
    assert.deepEqual([subject.length, broken], [1, []], name);
  }
});

test('any bytes under any name give something', async () => {
  const name = fc.constantFrom(
    '/cpanfile',
    '/META.yml',
    '/x.json',
    '/x',
    '/Foo-1.zip',
    '/Foo.pm',
    '/x.snapshot',
  );
  const content = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.string().map((text) => new TextEncoder().encode(`${text}\nrequires '`)),
  );
  await fc.assert(
    fc.asyncProperty(name, content, async (path, bytes) => {
      const { inputs, components, unexamined } = await take(path, bytes);
      assert.ok(inputs.length + components.length + unexamined.length > 0);
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
