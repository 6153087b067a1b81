import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { authorFile, isMirrorPath, MAX_MIRROR_PATH, mirrorPathIn, typedMirrorPath } from './mirror-path.ts';

test('a file of an author', () => {
  assert.deepEqual(authorFile('authors/id/A/AB/ABC/sub/Foo-1.0.tar.gz'), {
    author: 'ABC',
    directory: 'authors/id/A/AB/ABC/sub/',
    name: 'Foo-1.0.tar.gz',
  });
  assert.equal(authorFile('authors/id/A/AB/AB/CHECKSUMS')?.author, 'AB');
  for (const path of [
    'A/AB/ABC/Foo-1.0.tar.gz',
    'id/A/AB/ABC/Foo-1.0.tar.gz',
    'x/authors/id/A/AB/ABC/Foo-1.0.tar.gz',
    'authors/id/x/authors/id/A/AB/ABC/Foo-1.0.tar.gz',
    'authors/id/A/AB/Foo-1.0.tar.gz',
    'authors/id/A/AC/ABC/Foo-1.0.tar.gz',
    'authors/id/a/ab/abc/Foo-1.0.tar.gz',
    'authors/id/A/AB/ABC/',
    'authors/id/A/AB/ABC',
    'authors/id/A/AB/ABC/../ABD/Foo-1.0.tar.gz',
    `authors/id/A/AB/AB${'C'.repeat(20)}/Foo-1.0.tar.gz`,
  ])
    assert.equal(authorFile(path), null, path);
});

test('a path stays below the mirror', () => {
  for (const path of ['modules/02packages.details.txt.gz', 'authors/RECENT-1h.json', 'a/~b/c+d,e=f@g:h'])
    assert.ok(isMirrorPath(path), path);
  for (const path of [
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a/.b',
    '.git/config',
    'a\\b',
    'a%2e%2e/b',
    'file:etc/passwd',
    'http:evil.example/x',
    'a b',
    'a?b',
    'a#b',
    'a\nb',
    'a\0b',
    'é',
    'a'.repeat(MAX_MIRROR_PATH + 1),
  ])
    assert.ok(!isMirrorPath(path), path);
});

test('an address made of a path has that path', () => {
  const part = fc.constantFrom(
    'a',
    '..',
    '.',
    '/',
    ':',
    '@',
    '%2e',
    '\\',
    '?',
    '#',
    ' ',
    'é',
    '\t',
    '-',
    '~',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (path) => {
      if (isMirrorPath(path))
        assert.equal(new URL(path, 'https://cpan.example/x/').href, `https://cpan.example/x/${path}`);
    }),
    { seed, numRuns: rounds(500, 100_000) },
  );
});

test('a path is found where a file lies, and in what somebody types or pastes', () => {
  const path = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';
  const cases: [text: string, where: string | null, typed: string | null][] = [
    [path, path, path],
    [`/srv/cpan/${path}`, path, path],
    [`https://cpan.example.org/${path}`, path, path],
    [`/authors/id/x/${path}`, path, path],
    [` ${path}\n`, null, path],
    ['E/EX/EXAMPLE/Foo-1.0.tar.gz', null, path],
    ['E/EX/EXAMPLE/sub/Foo-1.0.tar.gz', null, path.replace('Foo', 'sub/Foo')],
    ['modules/02packages.details.txt.gz', null, 'modules/02packages.details.txt.gz'],
    [`/srv/notauthors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz`, null, null],
    [`https://cpan.example.org/${path}?x`, null, null],
    [`https://cpan.example.org/${path.replace('Foo', '%46oo')}`, null, null],
    ['/srv/cpan/authors/id/E/EX/Foo-1.0.tar.gz', null, null],
    ['', null, null],
    ['../x', null, null],
  ];
  for (const [text, where, typed] of cases)
    assert.deepEqual([mirrorPathIn(text), typedMirrorPath(text)], [where, typed], text);
});
