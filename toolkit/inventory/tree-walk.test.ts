import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryFiles } from '../io/index.ts';
import type { Files } from './ops.ts';
import { MAX_DEPTH, MAX_ENTRIES, TreeWalk } from './tree-walk.ts';

test('what stands in a directory is told by name', () => {
  const walk = new TreeWalk(
    memoryFiles({
      '/lib/Foo.pm': '',
      '/lib/Foo/Bar.pm': '',
      '/lib/Foo/Bar.pod': '',
      '/lib/Foo/not-a-module.pm': '',
      '/lib/bad-dir/Foo.pm': '',
      '/lib/auto/Foo/Bar/.packlist': '',
      '/lib/auto/Foo/Bar/Bar.pm': '',
      '/lib/auto/.packlist': '',
      '/lib/Foo/.packlist': '',
      '/lib/.meta/Foo-1/install.json': '',
      '/lib/.meta/README': '',
      '/lib/perllocal.pod': '',
      '/lib/Foo/perllocal.pod': '',
      '/lib/x86_64-linux/Baz.pm': '',
      '/lib/5.36.0/Baz.pm': '',
      '/lib/vendor_perl/Baz.pm': '',
      '/lib/asm-generic/Baz.pm': '',
    }),
  );
  assert.deepEqual(walk.walk('/lib'), {
    path: '/lib',
    modules: new Map([
      ['Foo', '/lib/Foo.pm'],
      ['Foo::Bar', '/lib/Foo/Bar.pm'],
    ]),
    records: ['/lib/.meta/Foo-1'],
    packlists: new Map([['Foo::Bar', '/lib/auto/Foo/Bar/.packlist']]),
    perllocals: ['/lib/perllocal.pod'],
    nested: ['/lib/5.36.0', '/lib/vendor_perl', '/lib/x86_64-linux'],
  });
  assert.deepEqual(walk.unexamined, []);
});

test('directories given on their own are not entered on the way', () => {
  const files = memoryFiles({ '/lib/Foo.pm': '', '/lib/sub/Bar.pm': '' });
  const walk = new TreeWalk(files, ['/lib/sub']);
  assert.deepEqual([...(walk.walk('/lib')?.modules.keys() ?? [])], ['Foo']);
  assert.deepEqual([...(walk.walk('/lib/sub')?.modules.keys() ?? [])], ['Bar']);
});

/** Directories without end: each holds one more, and one module. */
const endless: Files = {
  kind: () => 'directory',
  list: () => [
    { name: 'A', kind: 'directory' },
    { name: 'B.pm', kind: 'file' },
  ],
  read: () => new Uint8Array(),
  real: (path) => path,
};

test('a tree without bottom ends somewhere', () => {
  const walk = new TreeWalk(endless);
  assert.equal(walk.walk('/lib')?.modules.size, MAX_DEPTH + 1);
  assert.deepEqual(
    walk.unexamined.map(({ reason }) => reason),
    [`nested deeper than ${MAX_DEPTH} directories`],
  );
});

test('a tree without end ends somewhere', () => {
  const names = Array.from({ length: MAX_ENTRIES + 1 }, (_, i) => ({
    name: `M${i}.pm`,
    kind: 'file' as const,
  }));
  const walk = new TreeWalk({ ...endless, list: () => names });
  assert.equal(walk.walk('/lib')?.modules.size, 0);
  assert.deepEqual(
    walk.unexamined.map(({ kind, place }) => [kind, place]),
    [['unreadable', { file: '/lib' }]],
  );
});

test('names that no module can have are passed over', () => {
  const names = ['a\0b.pm', 'x\x1b[31m.pm', '..pm', '.pm', 'Ünder.pm', '__proto__.pm', 'constructor'];
  const list = (path: string) =>
    path === '/lib'
      ? names.map((name) => ({
          name,
          kind: name.endsWith('.pm') ? ('file' as const) : ('directory' as const),
        }))
      : [];
  const walk = new TreeWalk({ ...endless, list });
  assert.deepEqual([...(walk.walk('/lib')?.modules.keys() ?? [])], ['__proto__']);
});
