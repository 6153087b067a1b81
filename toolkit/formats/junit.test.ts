import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { escapeXml, formatJunit } from './junit.ts';

test('a report is suites of cases, counted', () => {
  const text = formatJunit({
    name: 'cpansec audit',
    suites: [
      {
        name: 'cpanfile.snapshot',
        timestamp: '2026-05-01T10:00:00Z',
        properties: { index: 'serial 7' },
        cases: [
          { name: 'DBI 1.643', classname: 'cpan.DBI', outcome: { kind: 'passed' } },
          {
            name: 'Example-Parser 1.3: CVE-2026-99990',
            classname: 'cpan.Example-Parser',
            file: 'cpanfile.snapshot',
            line: 12,
            outcome: {
              kind: 'failure',
              type: 'vulnerable',
              message: 'update to 1.5',
              text: 'affected: < 1.5\nfixed: "1.5"',
            },
          },
          {
            name: 'X',
            classname: 'cpan.X',
            outcome: { kind: 'error', type: 'unknown', message: 'no version', text: '' },
          },
          {
            name: 'Y',
            classname: 'cpan.Y',
            outcome: { kind: 'skipped', message: 'ignored until 2027\nby us' },
          },
        ],
      },
      { name: 'empty', cases: [] },
    ],
  });
  assert.equal(
    text,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cpansec audit" tests="4" failures="1" errors="1" skipped="1">
<testsuite name="cpanfile.snapshot" tests="4" failures="1" errors="1" skipped="1" timestamp="2026-05-01T10:00:00Z">
<properties>
<property name="index" value="serial 7"/>
</properties>
<testcase name="DBI 1.643" classname="cpan.DBI"/>
<testcase name="Example-Parser 1.3: CVE-2026-99990" classname="cpan.Example-Parser" file="cpanfile.snapshot" line="12">
<failure message="update to 1.5" type="vulnerable">affected: &lt; 1.5
fixed: &quot;1.5&quot;</failure>
</testcase>
<testcase name="X" classname="cpan.X">
<error message="no version" type="unknown"></error>
</testcase>
<testcase name="Y" classname="cpan.Y">
<skipped message="ignored until 2027&#10;by us"/>
</testcase>
</testsuite>
<testsuite name="empty" tests="0" failures="0" errors="0" skipped="0"/>
</testsuites>
`,
  );
});

test('what XML cannot hold is replaced, what it reserves is escaped', () => {
  const cases: [text: string, xml: string][] = [
    [`a & b < c > d "e" 'f'`, 'a &amp; b &lt; c &gt; d &quot;e&quot; &#39;f&#39;'],
    ['\u0000\u001b[31m\u007f\u0085', '\ufffd\ufffd[31m\ufffd\ufffd'],
    ['\ufffe\uffff\ud800', '\ufffd\ufffd\ufffd'],
    ['evil\u202etxt', 'evil\ufffdtxt'],
    ['tab\tline\nreturn\r', 'tab\tline\nreturn&#13;'],
    ['é 🐪', 'é 🐪'],
    [']]>', ']]&gt;'],
  ];
  for (const [text, xml] of cases) assert.equal(escapeXml(text), xml);
});

test('any text gives a document that is well formed', () => {
  const text = fc.string({ unit: 'binary' });
  const formed = fc.property(text, text, (name, message) => {
    const outcome = { kind: 'failure', type: name, message, text: message } as const;
    const xml = formatJunit({ name, suites: [{ name, cases: [{ name, classname: name, outcome }] }] });
    const value = `"(?:[^&<>"\\n\\t\\r]|&(?:amp|lt|gt|quot|#\\d+);)*"`;
    const tag = `</?\\w+(?: \\w+=${value})*/?>`;
    const content = '(?:[^&<>\\r]|&(?:amp|lt|gt|quot|#\\d+);)*';
    assert.match(xml, new RegExp(`^<\\?xml[^>]*>(?:${content}${tag})*\\n$`, 'u'));
    assert.doesNotMatch(xml, /[^\t\n\u0020-\u007e\u00a0-\ufffd\u{10000}-\u{10ffff}]/u);
  });
  fc.assert(formed, { seed, numRuns: rounds(300, 50_000) });
});
