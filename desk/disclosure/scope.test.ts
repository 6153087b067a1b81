import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_POLICY } from './policy.ts';
import { PARTS, rulingOf, SCOPE_TABLE, type ScopeFacts, type Subject, subjectOf } from './scope.ts';

function named(text: string): Subject {
  const subject = subjectOf(text);
  assert.ok(subject, text);
  return subject;
}

const subjects: [
  text: string,
  kind: Subject['kind'] | null,
  distribution: string | null,
  core: Subject['core'],
][] = [
  ['Foo-Bar', 'distribution', 'Foo-Bar', 'no'],
  ['DBI', 'distribution', 'DBI', 'no'],
  ['LWP::UserAgent', 'module', 'LWP-UserAgent', 'no'],
  ["Foo'Bar::Baz", 'module', 'Foo-Bar-Baz', 'no'],
  ['HTTP::Tiny', 'module', 'HTTP-Tiny', 'dual-life'],
  ['HTTP-Tiny', 'distribution', 'HTTP-Tiny', 'dual-life'],
  ['List::Util', 'module', 'Scalar-List-Utils', 'dual-life'],
  ['CGI', 'module', 'CGI', 'no'], // left the core with 5.22
  ['File::Find', 'module', 'perl', 'core-only'],
  ['strict', 'module', 'perl', 'core-only'],
  ['perl', 'distribution', 'perl', 'core-only'],
  ['A/AB/ABC/Foo-Bar-1.02.tar.gz', 'archive', 'Foo-Bar', 'no'],
  ['Foo-Bar-v1.2.3.zip', 'archive', 'Foo-Bar', 'no'],
  ['https://metacpan.org/dist/Foo-Bar', 'url', 'Foo-Bar', 'no'],
  ['https://metacpan.org/pod/HTTP::Tiny', 'url', 'HTTP-Tiny', 'dual-life'],
  ['https://metacpan.org/release/ABC/Foo-Bar-1.02', 'url', 'Foo-Bar', 'no'],
  ['https://www.cpan.org/authors/id/A/AB/ABC/Foo-Bar-1.02.tar.gz', 'url', 'Foo-Bar', 'no'],
  ['https://example.org/foo?x=Foo-1.0.tar.gz', 'url', null, 'unknown'],
  ['Alien::Foo', 'module', 'Alien-Foo', 'no'],
  ['', null, null, 'no'],
  ['two words', null, null, 'no'],
  ['../etc/passwd', null, null, 'no'],
  ['a'.repeat(3000), null, null, 'no'],
];
for (const [text, kind, distribution, core] of subjects)
  test(`named: ${text.slice(0, 60)}`, () => {
    const subject = subjectOf(text);
    if (kind === null) assert.equal(subject, null);
    else
      assert.deepEqual(
        { kind: subject?.kind, distribution: subject?.distribution, core: subject?.core },
        { kind, distribution, core },
      );
  });

const facts = (text: string, change: Partial<ScopeFacts> = {}): ScopeFacts => ({
  subject: named(text),
  part: 'own-code',
  published: 'cpan',
  xs: false,
  emergency: false,
  ...change,
});

const rulings: [
  text: string,
  change: Partial<ScopeFacts>,
  scope: string,
  clause: string,
  handler: string | null,
][] = [
  ['Foo-Bar', {}, 'in', 'cpan', null],
  ['Foo-Bar', { published: 'backpan' }, 'in', 'backpan', null],
  ['Foo-Bar', { published: 'never' }, 'out', 'never-on-cpan', 'the authors of the software'],
  ['Foo-Bar', { published: 'unknown' }, 'cannot tell', 'unknown', null],
  ['Foo-Bar', { xs: true }, 'in', 'xs', null],
  ['Foo-Bar', { part: 'packaged-library' }, 'in', 'packaged-library', null],
  ['Foo-Bar', { part: 'linked-library', xs: true }, 'out', 'linked-library', 'the developers of the library'],
  ['Foo-Bar', { part: 'repackaging' }, 'out', 'repackaging', 'the security team of the distributor'],
  ['Foo-Bar', { part: 'legal' }, 'out', 'legal', 'whoever is responsible for the matter'],
  ['Foo-Bar', { part: 'management' }, 'out', 'legal', 'whoever is responsible for the matter'],
  ['Foo-Bar', { emergency: true }, 'in', 'emergency', null],
  ['File::Find', {}, 'out', 'core-only', 'the perl security team'],
  ['HTTP::Tiny', {}, 'in', 'dual-life', null],
  ['HTTP::Tiny', { published: 'unknown' }, 'in', 'dual-life', null],
  ['HTTP::Tiny', { part: 'interpreter' }, 'out', 'interpreter', 'the perl security team'],
  ['Alien-Foo', { part: 'linked-library' }, 'in', 'alien', null],
  ['Mozilla::CA', {}, 'in', 'alien', null],
  ['Alien-Foo', { published: 'never' }, 'out', 'never-on-cpan', 'the authors of the software'],
  ['App-cpanminus', { part: 'toolchain' }, 'in', 'toolchain', null],
  ['https://pause.example.org/', { part: 'service', published: 'never' }, 'in', 'infrastructure', null],
  ['https://www.example.org/02packages', { part: 'metadata', published: 'unknown' }, 'in', 'metadata', null],
];
for (const [text, change, scope, clause, handler] of rulings)
  test(`${text} ${JSON.stringify(change)}: ${scope}, ${clause}`, () => {
    const ruling = rulingOf(facts(text, change), DEFAULT_POLICY);
    assert.deepEqual([ruling.scope, ruling.clause, ruling.handler?.name ?? null], [scope, clause, handler]);
    assert.ok(ruling.why.length > 10 && ruling.because.length > 0);
  });

test('dual life asks for a second record, a packaged library for its own', () => {
  const { also } = rulingOf(facts('HTTP::Tiny', { part: 'packaged-library' }), DEFAULT_POLICY);
  assert.deepEqual(
    also.map((words) => /CWE-1395/.test(words)),
    [true, true],
  );
  assert.deepEqual(rulingOf(facts('HTTP::Tiny', { part: 'legal' }), DEFAULT_POLICY).also, []);
});

test('every line of the table is reached, and what is out has a handler', () => {
  const reached = new Set<string>();
  const names = ['Foo-Bar', 'File::Find', 'HTTP::Tiny', 'Alien-Foo'];
  for (const text of names)
    for (const part of PARTS)
      for (const published of ['cpan', 'backpan', 'never', 'unknown'] as const)
        for (const flag of [false, true])
          for (const emergency of [false, true]) {
            const ruling = rulingOf(facts(text, { part, published, xs: flag, emergency }), DEFAULT_POLICY);
            reached.add(ruling.clause);
            assert.equal(ruling.handler !== null, ruling.scope === 'out');
          }
  assert.deepEqual(
    SCOPE_TABLE.map(({ id }) => id).filter((id) => !reached.has(id)),
    [],
  );
});
