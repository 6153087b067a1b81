import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertGolden } from '../../../test/golden.ts';
import type { FieldKind } from './field.ts';
import { LETTERS, type LetterName, letter, letterProblems, type Written } from './letter.ts';

const EXAMPLES: Readonly<Record<FieldKind, string>> = {
  reference: 'k7mq-2f9d',
  cve: 'CVE-1900-1234',
  distribution: 'Foo-Bar',
  version: '1.42',
  instant: '2026-12-06T12:00:00Z',
  link: 'https://desk.example.org/c/3f6c1f0e5f6b4d0f9b0a7d5d4f1f2c3e5a6b7c8d9e0f1a2b',
  address: 'security@example.org',
  tlp: 'TLP:AMBER+STRICT',
  name: 'Ada Example',
  clause: 'a library that is only linked to is its developers’',
  title: 'A long header is copied into a buffer that is shorter than it',
  list: '- one\n- two',
  prose:
    'The parser copies a header into a buffer of 256 bytes.\nNothing looks how long it is.\n\nWhat follows:\n\n- memory behind the buffer is overwritten, whichever length the header has that somebody else chose\n- the program ends, or runs what was sent',
  patch:
    '--- a/parser.c\n+++ b/parser.c\n@@ -1 +1 @@\n-\tstrcpy(buffer, header);\n+\tcopy_bounded(buffer, header, sizeof buffer);',
};

const NAMES = Object.keys(LETTERS).sort() as LetterName[]; // the keys of the table are its type

function fieldsOf(name: LetterName, all = true): Record<string, string> {
  const fields = Object.entries(LETTERS[name].fields).filter(([, { optional }]) => all || optional !== true);
  return Object.fromEntries(fields.map(([field, { kind }]) => [field, EXAMPLES[kind]]));
}

function written(result: Written): { subject: string; body: string } {
  if ('problems' in result) assert.fail(result.problems.join('; '));
  return result;
}

for (const name of NAMES) {
  test(`${name}: reads as its golden file says`, () => {
    const { subject, body } = written(letter(name, fieldsOf(name), { zone: 'Europe/Berlin' }));
    const path = fileURLToPath(new URL(`testdata/${name}.txt`, import.meta.url));
    assertGolden(path, `Subject: ${subject}\n\n${body}`);
  });

  test(`${name}: 72 columns, one-line subject, nothing left to fill`, () => {
    for (const all of [true, false]) {
      const { subject, body } = written(letter(name, fieldsOf(name, all), { zone: 'Asia/Kolkata' }));
      assert.doesNotMatch(subject, /[\r\n]/);
      assert.ok(subject.length <= 120, subject);
      for (const line of body.split('\n'))
        assert.ok(line.length <= 72 || /^\S+$/.test(line.trim()), `${line.length}: ${line}`);
      assert.doesNotMatch(body + subject, /\{\{|\}\}|undefined/);
      assert.doesNotMatch(body, /[ \t]\n|\n\n\n|[^\n]$/);
    }
  });

  test(`${name}: in our voice`, () => {
    const { template } = LETTERS[name];
    assert.doesNotMatch(
      template,
      /!|\b(?:unfortunately|urgent|critical|immediately|please note|kindly|ASAP)\b/i,
    );
  });
}

test('letters without details have no field that could hold them, in subject or body', () => {
  for (const name of NAMES) {
    const { details, fields, to } = LETTERS[name];
    const kinds = Object.values(fields).map(({ kind }) => kind);
    if (!details) assert.ok(!kinds.some((kind) => ['title', 'prose', 'patch'].includes(kind)), name);
    assert.equal(details, to === 'tracker' || name === 'dispute-answer' || name === 'dispute-decided', name);
  }
  const { subject } = written(letter('first-contact', fieldsOf('first-contact')));
  assert.equal(subject, 'CVE-1900-1234 Foo-Bar');
});

const unfit: [name: LetterName, change: Record<string, string | undefined>, problem: RegExp][] = [
  ['first-contact', { cve: undefined }, /^cve is missing: a CVE id$/],
  ['first-contact', { description: 'a buffer' }, /^description is no field of this letter$/],
  ['first-contact', { cve: 'CVE-26-1' }, /^cve is not a CVE id$/],
  ['first-contact', { distribution: 'Foo\r\nBcc: x@example.org' }, /^distribution is not the name/],
  ['first-contact', { reference: 'k7mq\n' }, /^reference is not the reference of a case$/],
  ['first-contact', { end: '2026-12-06' }, /^end is not an instant in UTC$/],
  ['first-contact', { link: 'http://example.org/' }, /^link is not an https address$/],
  ['first-contact', { link: 'https://example.org/a b' }, /^link is not an https address$/],
  ['first-contact', { link: 'https://example.org/\u202e' }, /^link is not/],
  ['first-contact', { toString: 'x' }, /^toString is no field/],
  ['issue', { title: 'One\nX-Header: two' }, /^title is not a title in one line$/],
  ['issue', { title: ' ' }, /^title is not/],
  ['issue', { description: 'a\u0000b' }, /^description is not text/],
  ['issue', { description: 'x'.repeat(20_001) }, /^description is not text of at most 20,000/],
  ['published-reporter', { credit: 'Ada\u2028' }, /^credit is not a name in one line$/],
  ['early-notice', { tlp: 'TLP:PINK' }, /^tlp is not a TLP label$/],
];
for (const [name, change, problem] of unfit)
  test(`${name} refuses ${JSON.stringify(change).slice(0, 60)}`, () => {
    const given = Object.entries({ ...fieldsOf(name), ...change }).filter(([, value]) => value !== undefined);
    const result = letter(name, Object.fromEntries(given) as Record<string, string>); // those that are undefined went
    assert.ok('problems' in result);
    assert.equal(result.problems.length, 1);
    assert.match(result.problems[0] ?? '', problem);
  });

