import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { component, index, inventory, record } from '../../test/given.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { audit } from './audit.ts';
import { AuditError } from './errors.ts';
import { parseIgnoreFile } from './ignore-file.ts';
import type { AuditReport } from './report.ts';

const file = '.cpansec.yaml';
const known = index([
  record('CPANSA-DBI-2020-01', [{ ranges: ['<1.643'] }], { aliases: ['CVE-2020-14392'] }),
  record('CPANSA-Foo-2020-01', [{ ranges: ['<2'] }], { aliases: ['CVE-2020-14392'] }),
]);
const given = inventory(
  [
    component('DBI@1.642', { places: [{ file: './app/cpanfile.snapshot', line: 3 }] }),
    component('Foo@1.0', { places: [{ file: 'tools/cpanfile.snapshot', line: 9 }] }),
  ],
  { unexamined: [{ kind: 'dynamic', place: { file: 'cpanfile', line: 4 }, reason: 'code' }] },
);

async function run(rules: string, at = '2026-11-22T08:00:00Z'): Promise<AuditReport> {
  return audit(given, known, { at, ignores: [await parseIgnoreFile(`ignore:\n${rules}`, file)] });
}

function suppressed(report: AuditReport): string[] {
  return report.suppressed.map(({ finding }) => finding.distribution?.name ?? finding.unknown?.reason ?? '');
}

test('an ignore suppresses with its reason, author, end and place', async () => {
  const report = await run(`
  - id: CPANSA-DBI-2020-01
    reason: only used with trusted drivers
    author: jane
    expires: 2027-01-31`);
  assert.deepEqual(report.suppressed[0]?.by, {
    kind: 'ignore',
    reason: 'only used with trusted drivers',
    author: 'jane',
    expires: '2027-01-31',
    place: { file, line: 3 },
  });
  assert.deepEqual(report.notes, []);
});

const scopes: [rule: string, names: string[]][] = [
  ['id: cpansa-dbi-2020-01', ['DBI']],
  ['id: cve-2020-14392', ['DBI', 'Foo']],
  ['id: CVE-2020-14392\n    distribution: Foo', ['Foo']],
  ['id: CVE-2020-14392\n    distribution: foo', []],
  ["id: CVE-2020-14392\n    versions: '>= 1.6, < 1.7'", ['DBI']],
  ["id: CVE-2020-14392\n    versions: ['==1.0', '==1.00000']", ['Foo']],
  ['id: CVE-2020-14392\n    path: app', ['DBI']],
  ['id: CVE-2020-14392\n    path: ./app/', ['DBI']],
  ['id: CVE-2020-14392\n    path: app/cpanfile.snapshot', ['DBI']],
  ['id: CVE-2020-14392\n    path: ap', []],
  ['unknown: dynamic', ['dynamic']],
  ['unknown: dynamic\n    path: lib', []],
  ['unknown: unreadable', []],
];
for (const [rule, names] of scopes) {
  test(`${rule.replace(/\n\s+/g, ', ')} ignores ${names.join(' and ') || 'nothing'}`, async () => {
    const report = await run(`  - ${rule}\n    reason: because`);
    assert.deepEqual(suppressed(report), names);
    assert.deepEqual(
      report.notes.map(({ code }) => code),
      names.length === 0 ? ['ignore-unused'] : [],
    );
  });
}

test('the last day is included; after it the finding is back, with a note', async () => {
  const rule = '  - { id: CPANSA-DBI-2020-01, reason: soon, expires: 2026-11-22 }';
  assert.deepEqual(suppressed(await run(rule, '2026-11-22T23:59:59Z')), ['DBI']);
  const report = await run(rule, '2026-11-23T00:00:00Z');
  assert.deepEqual(suppressed(report), []);
  assert.deepEqual(report.notes, [
    {
      code: 'ignore-expired',
      text: 'ignore of CPANSA-DBI-2020-01 expired on 2026-11-22; what it covered counts again',
      place: { file, line: 2 },
    },
  ]);
});

test('an expired ignore that matches nothing says so', async () => {
  const report = await run('  - { id: CVE-1999-1, reason: old, expires: 2020-01-01 }');
  assert.match(report.notes[0]?.text ?? '', /expired on 2020-01-01; nothing matches it: remove it/);
});

test('an ignore that matched nothing is a note', async () => {
  const report = await run('  - { id: CVE-1999-1, distribution: Bar, reason: old }');
  assert.deepEqual(report.notes, [
    {
      code: 'ignore-unused',
      text: 'ignore of CVE-1999-1 in Bar matched nothing: remove it',
      place: { file, line: 2 },
    },
  ]);
});

