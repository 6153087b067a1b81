import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { withoutProgram } from '../../test/peers.ts';
import { sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds, seed, soaking } from '../../test/sizes.ts';
import { streamFile, unpackers } from '../io/index.ts';
import { type Archive, type ArchiveLimits, readArchive } from './archive.ts';
import { CpanError } from './errors.ts';
import { pax, type TarEntry, writeTar } from './testdata/write-tar.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-archive-'));
after(() => rmSync(scratch, { recursive: true }));

const everything = (): boolean => true;

/** Reads an archive that is one. */
async function read(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  limits: Partial<ArchiveLimits> = {},
  wanted: (path: string) => boolean = everything,
): Promise<Archive> {
  const found = await readArchive(source, 'Foo-1.tar', unpackers, { wanted, limits });
  assert.ok(found !== null);
  return found;
}

const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);
const contents = ({ members }: Archive): [string, string | null][] =>
  members.map(({ path, bytes }) => [path, text(bytes)]);

test('a tar archive: members in order, the bytes of what is wanted', async () => {
  const tar = writeTar([
    { name: './Foo-1/', type: '5' },
    { name: './Foo-1/META.json', content: '{}' },
    { name: 'Foo-1//lib/./Foo.pm', content: 'x'.repeat(1000) },
    { name: 'Foo-1/t/empty' },
    { name: 'Foo-1/link', type: '2', target: '/etc/passwd' },
    { name: 'Foo-1/hard', type: '1', target: 'Foo-1/META.json' },
    { name: 'Foo-1/pipe', type: '6' },
    { name: 'Foo-1/old', type: '\0', content: 'V7' },
    { name: 'Foo-1/dir/', type: '0' },
  ]);
  const wanted = (path: string): boolean => path === 'Foo-1/META.json' || path.startsWith('Foo-1/t/');
  assert.deepEqual(await read(tar, {}, wanted), {
    format: 'tar',
    members: [
      { path: 'Foo-1', kind: 'directory', size: 0, bytes: null },
      { path: 'Foo-1/META.json', kind: 'file', size: 2, bytes: new TextEncoder().encode('{}') },
      { path: 'Foo-1/lib/Foo.pm', kind: 'file', size: 1000, bytes: null },
      { path: 'Foo-1/t/empty', kind: 'file', size: 0, bytes: new Uint8Array() },
      { path: 'Foo-1/link', kind: 'link', size: 0, target: '/etc/passwd', bytes: null },
      { path: 'Foo-1/hard', kind: 'hardlink', size: 0, target: 'Foo-1/META.json', bytes: null },
      { path: 'Foo-1/pipe', kind: 'other', size: 0, bytes: null },
      { path: 'Foo-1/old', kind: 'file', size: 2, bytes: null },
      { path: 'Foo-1/dir', kind: 'directory', size: 0, bytes: null },
    ],
    refused: [],
    duplicates: [],
  });
});

test('long names, as pax, GNU and ustar write them', async () => {
  const long = `Foo-1/${'a/'.repeat(40)}${'b'.repeat(120)}`;
  const archive = await read(
    writeTar([
      pax({ path: `${long}1`, mtime: '1.5' }),
      { name: 'short', content: '1' },
      { name: '././@LongLink', type: 'L', content: `${long}2\0` },
      { name: '././@LongLink', type: 'K', content: `${long}3\0` },
      { name: 'short', type: '2', magic: 'ustar  \0' },
      { name: 'c'.repeat(100), prefix: 'd'.repeat(155), content: '3' },
      { name: 'c', prefix: 'not a prefix', magic: 'ustar  \0', content: '4' },
      pax({ path: 'Foo-1/é€𝄞', linkpath: 'ü' }),
      { name: 'x', type: '2' },
      pax({ comment: 'of git' }, 'g'),
      pax({ size: '1' }),
      { name: 'sized', content: '!', size: 0 },
    ]),
  );
  assert.deepEqual(
    archive.members.map(({ path, target, bytes }) => target ?? `${path} ${text(bytes)}`),
    [`${long}1 1`, `${long}3`, `${'d'.repeat(155)}/${'c'.repeat(100)} 3`, 'c 4', 'ü', 'sized !'],
  );
});