test('what a field says is never a template, and no new line of a mail', () => {
  const fields = { ...fieldsOf('issue'), description: 'See {{team}} and {{#contact}}.\nSubject: x' };
  const { body } = written(letter('issue', fields));
  assert.match(body, /See \{\{team\}\} and \{\{#contact\}\}\. Subject: x/);
});

test('code within prose stays as it is, and a patch cannot end its own fence', () => {
  const code = `\`\`\`perl\nmy $x  =  ${'1 + '.repeat(30)}1;\n\nprint $x;\n\`\`\``;
  const { body } = written(
    letter('issue', { ...fieldsOf('issue'), description: `Try:\n\n${code}\n\nIt ends.` }),
  );
  assert.ok(body.includes(`Try:\n\n${code}\n\nIt ends.`), body);
  const patch = '+ ```\n+ text\n+ ````';
  const request = written(letter('pull-request', { ...fieldsOf('pull-request'), patch }));
  assert.ok(request.body.endsWith(`\n\n\`\`\`\`\`\n${patch}\n\`\`\`\`\`\n`), request.body);
});

test('an operator writes a letter in other words', () => {
  const template =
    'Subject: {{cve}} {{distribution}} ({{reference}})\n\nHello,\n\nplease look here before {{end}}: {{link}}\n\nQuestions: {{team}}\n';
  assert.deepEqual(letterProblems('first-contact', template), []);
  const { subject, body } = written(letter('first-contact', fieldsOf('first-contact'), { template }));
  assert.equal(subject, 'CVE-1900-1234 Foo-Bar (k7mq-2f9d)');
  assert.match(body, /^Hello,\n\nplease look here before 2026-12-06 12:00 UTC:\nhttps:/);
});

const OK = 'Subject: {{reference}}\n\n{{why}} {{handler}}\n\n';
const broken: [template: string, problem: RegExp][] = [
  ['Hello', /the first line is "Subject: "/],
  ['Subject: x\nbody', /an empty line follows/],
  [`${OK}{{#contact}}\n{{contact}}\n`, /\{\{#contact\}\} is not closed/],
  [`${OK}{{#contact}}\n{{contact}}\n{{/why}}\n`, /\{\{\/why\}\} does not open or close/],
  [`${OK}{{contact}}\n`, /\{\{contact\}\} may be absent: put it between/],
  [`${OK}{{#why}}\nx\n{{/why}}\n`, /why is no optional field/],
  [`${OK}{{description}}`, /\{\{description\}\} carries details, and this letter has none/],
  [`${OK}{{patch}}`, /carries details/],
  [`${OK}{{whatever}}`, /\{\{whatever\}\} is no field of this letter/],
  [`${OK}{{ reference }}`, /braces that are no \{\{field\}\}/],
  [`${OK}a\u001b[31m`, /a control character/],
  ['Subject: {{reference}}\n\nhello', /\{\{why\}\} is not used/],
  [`Subject: ${'x'.repeat(130)}\n\nhello`, /more than 120 characters/],
  ['Subject: a\rBcc: x\n\nhello', /the first line is "Subject: "/],
  ['Subject: a\u0000b\n\nhello', /a character that breaks a header/],
  ['Subject: {{contact}}\n\nhello', /cannot stand in the subject/],
  [`${OK}${'x'.repeat(40_000)}`, /longer than 32768 characters/],
];
for (const [template, problem] of broken)
  test(`a template is refused: ${JSON.stringify(template).slice(-50)}`, () => {
    assert.match(letterProblems('out-of-scope', template).join('\n'), problem);
    assert.ok('problems' in letter('out-of-scope', fieldsOf('out-of-scope'), { template }));
  });

test('prose and patches keep out of headers and sentences', () => {
  const at = (template: string): string => letterProblems('issue', template).join('\n');
  assert.match(at('Subject: {{description}}\n\nx'), /may have many lines and breaks a header/);
  assert.match(at('Subject: x\n\nSee {{description}}'), /stands alone, between empty lines/);
});