test('of several rules the first answers, and none of them is idle', async () => {
  const report = await run(`
  - { id: CPANSA-DBI-2020-01, reason: first }
  - { id: CVE-2020-14392, distribution: DBI, reason: second }`);
  const by = report.suppressed[0]?.by;
  assert.equal(by?.kind === 'ignore' && by.reason, 'first');
  assert.deepEqual(report.notes, []);
});

test('an empty file ignores nothing', async () => {
  for (const text of ['', '# nothing yet\n', 'ignore: []\n']) {
    assert.deepEqual(await parseIgnoreFile(text, file), { file, rules: [] });
  }
});

const refused: [text: string, message: string][] = [
  [
    'ignore:\n  - id: "A\0"\n    reason: a\n',
    '.cpansec.yaml:2: a control character, which YAML has only escaped',
  ],
  ['ignore:\n  - id: A\n', '.cpansec.yaml:2: a rule without a reason'],
  ['ignore:\n  - reason: x\n', '.cpansec.yaml:2: a rule needs either id or unknown'],
  [
    'ignore:\n  - { id: A, unknown: dynamic, reason: x }\n',
    '.cpansec.yaml:2: a rule needs either id or unknown',
  ],
  ['ignore:\n  - id: A\n    reason: ""\n', '.cpansec.yaml:3: reason must be text'],
  [
    'ignore:\n  - id: A\n    reasn: x\n',
    '.cpansec.yaml:3: unknown key "reasn"; known: id, unknown, distribution,',
  ],
  ['ignores: []\n', '.cpansec.yaml:1: unknown key "ignores"; known: ignore'],
  ['ignore: CVE-1\n', '.cpansec.yaml:1: ignore must be a list'],
  ['- id: A\n', '.cpansec.yaml:1: the file must be a list of keys with values'],
  ['ignore:\n  - CVE-1\n', '.cpansec.yaml:2: a rule must be a list of keys with values'],
  [
    'ignore:\n  - id: A\n    reason: x\n    expires: soon\n',
    '.cpansec.yaml:4: expires must be a date like 2027-03-01, found "soon"',
  ],
  ['ignore:\n  - id: A\n    reason: x\n    expires: 2026-02-30\n', '.cpansec.yaml:4: expires must be a date'],
  [
    'ignore:\n  - id: A\n    reason: x\n    versions: 1.10\n',
    '.cpansec.yaml:4: versions must be text; put it in quotes',
  ],
  [
    "ignore:\n  - id: A\n    reason: x\n    versions: '1.10'\n",
    '.cpansec.yaml:4: versions: range "1.10": no operator',
  ],
  ['ignore:\n  - id: A\n    reason: x\n    versions: []\n', '.cpansec.yaml:4: versions names none'],
  [
    'ignore:\n  - id: A\n    reason: x\n    unknown: whatever\n',
    '.cpansec.yaml:2: a rule needs either id or unknown',
  ],
  [
    'ignore:\n  - unknown: whatever\n    reason: x\n',
    '.cpansec.yaml:2: unknown: "whatever" is none of version-absent',
  ],
  [
    'ignore:\n  - &a { id: A, reason: x }\n  - *a\n',
    '.cpansec.yaml:3: a rule must be a list of keys with values',
  ],
  ['ignore:\n  - id: A\n    id: B\n    reason: x\n', '.cpansec.yaml:3: id twice'],
  ['ignore: [\n', '.cpansec.yaml:'],
  ['a: 1\n---\nb: 2\n', '.cpansec.yaml:'],
];
for (const [text, message] of refused) {
  test(`refused: ${JSON.stringify(text)}`, async () => {
    await assert.rejects(parseIgnoreFile(text, file), (error) => {
      assert.ok(error instanceof AuditError && error.code === 'ignore-syntax', String(error));
      assert.ok(error.message.startsWith(message), error.message);
      return true;
    });
  });
}

test('hostile files fail in bounded time, with the one error of the room', async () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: v\n`).join('');
  const bombs = ['ignore: '.concat('['.repeat(50_000)), '- '.repeat(30_000), keys, 'x'.repeat(2_000_000)];
  for (const text of bombs) await assert.rejects(parseIgnoreFile(text, file), AuditError);
});

test('any text is rules or an error of the room', async () => {
  const piece = fc.constantFrom(
    'ignore:',
    '\n',
    '  - ',
    'id: ',
    'A',
    'reason: x',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '!!x',
    '"',
    ': ',
    '|',
    '\t',
    '\u0000',
    'é',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      try {
        await parseIgnoreFile(pieces.join(''), file);
      } catch (error) {
        assert.ok(error instanceof AuditError, String(error));
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
