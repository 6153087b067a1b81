import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import type { Files } from '../inventory/ops.ts';
import { diskFiles } from './disk-files.ts';
import { IoError } from './errors.ts';
import { type MemoryEntry, memoryFiles } from './memory-files.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-files-'));
after(() => rmSync(scratch, { recursive: true }));
let count = 0;

/** Lays the entries below a new directory. */
function onDisk(entries: Readonly<Record<string, MemoryEntry>>): string {
  const root = join(scratch, `tree${count++}`);
  mkdirSync(root);
  for (const [path, entry] of Object.entries(entries)) {
    const at = join(root, path);
    mkdirSync(Array.isArray(entry) ? at : dirname(at), { recursive: true });
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(at, entry);
    else if ('link' in entry) symlinkSync(entry.link, at);
  }
  return root;
}

/** Files of a machine seen from a directory that stands for its root. */
function onHost(entries: Readonly<Record<string, MemoryEntry>>): Files {
  const root = onDisk(entries);
  const host = diskFiles();
  return {
    kind: (path) => host.kind(root + path),
    list: (path) => host.list(root + path),
    read: (path, limit) => host.read(root + path, limit),
    real: (path) => host.real(root + path)?.slice(root.length) ?? null,
  };
}

const rooted: Record<string, (entries: Readonly<Record<string, MemoryEntry>>) => Files> = {
  memory: memoryFiles,
  'a root on disk': (entries) => diskFiles(onDisk(entries)),
};
const all = { ...rooted, 'the host': onHost };

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const plain: Record<string, MemoryEntry> = {
  '/usr/share/perl5/Foo.pm': 'package Foo; 1;\n',
  '/usr/share/perl5/Foo/Bar.pm': '',
  '/usr/share/perl5/Zed.pm': { link: 'Foo.pm' },
  '/usr/lib/perl5': { link: '../share/perl5' },
  '/usr/chain': { link: 'lib/perl5/./Foo/../Zed.pm' },
  '/usr/dangling': { link: 'nowhere' },
  '/usr/loop': { link: 'loop' },
  '/usr/loop1': { link: 'loop2/x' },
  '/usr/loop2': { link: 'loop1' },
  '/usr/empty': [],
};

for (const [name, make] of Object.entries(all)) {
  test(`${name}: what stands at a path, links followed`, () => {
    const files = make(plain);
    const cases: [path: string, kind: string | null, real: string | null][] = [
      ['/usr', 'directory', '/usr'],
      ['/usr/', 'directory', '/usr'],
      ['/usr/share/perl5/Foo.pm', 'file', '/usr/share/perl5/Foo.pm'],
      ['/usr//share/./perl5/../perl5/Foo.pm', 'file', '/usr/share/perl5/Foo.pm'],
      ['/usr/lib/perl5', 'directory', '/usr/share/perl5'],
      ['/usr/lib/perl5/Zed.pm', 'file', '/usr/share/perl5/Foo.pm'],
      ['/usr/lib/perl5/..', 'directory', '/usr/share'], // of what the link leads to, not of the link
      ['/usr/chain', 'file', '/usr/share/perl5/Foo.pm'],
      ['/usr/share/perl5/Foo.pm/', null, null],
      ['/usr/share/perl5/Foo.pm/..', null, null],
      ['/usr/share/perl5/Foo.pm/x', null, null],
      ['/usr/none', null, null],
      ['/usr/none/..', null, null],
      ['/usr/dangling', 'dangling', null],
      ['/usr/dangling/', null, null],
      ['/usr/dangling/x', null, null],
      ['/usr/loop', 'dangling', null],
      ['/usr/loop1', 'dangling', null],
      ['/usr/empty', 'directory', '/usr/empty'],
      ['/usr/a\0b', null, null],
      [`/usr/${'x'.repeat(5000)}`, null, null],
    ];
    for (const [path, kind, real] of cases) {
      assert.equal(files.kind(path), kind, path);
      assert.equal(files.real(path), real, path);
    }
  });

  test(`${name}: directories list their names in order, links as links`, () => {
    const files = make(plain);
    assert.deepEqual(files.list('/usr/lib/perl5/'), [
      { name: 'Foo', kind: 'directory' },
      { name: 'Foo.pm', kind: 'file' },
      { name: 'Zed.pm', kind: 'link' },
    ]);
    assert.deepEqual(files.list('/usr/empty'), []);
    assert.throws(() => files.list('/usr/none'), { code: 'not-found' });
    assert.throws(() => files.list('/usr/chain'), { code: 'wrong-kind' });
  });

  test(`${name}: files are read whole, within the limit`, () => {
    const files = make(plain);
    assert.equal(text(files.read('/usr/chain', 16)), 'package Foo; 1;\n');
    assert.equal(files.read('/usr/lib/perl5/Foo/Bar.pm', 0).length, 0);
    assert.throws(() => files.read('/usr/chain', 15), { code: 'too-large' });
    assert.throws(() => files.read('/usr', 15), { code: 'wrong-kind' });
    assert.throws(() => files.read('/usr/dangling', 15), { code: 'not-found' });
    assert.throws(() => files.read('/usr/loop', 15), { code: 'not-found' });
    assert.throws(() => files.read('/usr/a\0b', 15), { code: 'not-found' });
  });
}

