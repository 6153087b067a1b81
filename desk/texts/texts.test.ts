import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AdvisoryRecord } from 'cpansec/advisories';
import fc from 'fast-check';
import { record } from '../../test/given.ts';
import { assertGolden } from '../../test/golden.ts';
import { rounds, seed } from '../../test/sizes.ts';
import {
  type Announced,
  postLengthOf,
  RECORD_FIELDS,
  TEXT_NAMES,
  TEXTS,
  type Text,
  TextError,
  type TextName,
  templateProblems,
  textProblems,
  WHOLE_FIELDS,
  write,
} from './index.ts';

const DESK = {
  name: 'The security group of CPAN',
  address: 'security@example.org',
  site: 'https://example.org/advisories',
};

const parser = record(
  'CPANSA-Foo-Bar-1900-1234',
  [{ distribution: 'Foo-Bar', ranges: ['<1.42', '>=2.0,<2.3'] }],
  {
    aliases: ['CVE-1900-1234'],
    reported: '2026-11-02',
    summary: 'Foo::Bar versions before 1.42 for Perl write behind a buffer when a header is long',
    details:
      'Foo::Bar copies a header into a buffer of 256 bytes — nothing looks how long it is.\n\nWhat follows:\n\n- memory behind the buffer is overwritten, whichever length the header has that somebody else chose\n- the program ends, or runs what was sent',
    weaknesses: ['CWE-121', 'CWE-1395'],
    references: [
      { type: 'patch', url: 'https://example.org/patches/Foo-Bar/1.41/CVE-1900-1234-r1.patch' },
      { type: 'fix', url: 'https://example.org/foo-bar/commit/4b825dc642cb6eb9a060e54bf8d69288fbee4904' },
    ],
    credits: [{ name: 'Ada Example', role: 'finder' }],
    history: [{ on: '2026-11-20', change: 'published' }],
  },
);
const cookies = record('CPANSA-Baz-1900-1235', [{ distribution: 'Baz', ranges: ['<=0.9'] }], {
  aliases: ['CVE-1900-1235'],
  summary: "Baz versions through 0.9 for Perl make session ids of Perl's rand and @INC",
  details: 'Whoever sees some of the ids can tell the next.',
});

const announced = (one: AdvisoryRecord, more: Partial<Announced> = {}): Announced => ({
  record: one,
  cve: one.aliases[0] ?? null,
  page: `https://example.org/advisories/${one.id}`,
  released: null,
  corrects: null,
  ...more,
});

const MALICIOUS = {
  indicators: [
    { type: 'domain' as const, value: 'collect.example.net', note: 'in Makefile.PL' },
    { type: 'file' as const, value: '.cpan-cache' },
  ],
};

/** As the text needs it. */
function fit(name: TextName, one: Announced): Announced {
  const { about } = TEXTS[name];
  if (about === 'corrects')
    return { ...one, corrects: { words: 'The first announcement said 1.41 in place of 1.42.' } };
  if (about === null) return one;
  if (about === 'malicious') return { ...one, record: { ...one.record, malicious: MALICIOUS } };
  const withdrawn = { on: '2026-12-01', kind: 'rejected', reason: 'it is no vulnerability' } as const;
  return { ...one, record: { ...one.record, withdrawn } };
}

const ONE = [announced(parser, { released: '1.42' })];
const SEVERAL = [
  ...ONE,
  announced(cookies),
  announced(record('CPANSA-Qux-1900-01', [{ ranges: [] }]), { cve: null }),
];
const shown = ({ subject, text }: Text): string =>
  subject === null ? text : `Subject: ${subject}\n\n${text}`;
const golden = (name: string): string => fileURLToPath(new URL(`testdata/${name}.txt`, import.meta.url));

for (const name of TEXT_NAMES) {
  test(`${name}: reads as its golden files say, of one and of several`, () => {
    for (const [many, all] of [
      ['one', ONE],
      ['several', SEVERAL],
    ] as const) {
      const written = write(
        name,
        all.map((one) => fit(name, one)),
        { desk: DESK },
      );
      assertGolden(golden(`${name}-${many}`), shown(written));
      assert.deepEqual(textProblems(name, written), []);
    }
  });

  test(`${name}: our template has nothing wrong`, () => {
    assert.deepEqual(templateProblems(name, TEXTS[name].template), []);
  });
}

