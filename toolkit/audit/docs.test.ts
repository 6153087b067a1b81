/** The documentation and the code say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { index, inventory } from '../../test/given.ts';
import { audit } from './audit.ts';
import { parseIgnoreFile } from './ignore-file.ts';
import { UNKNOWN_REASONS } from './report.ts';

const report = readFileSync(new URL('../../docs/formats/report.md', import.meta.url), 'utf8');
const ignore = readFileSync(new URL('../../docs/formats/ignore.md', import.meta.url), 'utf8');
const types = readFileSync(new URL('report.ts', import.meta.url), 'utf8');

/** Names in the first column of a heading's first table, or of the table whose head begins so. */
function table(text: string, heading: string, head = 'member'): string[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? rows.length : end).map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? line);
}

/** Members of the interface as the source has them. */
function members(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}\\n`).exec(types)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => member ?? '');
}

const interfaces = [...types.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name ?? '');

test('every type of the report is documented, member by member, in order', () => {
  assert.ok(interfaces.length >= 10);
  for (const name of interfaces) assert.deepEqual(table(report, name), members(name), name);
});

test('every reason, every answer and every note is documented', () => {
  assert.deepEqual(table(report, 'Reasons', 'reason'), [...UNKNOWN_REASONS]);
  const kinds = [...types.matchAll(/\bkind: '(ignore|vex|distributor|shadowed|baseline)'/g)].map(
    ([, kind]) => kind,
  );
  assert.deepEqual(table(report, 'Answers', 'kind'), kinds);
  const sources = ['perl', 'ignore', 'vex'].map((file) =>
    readFileSync(new URL(`${file}.ts`, import.meta.url), 'utf8'),
  );
  const codes = sources.flatMap((text) => [...text.matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code));
  assert.deepEqual(table(report, 'Codes', 'code'), [...new Set(codes)]);
});

test('the example of the page has the members of the types', () => {
  const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(report)?.[1] ?? '') as Record<string, unknown>;
  const real = audit(inventory([]), index([]), { at: '2026-11-22T08:00:00Z' });
  assert.deepEqual(Object.keys(example), Object.keys(real));
  assert.deepEqual(Object.keys(example.summary ?? {}), Object.keys(real.summary));
  const [finding = {}] = example.findings as object[];
  const optional = ['unknown'];
  assert.deepEqual(
    Object.keys(finding),
    members('Finding').filter((member) => !optional.includes(member)),
  );
});

test('the ignore file of its page is read, and every key is on the page', async () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(ignore)?.[1] ?? '';
  const { rules } = await parseIgnoreFile(text, '.cpansec.yaml');
  assert.equal(rules.length, 2);
  const source = readFileSync(new URL('ignore-file.ts', import.meta.url), 'utf8');
  const keys = /MEMBERS = \[([^\]]+)\]/.exec(source)?.[1]?.match(/\w+/g) ?? [];
  assert.deepEqual(table(ignore, 'The ignore file', 'key'), [...keys]);
});

test('every error code is documented', () => {
  const lines = readFileSync(new URL('errors.ts', import.meta.url), 'utf8').split('\n');
  const codes = lines.flatMap((line, i) => (/^ {2}\| '[a-z-]+';?$/.test(line) ? [lines[i - 1] ?? ''] : []));
  assert.equal(codes.length, 4);
  for (const above of codes) assert.match(above, /^ {2}\/\*\* .+ \*\/$/);
});
