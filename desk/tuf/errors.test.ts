import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

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