test('more than twenty are announced by their list', () => {
  const many = Array.from({ length: 200 }, (_, i) =>
    announced({ ...cookies, id: `CPANSA-Baz-1900-${2000 + i}` }, { cve: `CVE-1900-${2000 + i}` }),
  );
  const written = write('announcement', many, { desk: DESK });
  assert.equal(written.subject, 'CVE-1900-2000, CVE-1900-2001 and 198 more: 200 vulnerabilities in Baz');
  assert.equal(written.text.match(/^- CVE-/gm)?.length, 200);
  assert.doesNotMatch(written.text, /Details/);
  assert.deepEqual(textProblems('announcement', written), []);
});

const versions: [ranges: string[], words: string][] = [
  [['<1.42'], 'before 1.42'],
  [['<=0.8.4'], 'through 0.8.4'],
  [['>=1.2,<=1.5'], 'from 1.2 through 1.5'],
  [['>=1.2,<1.5'], 'from 1.2 before 1.5'],
  [['>=1.2'], 'from 1.2'],
  [['>1.2'], 'after 1.2'],
  [['==1.2'], '1.2'],
  [['>=0'], 'all'],
  [['<0'], 'none'],
  [[], 'unknown'],
  [['1.2'], 'unknown'],
  [['<1', '>=2,<3', '==4', '==5', '==6', '==7'], 'before 1, from 2 before 3, 4, 5, and 2 more'],
];
for (const [ranges, words] of versions)
  test(`versions ${ranges.join(' or ') || 'not given'}: ${words}`, () => {
    const [one] = ONE;
    assert.ok(one !== undefined);
    const affected = [{ distribution: 'Foo-Bar', ranges, fixed: [], cause: { kind: 'own' as const } }];
    const { text } = write('announcement', [{ ...one, record: { ...parser, affected } }], { desk: DESK });
    assert.ok(text.includes(`Versions:      ${words}\n`), text);
  });