test('names in Latin-1 are read as that', async () => {
  const tar = writeTar([{ name: '???', content: '' }]);
  tar.set([0xe9, 0xff, 0x41], 0);
  const sum =
    8 * 32 + tar.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0 : byte), 0);
  tar.set(new TextEncoder().encode(sum.toString(8).padStart(6, '0')), 148);
  assert.deepEqual(contents(await read(tar)), [['éÿA', '']]);
});

test('names that lead elsewhere are refused, and nothing of them is read', async () => {
  const cases: [name: string, reason: string][] = [
    ['/etc/passwd', 'absolute'],
    ['../evil', 'climbs'],
    ['Foo-1/../../evil', 'climbs'],
    ['Foo-1/..', 'climbs'],
    ['Foo-1\\..\\evil', 'backslash'],
    ['C:/evil', 'drive'],
    ['', 'empty'],
    ['.', 'empty'],
    ['a/'.repeat(70), 'too-deep'],
  ];
  const tar = writeTar([
    ...cases.flatMap(([path]) => [pax({ path }), { name: 'x', content: 'evil' }]),
    pax({ path: 'x'.repeat(2000) }),
    { name: 'x' },
    pax({ path: 'a\0b' }),
    { name: 'x' },
    { name: 'fine', content: 'fine' },
  ]);
  const archive = await read(tar);
  assert.deepEqual(contents(archive), [['fine', 'fine']]);
  assert.deepEqual(archive.refused, [
    ...cases.map(([name, reason]) => ({ name, reason })),
    { name: 'x'.repeat(200), reason: 'too-long' },
    { name: 'a\0b', reason: 'nul' },
  ]);
});

test('what would be written through a link of the archive is refused', async () => {
  const archive = await read(
    writeTar([
      { name: 'Foo-1/lib', type: '2', target: '/etc' },
      { name: 'Foo-1/lib/passwd', content: 'evil' },
      { name: 'Foo-1/lib/a/b', content: 'evil' },
      { name: 'Foo-1/library', content: 'fine' },
    ]),
  );
  assert.deepEqual(contents(archive), [
    ['Foo-1/lib', null],
    ['Foo-1/library', 'fine'],
  ]);
  assert.deepEqual(archive.refused, [
    { name: 'Foo-1/lib/passwd', reason: 'below-link' },
    { name: 'Foo-1/lib/a/b', reason: 'below-link' },
  ]);
});

test('members that come twice are named', async () => {
  const archive = await read(
    writeTar([
      { name: 'a', content: '1' },
      { name: './a', content: '2' },
      { name: 'a', content: '3' },
      { name: 'd/', type: '5' },
      { name: 'd', type: '5' },
      { name: 'd', content: 'a file now' },
    ]),
  );
  assert.deepEqual(archive.duplicates, ['a', 'd']);
  assert.deepEqual(contents(archive).slice(0, 3), [
    ['a', '1'],
    ['a', '2'],
    ['a', '3'],
  ]);
});

