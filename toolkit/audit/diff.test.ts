import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { withoutProgram } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { unifiedDiff } from './diff.ts';

const lines = (...texts: string[]): string => texts.map((text) => `${text}\n`).join('');

test('a changed line with three lines around it', () => {
  const before = lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
  assert.equal(
    unifiedDiff('cpanfile', before, before.replace('e', 'E')),
    lines('--- cpanfile', '+++ cpanfile', '@@ -2,7 +2,7 @@', ' b', ' c', ' d', '-e', '+E', ' f', ' g', ' h'),
  );
});

test('changes near each other share a hunk, removed lines first', () => {
  const before = lines('a', 'b', 'c', 'd');
  assert.equal(
    unifiedDiff('f', before, lines('A', 'B', 'c', 'D')),
    lines('--- f', '+++ f', '@@ -1,4 +1,4 @@', '-a', '-b', '+A', '+B', ' c', '-d', '+D'),
  );
});

test('a last line without its end', () => {
  assert.equal(
    unifiedDiff('f', 'a\nb', 'a\nB'),
    lines(
      '--- f',
      '+++ f',
      '@@ -1,2 +1,2 @@',
      ' a',
      '-b',
      '\\ No newline at end of file',
      '+B',
      '\\ No newline at end of file',
    ),
  );
});

test('no change, no diff', () => assert.equal(unifiedDiff('f', 'a\n', 'a\n'), ''));

test('patch(1) makes the second text of the first', { skip: withoutProgram('patch') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cpansec-'));
  const file = join(folder, 'f');
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 });
  try {
    fc.assert(
      fc.property(text, fc.array(fc.nat(29), { maxLength: 5 }), (before, changes) => {
        const after = before.map((line, i) => (line !== '' && changes.includes(i) ? `${line}!` : line));
        const [old, now] = [before.join('\n'), after.join('\n')];
        const diff = unifiedDiff('f', old, now);
        if (diff === '') return assert.equal(old, now);
        writeFileSync(file, old);
        const { status, stdout } = spawnSync('patch', ['-s', '-f', file], { input: diff, encoding: 'utf8' });
        assert.equal(status, 0, `${stdout}\n${diff}`);
        assert.equal(readFileSync(file, 'utf8'), now);
      }),
      { seed, numRuns: rounds(40, 2000) },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