const unfit: [title: string, name: TextName, all: Announced[], code: string, message: RegExp][] = [
  ['nobody', 'announcement', [], 'nothing', /no record/],
  [
    'a summary of two lines',
    'announcement',
    [announced({ ...parser, summary: 'one\r\nBcc: all@example.org' })],
    'field',
    /title is not a sentence in one line/,
  ],
  [
    'a credit of two lines',
    'reporter',
    [announced({ ...parser, credits: [{ name: 'Ada\nExample', role: 'finder' }] })],
    'field',
    /records\[0\]\.credits\[0\].*is not one line/,
  ],
  [
    'details that hide',
    'maintainer',
    [announced({ ...parser, details: 'a\u202eb' })],
    'field',
    /details is not text/,
  ],
  [
    'a page that is none',
    'short-post',
    [announced(parser, { page: 'javascript:x' })],
    'field',
    /page is not an https/,
  ],
  ['nothing to correct', 'correction', [announced(parser)], 'unfit', /records\[0\]: no correction of it/],
  ['nothing withdrawn', 'withdrawal', [announced(parser)], 'unfit', /no withdrawal of it/],
];
for (const [title, name, all, code, message] of unfit)
  test(`${name} refuses ${title}`, () => {
    assert.throws(
      () => write(name, all, { desk: DESK }),
      (error: unknown) => {
        assert.ok(error instanceof TextError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      },
    );
  });

test('a group writes a text in other words', () => {
  const template = 'Subject: {{ids}}\n\n{{#each}}\n{{id}}: {{summary}}\n\n{{advisory}}\n{{/each}}\n';
  assert.deepEqual(templateProblems('maintainer', template), []);
  const { subject, text } = write('maintainer', SEVERAL.slice(0, 2), {
    desk: DESK,
    templates: { maintainer: template },
  });
  assert.equal(subject, 'CVE-1900-1234 and CVE-1900-1235');
  assert.match(text, /^CVE-1900-1234: Foo::Bar .+\n.+\n\nhttps:\S+\n\nCVE-1900-1235: Baz/);
});

const EACH = '{{#each}}\n{{id}} {{advisory}}\n{{/each}}\n';
const broken: [name: TextName, template: string, problem: RegExp][] = [
  ['maintainer', 'Hello', /the first line is "Subject: "/],
  ['maintainer', `Subject: {{ids}}\nBcc: x@example.org\n\n${EACH}`, /an empty line follows/],
  ['maintainer', `Subject: {{id}}\n\n${EACH}`, /\{\{id\}\} is no field/],
  ['maintainer', `Subject: a\u0007b\n\n${EACH}`, /breaks a header/],
  ['maintainer', `Subject: {{list}}\n\n${EACH}`, /cannot stand in the subject/],
  ['maintainer', `Subject: x\n\n{{advisory}}\n\n${EACH}`, /\{\{advisory\}\} is no field/],
  ['maintainer', `Subject: x\n\n{{#each}}\n{{id}}\n{{/each}}\n`, /\{\{advisory\}\} is not used/],
  ['maintainer', `Subject: x\n\n{{#each}}\n{{#each}}\n{{/each}}\n`, /does not open or close/],
  ['maintainer', `Subject: x\n\n{{#each}}\n{{#details}}\n{{/each}}\n`, /does not open or close/],
  ['maintainer', `Subject: x\n\n${EACH}{{#each}}\n`, /\{\{#each\}\} is not closed/],
  ['maintainer', `Subject: x\n\n{{#each}}\nSee {{details}}\n{{/each}}\n`, /may be absent/],
  ['maintainer', `Subject: x\n\n${EACH}\u001b[31m\n`, /a control character/],
  ['short-post', '{{ids}} {{distributions}}\n{{about}} {{page}}', /one line without sections/],
  ['short-post', '{{ids}} {{distributions}}: {{about}}', /\{\{page\}\} is not used/],
];
for (const [name, template, problem] of broken)
  test(`${name}: template ${JSON.stringify(template).slice(0, 50)} is refused`, () => {
    assert.match(templateProblems(name, template).join('; '), problem);
    assert.throws(() => write(name, ONE, { desk: DESK, templates: { [name]: template } }), {
      code: 'template',
    });
  });

const GOOD = { subject: 'CVE-1900-1234: x', text: 'https://example.org/\n' };
const found: [name: TextName, change: Partial<Text>, rule: string][] = [
  ['announcement', { subject: null }, 'subject'],
  ['short-post', { text: 'CVE-1900-1234 https://example.org/' }, 'subject'],
  ['announcement', { subject: 'CVE-1900-1234\nBcc: a@example.org' }, 'header'],
  ['announcement', { subject: `CVE-1900-1234 ${'x'.repeat(200)}` }, 'subject-long'],
  ['announcement', { text: 'https://example.org/ \u200b' }, 'control-character'],
  ['maintainer', { text: 'https://example.org/ {{summary}}' }, 'template-token'],
  ['maintainer', { text: 'https://example.org/ TODO' }, 'placeholder'],
  ['maintainer', { subject: 'something' }, 'id-absent'],
  ['maintainer', { text: 'see the site' }, 'link-absent'],
  ['maintainer', { text: `https://example.org/ ${'word '.repeat(20)}` }, 'line-width'],
  ['announcement', { text: 'https://example.org/ “so”' }, 'not-ascii'],
  ['announcement', { subject: 'CVE-1900-1234: José' }, 'not-ascii'],
  ['oss-security', { text: 'https://example.org/ <p>so</p>' }, 'html'],
  ['maintainer', { text: `https://example.org/\n${'word\n'.repeat(30_000)}` }, 'too-long'],
];
for (const [name, change, rule] of found)
  test(`${name}: the lint finds ${rule} in ${JSON.stringify(change).slice(0, 50)}`, () => {
    const rules = textProblems(name, { ...GOOD, ...change }).map((problem) => problem.rule);
    assert.ok(rules.includes(rule as (typeof rules)[number]), rules.join()); // a rule of the type
  });

test('letters of names stay, a fence keeps its code', () => {
  const code = `\`\`\`perl\nmy $x  =  ${'1 + '.repeat(30)}1;\n\`\`\``;
  const one = announced({
    ...parser,
    details: `Try:\n\n${code}`,
    credits: [{ name: 'José Ł', role: 'finder' }],
  });
  const written = write('announcement', [one], { desk: DESK });
  assert.ok(written.text.includes(code), written.text);
  assert.match(written.text, /José Ł/);
  assert.deepEqual(textProblems('announcement', written), []);
});

test('a post calls nobody by name', () => {
  assert.match(write('short-post', [announced(cookies)], { desk: DESK }).text, /and @ INC https/);
});

/** Records as somebody could write them, hostile ones among them. */
const words = fc.array(
  fc.oneof(
    fc.constantFrom('a', 'buffer', '@INC', 'x'.repeat(90), 'Subject:', '`', '{', 'ü', '😀'),
    fc.string(),
  ),
  {
    minLength: 1,
    maxLength: 40,
  },
);
const line = words.map((all) => all.join(' ').slice(0, 300));
const anyRecord: fc.Arbitrary<Announced> = fc
  .record({
    number: fc.integer({ min: 1000, max: 9_999_999 }),
    distribution: fc.stringMatching(/^[A-Z][a-zA-Z0-9-]{0,59}$/),
    summary: line,
    details: fc.array(line, { maxLength: 6 }).map((all) => all.join('\n\n')),
    name: line,
    corrects: line,
    released: fc.constantFrom(null, '1.42', '1\n2'),
  })
  .map(({ number, distribution, summary, details, name, corrects, released }) =>
    announced(
      record(`CPANSA-${distribution}-1900-${number}`, [{ distribution, ranges: ['<1.42'] }], {
        summary,
        details,
        credits: [{ name, role: 'finder' }],
        withdrawn: { on: '2026-12-01', kind: 'withdrawn', reason: summary },
      }),
      { cve: `CVE-1900-${number}`, released, corrects: { words: corrects } },
    ),
  );

function tried(name: TextName, all: readonly Announced[]): Text | null {
  try {
    return write(name, all, { desk: DESK });
  } catch (error) {
    assert.ok(error instanceof TextError && error.code === 'field', String(error));
    return null;
  }
}

test('whatever a record says: no header, no control character, within the columns and the length of a post', () => {
  const check = fc.property(
    fc.constantFrom(...TEXT_NAMES),
    fc.array(anyRecord, { minLength: 1, maxLength: 3 }),
    (name, all) => {
      const written = tried(name, name === 'emergency-notice' ? all.map((one) => fit(name, one)) : all);
      if (written === null) return;
      const rules = textProblems(name, written).map(({ rule }) => rule);
      for (const rule of [
        'header',
        'control-character',
        'line-width',
        'id-absent',
        'link-absent',
        'subject',
      ] as const)
        assert.ok(!rules.includes(rule), `${rule}: ${shown(written)}`);
      if (name !== 'short-post') return;
      assert.ok(postLengthOf(written.text.trim()) <= 280, written.text);
      assert.ok(
        written.text.trim().endsWith(all.length === 1 ? (all[0]?.page ?? '') : DESK.site),
        written.text,
      );
    },
  );
  fc.assert(check, { seed, numRuns: rounds(300, 20_000) });
});

test('whatever a template says: refused, or a subject of one line', () => {
  const piece = fc.constantFrom(
    'Subject: ',
    '{{ids}}',
    '\n',
    '\n\n',
    '\r',
    '{{#each}}\n',
    '{{/each}}\n',
    '{{id}}',
    '{{advisory}}',
    'Bcc: a@example.org',
    '\u0000',
    '\u2028',
    '{{summary}}',
    '{{#list}}\n',
    '{{/list}}\n',
  );
  const template = fc
    .array(piece, { maxLength: 14 })
    .map((all) => `Subject: {{ids}}${all.join('')}\n\n${EACH}`);
  const check = fc.property(template, (text) => {
    if (templateProblems('maintainer', text).length > 0) return;
    const { subject, text: body } = write('maintainer', ONE, { desk: DESK, templates: { maintainer: text } });
    assert.match(subject ?? '', /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$/);
    assert.doesNotMatch(body, /[\u0000-\u0009\u000b-\u001f\u2028\u2029]/);
  });
  fc.assert(check, { seed, numRuns: rounds(500, 50_000) });
});

test('every error code and rule of the lint is documented, once', () => {
  for (const file of ['errors.ts', 'lint.ts']) {
    const lines = readFileSync(new URL(file, import.meta.url), 'utf8').split('\n');
    const codes = lines.flatMap((text, i) =>
      /^ {2}\| '([a-z-]+)';?$/.test(text) ? [lines[i - 1] ?? ''] : [],
    );
    assert.ok(codes.length > 3);
    for (const above of codes) assert.match(above, /^ {2}\/\*\* .+ \*\/$/);
  }
});

test('the page of the texts lists each, and every field', () => {
  const page = readFileSync(new URL('../../docs/formats/text-templates.md', import.meta.url), 'utf8');
  const rows = page.match(/^\| `.*$/gm) ?? [];
  const texts = TEXT_NAMES.map((name) => {
    const { words: what, subject, columns, must } = TEXTS[name];
    return `| \`${name}\` | ${what} | ${subject ? 'yes' : 'no'} | ${columns ?? '–'} | ${must.map((one) => `\`${one}\``).join(', ')} |`;
  });
  const fields = [WHOLE_FIELDS, RECORD_FIELDS].flatMap((all, i) =>
    Object.entries(all).map(
      ([name, { kind, optional }]) =>
        `| \`${name}\` | ${i === 0 ? 'the whole' : 'each record'} | ${kind} | ${optional === true ? 'yes' : 'no'} |`,
    ),
  );
  assert.deepEqual(rows, [...texts, ...fields]);
});
