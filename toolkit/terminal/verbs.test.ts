import assert from 'node:assert/strict';
import test from 'node:test';
import { type Command, parseTyped } from './command.ts';
import { Stop } from './exit.ts';
import { verbOf } from './verbs.ts';

const verbs = [
  { name: 'init', operands: 'DIRECTORY' },
  { name: 'draft', operands: 'DIRECTORY AUTHOR [FILE…]' },
  { name: 'recover', operands: '[MEMBER]' },
  { name: 'show', operands: 'ID…', options: ['json'] },
  { name: 'status', operands: '', options: ['json', 'old'] },
  { name: 'find' },
] as const;

const command: Command = {
  ...{ name: 'keep', summary: '', operands: 'VERB', description: '', examples: [] },
  options: ['json', 'old', 'place'].map((name) => ({ name, help: '' })),
  run: () => 0,
};

const rows: readonly (readonly [typed: string, verb: string, operands: readonly string[]])[] = [
  ['init a', 'init', ['a']],
  ['draft a b', 'draft', ['a', 'b']],
  ['draft a b c d', 'draft', ['a', 'b', 'c', 'd']],
  ['recover', 'recover', []],
  ['recover a', 'recover', ['a']],
  ['show a b --json', 'show', ['a', 'b']],
  ['status --old --json --place', 'status', []],
  ['find a b c d', 'find', ['a', 'b', 'c', 'd']],
];

for (const [words, name, operands] of rows)
  test(`keep ${words}`, () => {
    const { verb, typed } = verbOf('keep', verbs, parseTyped('prog', command, words.split(' ')));
    assert.equal(verb.name, name);
    assert.deepEqual(typed.operands, operands);
    assert.equal(typed.flag('json'), words.includes('--json'));
  });

const wrong: readonly (readonly [typed: string, said: string, next?: string])[] = [
  [
    '',
    'keep needs a word more',
    'say keep init, keep draft, keep recover, keep show, keep status, keep find',
  ],
  [
    'statsu',
    'keep "statsu": not one of init, draft, recover, show, status, find',
    'did you mean keep status?',
  ],
  ['init', 'keep init takes DIRECTORY'],
  ['init a b', 'keep init takes DIRECTORY'],
  ['draft a', 'keep draft takes DIRECTORY AUTHOR [FILE…]'],
  ['recover a b', 'keep recover takes [MEMBER]'],
  ['show', 'keep show takes ID…'],
  ['status a', 'keep status takes no operand'],
  ['init a --json', 'keep init takes no --json', '--json belongs to keep show, keep status'],
  ['show a --old', 'keep show takes no --old', '--old belongs to keep status'],
];

for (const [words, said, next] of wrong)
  test(`keep ${words}: ${said}`, () => {
    const typed = parseTyped(
      'prog',
      command,
      words.split(' ').filter((word) => word !== ''),
    );
    assert.throws(() => verbOf('keep', verbs, typed), new Stop(2, said, next));
  });
