import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { TUF_LIMITS } from './index.ts';

test('every error code is documented, once', () => {
  const lines = readFileSync(new URL('errors.ts', import.meta.url), 'utf8').split('\n');
  const codes = lines.flatMap((line, i) => {
    const code = /^ {2}\| '([a-z-]+)';?$/.exec(line)?.[1];
    return code === undefined ? [] : [{ code, above: lines[i - 1] ?? '' }];
  });
  assert.ok(codes.length > 2);
  for (const { code, above } of codes) assert.match(above, /^ {2}\/\*\* .+ \*\/$/, code);
  assert.equal(new Set(codes.map(({ code }) => code)).size, codes.length);
});

test('the page of the format has every code, and the bounds of a client', () => {
  const page = readFileSync(new URL('../../docs/formats/tuf.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('errors.ts', import.meta.url), 'utf8');
  for (const [, code] of source.matchAll(/^ {2}\| '([a-z-]+)'/gm))
    assert.ok(page.includes(`\`${code}\``), code);
  const { root, timestamp, snapshot, rotations, roles } = TUF_LIMITS;
  for (const bound of [root, timestamp, snapshot, rotations, roles])
    assert.ok(page.includes(bound.toLocaleString('en')), `${bound}`);
  assert.equal(TUF_LIMITS.targets, snapshot);
  assert.equal(TUF_LIMITS.file, 1024 ** 3);
});