for (const [name, make] of Object.entries(rooted)) {
  test(`${name}: no link and no path leads out`, () => {
    const secret = join(scratch, 'secret');
    writeFileSync(secret, 'of the host');
    const files = make({
      '/etc/passwd': 'of the image',
      '/absolute': { link: '/etc/passwd' },
      '/climbing': { link: '../../../../../../etc/passwd' },
      '/secret': { link: secret },
      '/up': { link: '..' },
      '/top': { link: '/' },
      '/deep/er': { link: '../../../..' },
    });
    const image = ['/absolute', '/climbing', '/../../etc/passwd', '/up/etc/passwd', '/top/top/etc/passwd'];
    for (const path of [...image, 'etc/passwd', '/deep/er/../etc/passwd'])
      assert.equal(text(files.read(path, 99)), 'of the image', path);
    assert.equal(files.kind('/secret'), 'dangling');
    assert.equal(files.kind(secret), null);
    for (const path of ['/', '', '/..', '/up', '/top/', '/deep/er'])
      assert.equal(files.real(path), '/', path);
  });

  test(`${name}: forty links are followed, more are a loop`, () => {
    const chain: Record<string, MemoryEntry> = { '/l0': 'end' };
    for (let i = 1; i <= 41; i++) chain[`/l${i}`] = { link: `l${i - 1}` };
    const files = make(chain);
    assert.equal(files.kind('/l40'), 'file');
    assert.equal(files.kind('/l41'), 'dangling');
  });

  test(`${name}: links that double at each step end`, () => {
    const files = make({ '/a': { link: 'a/a/a/a' }, '/b': { link: '/b/../b/../b' } });
    assert.equal(files.kind('/a'), 'dangling');
    assert.equal(files.kind('/b/b/b'), null);
  });
}

test('a root on disk resolves as memory does', () => {
  const part = fc.constantFrom('a', 'b', 'c', '.', '..', '');
  const path = fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
  const target = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/') || '/');
  const entry = fc.oneof(
    fc.constant('text'),
    target.map((link) => ({ link })),
    fc.constant([] as const),
  );
  const names = fc.constantFrom('/a', '/b', '/c', '/d/a', '/d/b', '/d/e/a', '/d/e/b');
  fc.assert(
    fc.property(
      fc.dictionary(names, entry),
      fc.array(path, { minLength: 20, maxLength: 20 }),
      (tree, paths) => {
        const memory = memoryFiles(tree);
        const disk = diskFiles(onDisk(tree));
        for (const each of paths) {
          assert.equal(disk.kind(each), memory.kind(each), each);
          assert.equal(disk.real(each), memory.real(each), each);
        }
      },
    ),
    { seed, numRuns: rounds(40, 2000) },
  );
});

test('devices and pipes are no files, and nothing waits for them', () => {
  const files = diskFiles();
  assert.equal(files.kind('/dev/null'), 'other');
  assert.throws(() => files.read('/dev/null', 9), { code: 'wrong-kind' });
  assert.throws(() => files.read('/dev/zero', 9), IoError);
});

test('files that state no size are read within the limit', (t) => {
  const files = diskFiles();
  if (files.kind('/proc/self/maps') === null) return t.skip('needs /proc');
  assert.ok(files.read('/proc/self/maps', 1 << 24).length > 4096);
  assert.throws(() => files.read('/proc/self/maps', 100), { code: 'too-large' });
});

test('memory refuses what no disk could hold', () => {
  assert.throws(() => memoryFiles({ '/a': 'file', '/a/b': 'below it' }), { code: 'wrong-kind' });
});
