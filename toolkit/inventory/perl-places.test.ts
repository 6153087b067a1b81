import assert from 'node:assert/strict';
import test from 'node:test';
import { type MemoryEntry, memoryFiles } from '../io/index.ts';
import type { Files } from './ops.ts';
import { findPerls } from './perl-places.ts';

const config = (version: string, dirs: Record<string, string>): string =>
  `tie %Config, 'Config', {\n${Object.entries({ ...dirs, version })
    .map(([key, value]) => `    ${key} => '${value}',`)
    .join('\n')}\n};\n`;

const found = (files: Record<string, MemoryEntry>, homes: readonly string[] = []) =>
  findPerls(memoryFiles(files), homes).perls.map(({ version, trees }) => [
    version,
    trees.map(({ kind, paths }) => [kind, ...paths].join(' ')),
  ]);

test('each packager has a place of its own', () => {
  const make = {
    archlibexp: '/usr/local/lib/perl5/5.40.0/x86_64-linux-gnu',
    privlibexp: '/usr/local/lib/perl5/5.40.0',
  };
  const alpine = { archlibexp: '/usr/lib/perl5/core_perl', privlibexp: '/usr/share/perl5/core_perl' };
  const fedora = {
    archlibexp: '/usr/lib64/perl5',
    privlibexp: '/usr/share/perl5',
    vendorlibexp: '/usr/share/perl5/vendor_perl',
  };
  for (const [place, dirs, trees] of [
    ['/usr/local/lib/perl5/5.40.0/x86_64-linux-gnu', make, [`core ${make.archlibexp} ${make.privlibexp}`]],
    ['/usr/lib/perl5/core_perl', alpine, [`core ${alpine.archlibexp} ${alpine.privlibexp}`]],
    [
      '/usr/lib64/perl5',
      fedora,
      ['vendor /usr/share/perl5/vendor_perl', 'core /usr/lib64/perl5 /usr/share/perl5'],
    ],
  ] as const) {
    const directories = Object.fromEntries(Object.values(dirs).map((path) => [`${path}/x.pl`, '']));
    const files = { ...directories, [`${place}/Config.pm`]: config('5.40.0', dirs) };
    assert.deepEqual(found(files), [['5.40.0', trees]], place);
  }
});

test('one perl with two copies of its Config is one', () => {
  const text = config('5.36.0', { archlibexp: '/usr/lib/a/perl/5.36', privlibexp: '/usr/share/perl/5.36' });
  const files = {
    '/usr/lib/a/perl-base/Config.pm': text,
    '/usr/lib/a/perl/5.36.0/Config.pm': text,
    '/usr/lib/a/perl/5.36': { link: '5.36.0' },
  };
  assert.deepEqual(found(files), [['5.36.0', ['core /usr/lib/a/perl-base /usr/lib/a/perl/5.36']]]);
});

test('a perl that was moved is taken where it is', () => {
  const dirs = { archlibexp: '/build/lib/5.38.0/x86_64-linux', privlibexp: '/build/lib/5.38.0' };
  const files = { '/opt/perl/lib/5.38.0/x86_64-linux/Config.pm': config('5.38.0', dirs) };
  assert.deepEqual(found(files), [
    ['5.38.0', ['core /opt/perl/lib/5.38.0/x86_64-linux /opt/perl/lib/5.38.0']],
  ]);
});

test('without a perl the usual directories are taken, their perl unknown', () => {
  const files = { '/usr/share/perl5/Foo.pm': '', '/usr/local/share/perl/5.36.0/Bar.pm': '' };
  assert.deepEqual(found(files), [[null, ['site /usr/local/share/perl/5.36.0', 'vendor /usr/share/perl5']]]);
  assert.deepEqual(found({}), []);
});

test('homes may be a pattern', () => {
  const lib = '/home/b/.plenv/versions/5.38.0/lib/perl5/5.38.0';
  const files = {
    [`${lib}/x86_64-linux/Config.pm`]: config('5.38.0', {
      archlibexp: `${lib}/x86_64-linux`,
      privlibexp: lib,
    }),
    '/home/a/perl5/lib/perl5/Foo.pm': '',
  };
  assert.deepEqual(found(files, ['/home/*']), [
    [null, ['local /home/a/perl5/lib/perl5']],
    ['5.38.0', [`core ${lib}/x86_64-linux ${lib}`]],
  ]);
});

test('a Config that cannot be read is listed', () => {
  const inner = memoryFiles({ '/usr/lib/perl5/Config.pm': '' });
  const files: Files = {
    ...inner,
    read: () => {
      throw new Error('EACCES');
    },
  };
  const { perls, unexamined } = findPerls(files, []);
  assert.deepEqual(perls, []);
  assert.deepEqual(unexamined, [
    { kind: 'unreadable', place: { file: '/usr/lib/perl5/Config.pm' }, reason: 'EACCES' },
  ]);
});
