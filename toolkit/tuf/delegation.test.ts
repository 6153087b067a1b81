import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SimulatedRepository, SimulatedUser } from '../../test/given-tuf.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { nodeDigest } from '../io/index.ts';
import { binName, binOf, type DelegatedRole, delegatedFor, matchesPattern } from './index.ts';

test('patterns are those of a shell, and end at a slash', () => {
  const cases: [pattern: string, matches: string[], not: string[]][] = [
    ['*', ['a', 'a.b', ''], ['a/b', '/']],
    ['*/*', ['a/b', '/'], ['a', 'a/b/c']],
    ['authors/id/A/AN/ANDK/*', ['authors/id/A/AN/ANDK/x.tar.gz'], ['authors/id/A/AN/ANDK/sub/x.tar.gz', 'x']],
    ['foo-?.tgz', ['foo-1.tgz'], ['foo-.tgz', 'foo-10.tgz', 'foo-/.tgz']],
    ['*.tar.gz', ['.tar.gz', 'a.tar.gz', 'a.tar.gz.tar.gz'], ['a.tar.gz.sig', 'tar.gz']],
    ['a*b*c', ['abc', 'aXbYc', 'abbbc', 'abcbc'], ['ac', 'abcd', 'xabc']],
    ['', [''], ['a', '/']],
    // Nothing else has a meaning.
    ['[ab]', ['[ab]'], ['a']],
    ['a.c', ['a.c'], ['abc']],
    ['A', ['A'], ['a']],
  ];
  for (const [pattern, matches, not] of cases) {
    for (const path of matches) assert.ok(matchesPattern(path, pattern), `${pattern} ${path}`);
    for (const path of not) assert.ok(!matchesPattern(path, pattern), `${pattern} ${path}`);
  }
});

test(`patterns match as the regular expression of the same meaning; seed ${seed}`, () => {
  const textOf = (...characters: string[]): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((parts) => parts.join(''));
  const [text, path] = [textOf('a', 'b', '*', '?', '/', '.'), textOf('a', 'b', '/', '.')];
  fc.assert(
    fc.property(text, path, (pattern, path) => {
      const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
      assert.equal(matchesPattern(path, pattern), new RegExp(`^${source}$`).test(path), `${pattern} ${path}`);
    }),
    { seed, numRuns: rounds(2_000, 200_000) },
  );
});

test('a pattern that was made to take long takes no longer than both lengths', () => {
  assert.ok(!matchesPattern('a'.repeat(1024), `${'a*'.repeat(511)}b`));
});

const none = { keyids: [], threshold: 1, terminating: false };
const names = (to: DelegatedRole[], path: string): string[] =>
  delegatedFor({ keys: new Map(), to }, path, nodeDigest).map(({ name }) => name);

test('roles are asked in order, up to a terminating one', () => {
  const to: DelegatedRole[] = [
    { ...none, name: 'b', paths: { patterns: ['x', '*.md'] } },
    { ...none, name: '10', paths: { patterns: [] } },
    { ...none, name: '2', terminating: true, paths: { patterns: ['*.md'] } },
    { ...none, name: 'behind', paths: { patterns: ['*'] } },
  ];
  assert.deepEqual(names(to, 'README.md'), ['b', '2']);
  assert.deepEqual(names(to, 'x'), ['b', 'behind']);
  assert.deepEqual(names(to, 'a/x'), []);
});

test('a prefix is of the digest of the path', () => {
  const digest = nodeDigest('sha256', encodeUtf8('authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz'));
  const to: DelegatedRole[] = [digest.slice(0, 1), digest, 'f'.repeat(64), `${digest.slice(0, 3)}x`].map(
    (prefix, i) => ({ ...none, name: `${i}`, paths: { hashPrefixes: [prefix] } }),
  );
  assert.deepEqual(names(to, 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz'), ['0', '1']);
});

test('bins are named by the first bits of the digest', () => {
  const hash = 'abcdef12'.padEnd(64, '0');
  const cases: [bitLength: number, bin: number, name: string][] = [
    [1, 1, 'cpan-1'],
    [2, 2, 'cpan-2'],
    [4, 0xa, 'cpan-a'],
    [5, 0b10101, 'cpan-15'],
    [8, 0xab, 'cpan-ab'],
    [12, 0xabc, 'cpan-abc'],
    [13, 0b1010101111001, 'cpan-1579'],
    [32, 0xabcdef12, 'cpan-abcdef12'],
  ];
  for (const [bitLength, bin, name] of cases) {
    assert.equal(binOf(bitLength, hash), bin, `${bitLength}`);
    assert.equal(binName({ bitLength, namePrefix: 'cpan' }, bin), name);
  }
  assert.equal(binName({ bitLength: 12, namePrefix: 'cpan' }, 0), 'cpan-000');
});

test('a path is looked for in its bin, and nowhere behind it', async () => {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  await user.init();
  repo.delegate('targets', { name: 'releases', hashPrefixes: [...'0123456789abcdef'], terminating: true });
  repo.delegate('targets', { name: 'never', patterns: ['*', '*/*'] });
  repo.delegateBins('releases', 4, 'cpan');
  const bins = [...repo.roles.keys()].filter((name) => name.startsWith('cpan-'));
  const paths = Array.from({ length: 20 }, (_, i) => `id/Foo-${i}.tar.gz`);
  const binFor = (path: string): string => `cpan-${nodeDigest('sha256', encodeUtf8(path))[0]}`;
  for (const path of paths) repo.addFile(binFor(path), path, `content of ${path}`);
  await repo.publish(...bins, 'releases', 'never', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.download(...paths), 'ok');
  assert.equal(user.files.size, paths.length);
  const asked = repo.asked.map(([role]) => role);
  assert.equal(await user.download('id/Foo-100.tar.gz'), 'none');
  assert.ok(!asked.includes('never'));
  assert.equal(asked.filter((role) => role === binFor(paths[0] ?? '')).length, 1);
});