const bounds: [name: string, limits: Partial<ArchiveLimits>, entries: TarEntry[], message: RegExp][] = [
  ['members', { members: 2 }, [{ name: 'a' }, { name: '../b' }, { name: 'c' }], /more than 2 members/],
  ['unpacked bytes', { unpacked: 2000 }, [{ name: 'a', content: 'x'.repeat(3000) }], /more than 2000 bytes/],
  [
    'all unpacked bytes',
    { unpacked: 2500 },
    [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    /unpacks to more than 2500/,
  ],
  [
    'kept bytes',
    { kept: 5 },
    [
      { name: 'a', content: 'xxx' },
      { name: 'b', content: 'xxx' },
    ],
    /more than 5 bytes .* wanted/,
  ],
  ['packed bytes', { packed: 1500 }, [{ name: 'a' }, { name: 'b' }], /has more than 1500 bytes/],
  ['a stated petabyte', {}, [{ name: 'a', size: 2 ** 50, content: 'x' }], /states 1125899906842624 bytes/],
  ['a pax header', {}, [{ name: 'p', type: 'x', size: 2 ** 21, content: 'x' }], /a header of 2097152 bytes/],
];
for (const [name, limits, entries, message] of bounds)
  test(`too much: ${name}`, async () => {
    await assert.rejects(read(writeTar(entries), limits), { code: 'too-large', message });
  });

test('a wanted file that is too large is listed without its bytes', async () => {
  const entries = [
    { name: 'big', content: 'x'.repeat(11) },
    { name: 'small', content: 'x' },
  ];
  const { members } = await read(writeTar(entries), { member: 10 });
  assert.deepEqual(members[0], { path: 'big', kind: 'file', size: 11, bytes: null, withheld: true });
  assert.equal(text(members[1]?.bytes ?? null), 'x');
});

const broken: [name: string, entries: TarEntry[], message: RegExp][] = [
  [
    'a pax header without length',
    [{ name: 'p', type: 'x', content: 'path=x\n' }],
    /pax header at byte 0 cannot be read/,
  ],
  ['a pax record that is too long', [{ name: 'p', type: 'x', content: '99 path=x\n' }], /cannot be read/],
  ['a pax record without value', [{ name: 'p', type: 'x', content: '8 pathx\n' }], /cannot be read/],
  ['a pax size that is none', [pax({ size: '1e9' }), { name: 'a' }], /pax header at byte 0 states no size/],
  ['a pax header that renames all', [pax({ path: 'x' }, 'g'), { name: 'a' }], /renames all members/],
];
for (const [name, entries, message] of broken)
  test(`broken: ${name}`, async () => {
    await assert.rejects(read(writeTar([{ name: 'first' }, ...entries]).subarray(512)), { message });
  });

test('a wrong checksum says where', async () => {
  const tar = writeTar([{ name: 'a', content: 'x' }, { name: 'b' }]);
  tar[1024] = 0x63;
  await assert.rejects(read(tar), {
    code: 'archive-damaged',
    message: 'Foo-1.tar: no tar header at byte 1024: its checksum is wrong',
  });
});

test('an archive cut short is an error, except between members', async () => {
  const tar = writeTar(
    [
      { name: 'a', content: 'x'.repeat(700) },
      { name: 'b', content: 'y' },
    ],
    0,
  );
  for (let length = 512; length <= tar.length; length += 61) {
    const whole = length === tar.length || length === 512 + 1024;
    if (whole) await read(tar.subarray(0, length));
    else
      await assert.rejects(read(tar.subarray(0, length)), {
        code: 'archive-damaged',
        message: /cut short after/,
      });
  }
});

test('what is no archive is null, what is one that we cannot read an error', async () => {
  const none = ['', 'text', '#!/usr/bin/perl\n'.repeat(100), '\0'.repeat(2000), 'GIF89a', '7z\xbc\xaf'];
  for (const bytes of none)
    assert.equal(
      await readArchive(new TextEncoder().encode(bytes), 'x.tar.gz', unpackers, { wanted: everything }),
      null,
    );
  await assert.rejects(read(Uint8Array.of(0x1f, 0x9d, 0x90)), {
    code: 'archive-unsupported',
    message: /\(\.Z\)/,
  });
  await assert.rejects(read(new Uint8Array(gzipSync('no tar'.repeat(200)))), { code: 'archive-damaged' });
  assert.deepEqual((await read(new Uint8Array(gzipSync(new Uint8Array(10240))))).members, []);
});

test('a gzip bomb ends early', async () => {
  const bomb = writeTar([{ name: 'zeros', size: 2 ** 31 - 2048 }], 0);
  const zeros = gzipSync(new Uint8Array(1 << 20));
  const packed = new Uint8Array(Buffer.concat([gzipSync(bomb), ...Array<Buffer>(1000).fill(zeros)]));
  const before = performance.now();
  await assert.rejects(
    read(packed, {}, () => false),
    { code: 'too-large', message: /more than 250 times its size/ },
  );
  assert.ok(performance.now() - before < 20_000);
});

test('many members, in bounded time', async () => {
  const count = rounds(20_000, 1_000_000);
  const entries = writeTar(Array<TarEntry>(100).fill({ name: 'a' }), 0);
  async function* many(): AsyncIterable<Uint8Array> {
    for (let i = 0; i < count; i += 100) yield entries;
  }
  const { members } = await read(many(), { members: count, unpacked: 2 ** 40 }, () => false);
  assert.equal(members.length, count);
  await assert.rejects(read(many(), { members: count - 1 }), { code: 'too-large' });
});

test('an archive within an archive stays closed', async () => {
  const inner = gzipSync(writeTar([{ name: '../evil', content: 'x' }]));
  const { members, refused } = await read(writeTar([{ name: 'Foo-1/inner.tar.gz', content: inner }]));
  assert.deepEqual([members.length, refused.length], [1, 0]);
});

test('an error of the stream is not the fault of the archive', async () => {
  const packed = gzipSync(writeTar([{ name: 'a', content: 'x'.repeat(9999) }]));
  const failure = new Error('the disk is gone');
  async function* failing(): AsyncIterable<Uint8Array> {
    yield packed.subarray(0, 30);
    throw failure;
  }
  await assert.rejects(read(failing()), failure);
  await assert.rejects(read(streamFile(join(scratch, 'none'))), { code: 'not-found' });
});

test('the source is closed, however reading ends', async () => {
  const tar = writeTar([{ name: 'a', content: 'x'.repeat(9999) }]);
  for (const limits of [{}, { members: 0 }]) {
    let closed = 0;
    async function* watched(): AsyncIterable<Uint8Array> {
      try {
        for (let at = 0; at < tar.length; at += 700) yield tar.subarray(at, at + 700);
      } finally {
        closed++;
      }
    }
    await read(watched(), limits).catch(() => {});
    assert.equal(closed, 1);
  }
});

test('damage and noise are errors, never anything else', async () => {
  const tar = writeTar([
    pax({ path: 'Foo-1/lib/Foo.pm', size: '5' }),
    { name: 'x', content: '12345' },
    { name: '././@LongLink', type: 'L', content: 'Foo-1/long' },
    { name: 'y', content: 'y' },
    { name: 's', type: 'S', content: 's' },
  ]);
  const archives = [tar, new Uint8Array(gzipSync(tar))];
  const change = fc.record({
    which: fc.nat(1),
    at: fc.nat(),
    flip: fc.integer({ min: 1, max: 255 }),
    length: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(change, fc.boolean(), async ({ which, at, flip, length }, cut) => {
      const bytes = (archives[which] ?? tar).slice();
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      try {
        await readArchive(cut ? bytes.subarray(0, length % bytes.length) : bytes, 'x', unpackers, {
          wanted: everything,
        });
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
      }
    }),
    { seed, numRuns: rounds(400, 20_000) },
  );
});

test('whatever the entries, paths stay below the archive', async () => {
  const part = fc.constantFrom('a', 'b', '..', '.', '', '/', '\\', 'C:', ' ', '\n', 'é', '__proto__');
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  const entry = fc.record({ name, type: fc.constantFrom('0', '1', '2', '5'), target: name });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
      const { members, refused } = await read(writeTar([{ name: 'first' }, ...entries]));
      assert.ok(members.length + refused.length <= entries.length + 1);
      const links = new Set<string>();
      for (const { path, kind } of members) {
        const parts = path.split('/');
        assert.ok(
          !parts.some((each) => each === '' || each === '.' || each === '..' || each.includes('\\')),
          path,
        );
        for (let i = 1; i < parts.length; i++) assert.ok(!links.has(parts.slice(0, i).join('/')), path);
        if (kind === 'link') links.add(path);
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});

/** A small distribution on disk. */
function layDown(): string {
  const place = mkdtempSync(join(scratch, 'dist-'));
  mkdirSync(join(place, 'Foo-1/lib/Foo'), { recursive: true });
  writeFileSync(join(place, 'Foo-1/META.json'), '{"name":"Foo"}\n');
  writeFileSync(join(place, 'Foo-1/lib/Foo.pm'), 'package Foo; our $VERSION = 1; 1;\n'.repeat(500));
  writeFileSync(join(place, `Foo-1/lib/Foo/${'Long'.repeat(40)}.pm`), '1;\n');
  symlinkSync('Foo.pm', join(place, 'Foo-1/lib/Bar.pm'));
  return place;
}

const made: [path: string, kind: string, size: number][] = [
  ['Foo-1', 'directory', 0],
  ['Foo-1/META.json', 'file', 15],
  ['Foo-1/lib', 'directory', 0],
  ['Foo-1/lib/Bar.pm', 'link', 0],
  ['Foo-1/lib/Foo', 'directory', 0],
  ['Foo-1/lib/Foo.pm', 'file', 17_000],
  [`Foo-1/lib/Foo/${'Long'.repeat(40)}.pm`, 'file', 3],
];

const packers: [format: string, programs: string[], command: string[]][] = [
  ...['gnu', 'pax', 'oldgnu', 'posix'].map((form): [string, string[], string[]] => [
    `tar (${form})`,
    ['tar'],
    ['tar', `--format=${form}`, '-cf', 'out', 'Foo-1'],
  ]),
  ['tar.gz', ['tar', 'gzip'], ['tar', '-czf', 'out', 'Foo-1']],
  ['tar.bz2', ['tar', 'bzip2'], ['tar', '-cjf', 'out', 'Foo-1']],
  ['tar.xz', ['tar', 'xz'], ['tar', '-cJf', 'out', 'Foo-1']],
  ['zip', ['zip'], ['zip', '-qry', 'out.zip', 'Foo-1']],
];
for (const [format, programs, [program = '', ...args]] of packers) {
  const missing = programs.map((each) => withoutProgram(each, each === 'zip' ? '-v' : '--version'));
  test(`made by the programs: ${format}`, {
    skip: missing.find((reason) => reason !== false) ?? false,
  }, async () => {
    const place = layDown();
    execFileSync(program, args, { cwd: place });
    const archive = await read(streamFile(join(place, program === 'zip' ? 'out.zip' : 'out')));
    const members = archive.members.map(({ path, kind, size }) => [path, kind, kind === 'link' ? 0 : size]);
    assert.deepEqual(
      members.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      made,
    );
    assert.equal(archive.format, format.replace(/ .*/, ''));
    const meta = archive.members.find(({ path }) => path === 'Foo-1/META.json');
    assert.equal(text(meta?.bytes ?? null), '{"name":"Foo"}\n');
    assert.deepEqual([archive.refused, archive.duplicates], [[], []]);
  });
}

test('a zip archive that states too much, or climbs', { skip: withoutProgram('zip', '-v') }, async () => {
  const place = layDown();
  execFileSync('zip', ['-qry', 'out.zip', 'Foo-1'], { cwd: place });
  const zip = join(place, 'out.zip');
  await assert.rejects(read(streamFile(zip), { unpacked: 5000 }), { code: 'too-large' });
  await assert.rejects(read(streamFile(zip), { members: 3 }), {
    code: 'too-large',
    message: /more than 3 members/,
  });
  execFileSync('zip', ['-q', 'out.zip', '../'.concat(place.split('/').at(-1) ?? '', '/Foo-1/META.json')], {
    cwd: place,
  });
  const { refused } = await read(streamFile(zip));
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['climbs'],
  );
});

test('sparse files are listed, not read', { skip: withoutProgram('tar') }, async () => {
  const place = mkdtempSync(join(scratch, 'sparse-'));
  execFileSync('truncate', ['-s', '10M', 'holes'], { cwd: place });
  writeFileSync(join(place, 'z'), 'after');
  for (const form of ['gnu', 'pax']) {
    execFileSync('tar', [`--format=${form}`, '-S', '-cf', 'out', 'holes', 'z'], { cwd: place });
    const { members } = await read(streamFile(join(place, 'out')));
    assert.deepEqual(
      members.map(({ path, kind, bytes }) => [path, kind, text(bytes)]),
      [
        ['holes', 'other', null],
        ['z', 'file', 'after'],
      ],
    );
  }
});

test('real archives are read as tar lists them', {
  skip: withoutShared('dists') || withoutProgram('tar'),
}, async () => {
  const names = readdirSync(sharedPath('dists')).sort();
  const some = soaking ? names : names.filter((_, i) => i % 12 === seed % 12);
  for (const name of some) {
    const path = sharedPath(`dists/${name}`);
    const archive = await read(streamFile(path), {}, (member) => /\.pm$|META\.|cpanfile/.test(member));
    const listed = execFileSync('tar', ['-tf', path, '--quoting-style=literal'], {
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    const ours = archive.members.map((member) => member.path);
    assert.deepEqual(
      ours,
      listed
        .split('\n')
        .map((line) => line.replace(/\/$/, ''))
        .filter((line) => line !== '' && line !== '.'),
      name,
    );
    assert.deepEqual([archive.refused, archive.duplicates], [[], []], name);
    for (const { size, bytes } of archive.members) assert.equal(bytes?.length ?? size, size);
  }
});
