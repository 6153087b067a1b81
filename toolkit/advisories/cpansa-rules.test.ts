import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { CPANSA_RULES } from './index.ts';

test('the import rules are the table of their page', () => {
  const page = readFileSync(new URL('../../docs/formats/cpansa-import.md', import.meta.url), 'utf8');
  const table = [...page.matchAll(/^\| `([a-z-]+)` \| (flag|note) \| (.*) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  assert.deepEqual(
    table,
    Object.entries(CPANSA_RULES).map(([rule, [level, meaning]]) => [rule, level, meaning]),
  );
});
