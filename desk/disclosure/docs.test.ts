/** What the documentation says is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { LETTERS } from './letters/letter.ts';
import { DEFAULT_POLICY, formatPolicy, parsePolicy } from './policy.ts';

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/formats/${name}`, import.meta.url), 'utf8');

test('the page of the policy holds the defaults, and they can be read', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(page('disclosure-policy.md')) ?? [];
  assert.equal(json, formatPolicy(DEFAULT_POLICY));
  assert.deepEqual(parsePolicy(json, 'disclosure-policy.md'), DEFAULT_POLICY);
});

test('the page of the letters lists each with its fields', () => {
  const rows = page('letter-templates.md').match(/^\| `.*$/gm) ?? [];
  const wanted = Object.entries(LETTERS).map(([name, { to, details, fields }]) => {
    const words = Object.entries(fields).map(([field, { kind, optional }]) => {
      const one = `\`${field}\`${field === kind ? '' : ` (${kind})`}`;
      return optional === true ? `[${one}]` : one;
    });
    return `| \`${name}\` | ${to} | ${details ? 'yes' : 'no'} | ${words.join(', ')} |`;
  });
  assert.deepEqual(rows, wanted);
});
