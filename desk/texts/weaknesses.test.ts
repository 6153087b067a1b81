import assert from 'node:assert/strict';
import test from 'node:test';
import { lintRecord } from 'cpansec/advisories';
import { record } from '../../test/given.ts';
import { beginDraft, WEAKNESS_TEMPLATES, weaknessProblems, weaknessWords } from './index.ts';

const FACTS = { module: 'Foo::Bar', distribution: 'Foo-Bar', versions: 'before 1.42' };

for (const [weakness, template] of Object.entries(WEAKNESS_TEMPLATES))
  test(`${weakness}: a title after the group's pattern, questions that the lint finds, and nothing else`, () => {
    assert.deepEqual(weaknessProblems(template), []);
    assert.match(weaknessWords(weakness), /^CWE-\d+ [A-Z]/);
    const { title, summary } = beginDraft(template, FACTS);
    assert.match(title, /^Foo::Bar versions before 1\.42 for Perl [a-z]/);
    const draftOf = (details: string) =>
      lintRecord(record('CPANSA-Foo-Bar-1900-1234', [{ ranges: ['<1.42'] }], { summary: title, details }));
    const rules = (details: string) => draftOf(details).map(({ rule }) => rule);
    assert.ok(rules(summary).includes('placeholder'), 'not to be published as it is');
    const answered = summary.replace(/^TODO: .*$/gm, '').trim();
    assert.ok(answered.length > 80);
    for (const rule of [
      'placeholder',
      'template-token',
      'summary-long',
      'summary-end',
      'details-short',
      'summary-repeated',
    ] as const)
      assert.ok(!rules(answered).includes(rule), rule);
  });

test('what is not known is to be filled in', () => {
  const { title, summary } = beginDraft('Title: {{module}} {{versions}}\n\n{{distribution}}\nis it.', {
    module: null,
    distribution: '{{module}}',
    versions: null,
  });
  assert.deepEqual([title, summary], ['TODO TODO', '{{module}}\nis it.']);
});

const broken: [template: string, problem: RegExp][] = [
  ['Subject: {{module}} {{versions}}\n\nx', /the first line is "Title: " and the title/],
  ['Title: {{module}} {{versions}}\nx', /an empty line follows the title/],
  ['Title: {{module}}\n\nx', /\{\{versions\}\} is not used/],
  ['Title: {{module}} {{versions}} {{cve}}\n\nx', /\{\{cve\}\} is no field/],
  ['Title: {{module}} {{versions}}\n\n{{#each}}\nx\n{{/each}}', /each is no optional field/],
  ['Title: {{module}} {{versions}}\n\na\u202eb', /a control character/],
];
for (const [template, problem] of broken)
  test(`${JSON.stringify(template).slice(0, 60)} is refused`, () => {
    assert.match(weaknessProblems(template).join('; '), problem);
    assert.throws(() => beginDraft(template, FACTS), { code: 'template' });
  });
