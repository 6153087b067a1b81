import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { type Cpanfile, effectiveRequirements, parseCpanfile } from './cpanfile.ts';
import { parseRequirement } from './requirement.ts';

/** `test/requires Foo 1.2`, and `[feature]` before it. */
function rows(text: string): string[] {
  return parseCpanfile(text).requirements.map(
    ({ phase, relationship, module, range, feature }) =>
      `${feature === null ? '' : `[${feature}] `}${phase}/${relationship} ${module} ${range}`,
  );
}

function dynamic(text: string): string[] {
  return parseCpanfile(text).dynamic.map(({ line, reason }) => `${line}: ${reason}`);
}

test('a cpanfile as people write them', () => {
  const parsed = parseCpanfile(`use strict;
requires 'perl', '5.010';
requires 'Plack', '>= 1.0, < 2'; # web
on 'test' => sub {
    requires "Test::More" => 0.98;
};
`);
  assert.deepEqual(parsed.dynamic, []);
  assert.deepEqual(parsed.requirements[0], {
    phase: 'runtime',
    relationship: 'requires',
    module: 'perl',
    range: '5.010',
    written: '5.010',
    feature: null,
    line: 2,
    options: {},
    literals: { module: { start: 21, end: 27 }, range: { start: 29, end: 36 } },
  });
  assert.deepEqual(
    parsed.requirements.map(({ module, range, line }) => [module, range, line]),
    [
      ['perl', '5.010', 2],
      ['Plack', '>= 1.0, < 2', 3],
      ['Test::More', '0.98', 5],
    ],
  );
});

test('every verb, phase and feature', () => {
  const cases: [text: string, ...expected: string[]][] = [
    [
      "requires 'A'; recommends 'B'; suggests 'C'; conflicts 'D', '< 2';",
      'runtime/requires A 0',
      'runtime/recommends B 0',
      'runtime/suggests C 0',
      'runtime/conflicts D < 2',
    ],
    [
      "configure_requires 'A'; build_requires 'B'; test_requires 'C'; author_requires 'D';",
      'configure/requires A 0',
      'build/requires B 0',
      'test/requires C 0',
      'develop/requires D 0',
    ],
    [
      "on develop => sub { requires 'A'; on test => sub { suggests 'B' } };",
      'develop/requires A 0',
      'test/suggests B 0',
    ],
    ["on('test', sub { requires('A', 1) });", 'test/requires A 1'],
    ["on 'test', sub { author_requires 'A' };", 'develop/requires A 0'],
    [
      "feature 'x', 'An x' => sub { requires 'A'; on test => sub { requires 'B' } };",
      '[x] runtime/requires A 0',
      '[x] test/requires B 0',
    ],
    [
      "feature 'x' => sub { requires 'A' }; requires 'B';",
      '[x] runtime/requires A 0',
      'runtime/requires B 0',
    ],
    ["{ requires 'A' } requires 'B'", 'runtime/requires A 0', 'runtime/requires B 0'],
    ["on x_release => sub { requires 'A' };", 'x_release/requires A 0'],
  ];
  for (const [text, ...expected] of cases) {
    assert.deepEqual(rows(text), expected, text);
    assert.deepEqual(dynamic(text), [], text);
  }
});

test('an odd argument is the range, pairs after it are options', () => {
  const [a, b, c, d] = parseCpanfile(`
    requires 'A', '1.0', dist => 'ME/A-1.0.tar.gz', mirror => 'http://x/';
    requires 'B', git => 'https://x/b.git', ref => 'main';
    requires 'C', version => '2', __proto__ => 'x';
    requires 'D', '1', '2';
  `).requirements;
  assert.deepEqual([a?.range, a?.options], ['1.0', { dist: 'ME/A-1.0.tar.gz', mirror: 'http://x/' }]);
  assert.deepEqual([b?.range, b?.options], ['0', { git: 'https://x/b.git', ref: 'main' }]);
  assert.deepEqual([c?.range, Object.entries(c?.options ?? {})], ['2', [['__proto__', 'x']]]);
  assert.deepEqual([d?.range, d?.options], ['0', { 1: '2' }]);
});

test('ranges come in canonical form', () => {
  const cases: [written: string, range: string][] = [
    ["'>=1.0'", '1.0'],
    ["'== 1.0 , !=2'", '== 1.0'],
    ["'v1.2'", 'v1.2.0'],
    ["'1.2.3'", 'v1.2.3'],
    ["''", '0'],
    ['undef', '0'],
    ["'0.0'", '0.0'],
    ['5.010', '5.01'],
    ['1.20', '1.2'],
    ['1_000', '1000'],
    ['5.006_001', '5.006001'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['0x10', '16'],
    ['010', '8'],
    ['5.36.0', 'v5.36.0'],
    ['v5.10', 'v5.10.0'],
    ['v5', 'v5.0.0'],
  ];
  for (const [written, range] of cases)
    assert.deepEqual(rows(`requires 'X', ${written};`), [`runtime/requires X ${range}`]);
});

test('all the ways to quote', () => {
  const cases: [text: string, module: string][] = [
    ["requires 'It\\'s';", "It's"],
    ['requires "A\\x42\\x{43}\\n";', 'ABC\n'],
    ['requires q{A{B}C};', 'A{B}C'],
    ['requires q(A), 0;', 'A'],
    ['requires qq <A>;', 'A'],
    ['requires q #comment\n{A};', 'A'],
    ['requires q#A#;', 'A'],
    ['requires qw(A 0);', 'A'],
    ['requires(qw/A/);', 'A'],
    ['requires A => 0;', 'A'],
    ['requires Foo::Bar => 0;', 'Foo::Bar'],
    ['requires q => 0;', 'q'],
    ['requires v1 => 0;', 'v1'],
    ['requires(((("A"))), );', 'A'],
    ['requires <<X, 0;\nA\nX\n', 'A\n'],
    ["requires <<~'X';\n    A\n  $B\n  X\n", '  A\n$B\n'],
  ];
  for (const [text, module] of cases) {
    assert.deepEqual(
      parseCpanfile(text).requirements.map((row) => row.module),
      [module],
      text,
    );
    assert.deepEqual(dynamic(text), [], text);
  }
});

test('comments, POD and what follows __END__ ask for nothing', () => {
  const text = `# requires 'Comment';
requires 'A'; # requires 'B'

=head1 requires 'Pod';

requires 'Pod';

=cut

requires
  # between
  'C'
;
1;
__END__
requires 'After';
`;
  assert.deepEqual(rows(text), ['runtime/requires A 0', 'runtime/requires C 0']);
  assert.deepEqual(dynamic(text), []);
});

test('pragmas, perl versions and constants are harmless', () => {
  const text = "use strict; use warnings; use utf8; no warnings 'once'; use 5.010; use v5.36; ; 1; 'x'; ();";
  assert.deepEqual(dynamic(text), []);
});

test('whatever perl would compute is reported with its line and never certain', () => {
  const cases: [text: string, ...reported: string[]][] = [
    [
      'my $v = 1;\nrequires "A", $v;',
      '1: unknown statement ("my $v = 1")',
      '2: requires A: computed by "$v"',
    ],
    ['requires "A::$x";', '1: requires something: computed by "\\"A::$x\\""'],
    ["requires 'A' if $] < 5.010;", '1: requires A: only "if $] < 5.010"'],
    [
      "if ($] < 5.010) {\n  requires 'A';\n} else { requires 'B', 2 }",
      '2: requires A only as the "if" of line 1 decides',
      '3: requires B only as the "if" of line 1 decides',
    ],
    ['requires $_ for qw(A B);', '1: requires something: computed by "$_ for qw(A B)"'],
    ["for my $m ('A') { requires $m }", '1: requires something: computed by "$m"'],
    ["requires 'A', ($] > 5 ? '1' : '2');", "1: requires A: computed by \"$] > 5 ? '1' : '2'\""],
    ["requires('A', $] > 5 ? (1) : $v[0]); # why", '1: requires A: computed by "$] > 5 ? (1) : $v[0]"'],
    ["requires 'A', $v # why\n;", '1: requires A: computed by "$v"'],
    ["requires 'A' ] };", '1: requires A: unexpected "]"', '1: a "}" that closes nothing'],
    ["requires 'A' . 'B';", '1: requires A: unexpected ". \'B\'"'],
    ["requires 'A', $ENV{V};", '1: requires A: computed by "$ENV{V}"'],
    ["requires 'A', version();", '1: requires A: computed by "version()"'],
    ["eval { requires 'A' };", '1: only as code decides: requires A'],
    ["do './other';", '1: unknown statement ("do \'./other\'")'],
    ["system('rm -rf /');", '1: unknown statement ("system(\'rm -rf /\')")'],
    ['use Foo::Bar;', '1: use Foo::Bar runs code'],
    ["BEGIN { requires 'A' }", '1: requires A only in a BEGIN block (line 1)'],
    ["sub more { requires 'A' }", '1: requires A only in a sub of its own (line 1)'],
    [
      "on $phase => sub { requires 'A' };",
      '1: on something: computed by "$phase => sub { requires \'A\' }"',
      '1: in a computed statement: requires A',
    ],
    ["on test => sub { requires 'A' } if 0;", '1: requires A: only "if 0"', '1: on something: only "if 0"'],
    [
      "on test => sub { requires 'A' }\nrequires 'B';",
      '1: requires A: computed by "requires \'B\'"',
      '1: on something: computed by "requires \'B\'"',
      '2: in a computed statement: requires B',
    ],
    ['foobar;', '1: unknown statement ("foobar")'],
    [
      "requires 'A\nrequires 'B';",
      `1: requires "A\\nrequires ": computed by "B';"`,
      "2: ' without its end: not read from here on",
    ],
    ["requires 'A'; }", '1: a "}" that closes nothing'],
    ["on test => sub { requires 'A';", '1: a "{" without its end'],
    ["requires 'A', 'junk';", '1: A: version range "junk": version "junk": non-numeric data'],
    ['requires `id`;', '1: requires something: computed by "`id`"'],
    ['requires <<X;\nA $b\nX\n', '1: requires something: computed by "<<X;"'],
  ];
  for (const [text, ...reported] of cases) assert.deepEqual(dynamic(text), reported, text);
});

test('a module in a computed statement is named', () => {
  const [found] = parseCpanfile("requires 'DBI', $v;").dynamic;
  assert.equal(found?.module, 'DBI');
});

test('what Module::CPANfile passes over in silence is noted', () => {
  const { requirements, dynamic: found, notes } = parseCpanfile("on tset => sub {\n requires 'A' };");
  assert.deepEqual([requirements, found], [[], []]);
  assert.deepEqual(notes, [{ line: 2, text: 'requires A in phase "tset", which does not exist' }]);
});

test('the last call for a module wins, whatever it asks for', () => {
  const parsed = parseCpanfile("requires 'A', 3; requires 'A', 1; test_requires 'A', 2;");
  assert.equal(parsed.requirements.length, 3);
  assert.deepEqual(
    effectiveRequirements(parsed).map(({ phase, range }) => [phase, range]),
    [
      ['runtime', '1'],
      ['test', '2'],
    ],
  );
});

test('features and mirrors', () => {
  const { features, mirrors } = parseCpanfile(
    "mirror 'http://a/';\nfeature 'x', 'An x' => sub { }; feature y => sub {};",
  );
  assert.deepEqual(mirrors, ['http://a/']);
  assert.deepEqual(features, [
    { id: 'x', description: 'An x', line: 2 },
    { id: 'y', description: 'y', line: 2 },
  ]);
});

test('hostile cpanfiles end soon and tell so', () => {
  const cases: [name: string, text: string][] = [
    ['open braces', '{'.repeat(1_000_000)],
    ['open parentheses', `requires ${'('.repeat(1_000_000)}`],
    ['nested subs', 'on test => sub {'.repeat(100_000)],
    ['nested calls', "requires 'A', ".repeat(100_000)],
    ['one long line', `requires 'A', '${'1'.repeat(4_000_000)}';`],
    ['a long word', 'a'.repeat(4_000_000)],
    ['a long number', `requires 'A', ${'1.'.repeat(1_000_000)}`],
    ['open here-documents', '<<A '.repeat(100_000)],
    ['here-documents', `${'<<A;'.repeat(50_000)}\n${'A\n'.repeat(50_000)}`],
    ['blanks', `requires 'A'${' '.repeat(2_000_000)}${'\n'.repeat(1_000_000)}`],
    ['NULs', `requires 'A\0';${'\0'.repeat(rounds(100_000, 1_000_000))}`],
    ['statements', 'x;'.repeat(rounds(50_000, 500_000))],
    ['POD', '\n=a\n'.repeat(rounds(50_000, 500_000))],
    ['quotes', "q'".repeat(rounds(100_000, 1_000_000))],
    ['ranges', `requires 'A', '${'!= 1, '.repeat(150)}1';`.repeat(rounds(300, 3000))],
  ];
  const harmless = ['blanks', 'POD', 'ranges', 'here-documents'];
  for (const [name, text] of cases) {
    const { dynamic: found } = endsSoon(() => parseCpanfile(text), name);
    if (!harmless.includes(name)) assert.ok(found.length > 0, name);
  }
  assert.throws(() => parseCpanfile('#'.repeat(5_000_000), 'cpanfile'), {
    message: 'cpanfile:1: cpanfile of 5000000 characters, at most 4194304',
  });
});

const fragments = [
  "requires 'A::B'",
  ", '1.0'",
  ' => ',
  ';',
  '\n',
  'on test => sub {',
  '}',
  'feature x => sub {',
  '"',
  "'",
  'q{',
  '(',
  ')',
  '$x',
  '@y',
  'if ($] < 5)',
  '{',
  '# c\n',
  '<<X',
  '\nX\n',
  '\n=pod\n',
  '\n=cut\n',
  '/',
  's/',
  'y',
  '1.2.3',
  'v1',
  'qw(A 1)',
  '\\',
  '__END__',
  '\0',
  ',',
  'sub',
  'undef',
  '0x',
  '%',
  '&',
  '<',
  '->',
  'é',
  '\u2028',
];

test('no text makes the parser fail', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 5 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(texts, (parts) => {
      const { requirements } = parseCpanfile(parts.join(''));
      for (const { literals } of requirements)
        assert.ok((literals.module?.end ?? 0) <= parts.join('').length);
    }),
    { seed, numRuns: rounds(3000, 300_000) },
  );
});

const ORACLE = `
  use Module::CPANfile; use JSON::PP;
  my $json = JSON::PP->new->canonical->ascii;
  while (my $source = <STDIN>) {
    $source = $json->decode($source);
    my ($file, $text) = @$source;
    if (defined $text) { $file = "$ENV{TMPDIR}/cpansec-cpanfile-$$"; utf8::encode($text); open my $out, '>', $file or die; print $out $text; close $out }
    my $result = eval {
      my $cpanfile = Module::CPANfile->load($file);
      my %features = map { $_->identifier => [$_->description, $_->prereqs->as_string_hash] } $cpanfile->features;
      { prereqs => $cpanfile->prereq_specs, mirrors => $cpanfile->mirrors, features => \\%features };
    };
    unlink $file if defined $text;
    print $json->encode($result // { died => "$@" }), "\\n";
  }`;

interface Told {
  readonly died?: string;
  readonly prereqs: Prereqs;
  readonly mirrors: string[];
  readonly features: Record<string, [description: string, prereqs: Prereqs]>;
}
type Prereqs = Record<string, Record<string, Record<string, string>>>;

/** Each a path of a trusted cpanfile, or a text that this test made. perl runs them. */
function askModuleCpanfile(sources: readonly ([path: string] | [path: null, text: string])[]): Told[] {
  process.env.TMPDIR ??= '/tmp';
  const answers = askPerl(
    ORACLE,
    sources.map((source) => JSON.stringify(source)),
  );
  return answers.map((line) => JSON.parse(line) as Told);
}

/** What Module::CPANfile makes of the same calls. */
function told(parsed: Cpanfile): Told {
  const result = { prereqs: {} as Prereqs, mirrors: [...parsed.mirrors], features: {} as Told['features'] };
  for (const { id, description } of parsed.features) result.features[id] = [description, {}];
  for (const { feature, phase, relationship, module, range } of effectiveRequirements(parsed)) {
    const prereqs = feature === null ? result.prereqs : (result.features[feature]?.[1] ?? {});
    prereqs[phase] ??= {};
    prereqs[phase][relationship] ??= {};
    prereqs[phase][relationship][module] = range;
  }
  return result;
}

/** Ranges of older CPAN::Meta::Requirements in today's canonical form: 2.140 keeps ">= 0". */
function canonical(answer: Told): Told {
  return JSON.parse(JSON.stringify(answer), (_key, value) =>
    typeof value === 'string' && /^>= 0,/.test(value) ? parseRequirement(value).canonical : value,
  ) as Told;
}

test('trusted static cpanfiles read as Module::CPANfile runs them', {
  skip: withoutPerl('Module::CPANfile', 'JSON::PP') || withoutShared('cpanfiles'),
}, () => {
  const samples = readdirSync(sharedPath('metadata/meta-samples')).map(
    (name) => `metadata/meta-samples/${name}/cpanfile`,
  );
  const paths = [...readdirSync(sharedPath('cpanfiles')).map((name) => `cpanfiles/${name}`), ...samples];
  const present = paths.filter((path) => withoutShared(path) === false);
  const answers = askModuleCpanfile(present.map((path) => [sharedPath(path)]));
  const differ = new Set<string>();
  for (const [i, path] of present.entries()) {
    const parsed = parseCpanfile(sharedText(path));
    const answer = answers[i];
    assert.ok(answer !== undefined);
    if (parsed.dynamic.length > 0) differ.add(path.replace(/.*\//, ''));
    else assert.deepEqual(told(parsed), canonical(answer), path);
  }
  assert.deepEqual([...differ], ['cpanm-bad.cpanfile', 'fixmystreet.cpanfile', 'rt.cpanfile']);
});

test('random static cpanfiles read as Module::CPANfile runs them', {
  skip: withoutPerl('Module::CPANfile', 'JSON::PP'),
}, () => {
  const texts = fc.sample(staticCpanfile, { seed, numRuns: rounds(300, 20_000) });
  const answers = askModuleCpanfile(texts.map((text) => [null, text]));
  for (const [i, text] of texts.entries()) {
    const parsed = parseCpanfile(text);
    const answer = answers[i];
    assert.ok(answer !== undefined);
    assert.deepEqual(parsed.dynamic, [], text);
    assert.equal(answer.died, undefined, text);
    assert.deepEqual(told(parsed), canonical(answer), text);
  }
});

const space = fc.constantFrom(' ', '  ', '\n', ' # a comment; requires "No";\n', '\t');
const comma = fc.constantFrom(', ', ',', ' => ', ',\n  ', ', , ');
const moduleName = fc.constantFrom('A', 'Foo::Bar', 'DBI', 'perl', 'X_1::y2', "Old'Name");
const version = fc.constantFrom(
  '0',
  '1.0',
  '1.20',
  '0.001_002',
  'v1.2.3',
  '1.2.3',
  '>= 1.0',
  '== 2.5',
  '>= 1, < 3',
  '> 0.5, != 0.7',
  '<= 9',
  '!= 3',
);
const bareNumber = fc.constantFrom(
  '0',
  '1',
  '1.20',
  '5.010',
  '.25',
  '1_000',
  '1e2',
  '0x1F',
  '0b101',
  '017',
  '5.36.0',
  'v1.2',
  '3.',
  '0.00012',
  '123456789.125',
);

function quoted(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const single = (value: string): string => `'${value.replace(/['\\]/g, '\\$&')}'`;
  return fc.tuple(text, fc.nat(6)).map(([value, how]) => {
    if (how === 0) return `"${value}"`;
    if (how === 1) return `q{${value}}`;
    if (how === 2) return `qq(${value})`;
    if (how === 3) return `q[${value}]`;
    return single(value);
  });
}

const range = fc.oneof(quoted(version), bareNumber, fc.constant('undef'), fc.constant("''"));
const options = fc.constantFrom('', ", dist => 'ME/A-1.tar.gz'", ", git => 'x', ref => 'y'");
const argumentsOf = fc
  .tuple(quoted(moduleName), fc.option(fc.tuple(comma, range)), options, fc.constantFrom('', ','))
  .map(([module, after, more, end]) => `${module}${after === null ? '' : after.join('')}${more}${end}`);
const verb = fc.constantFrom(
  'requires',
  'recommends',
  'suggests',
  'conflicts',
  'test_requires',
  'configure_requires',
  'build_requires',
  'author_requires',
);
const call = fc
  .tuple(verb, space, argumentsOf, fc.boolean(), space)
  .map(([name, blank, list, parens, after]) =>
    parens ? `${name}(${list})${after}` : `${name}${blank}${list}${after}`,
  );
const other = fc.constantFrom(
  "mirror 'http://m/'",
  'use strict',
  '1',
  '',
  "\n\n=pod\n\nrequires 'Pod';\n\n=cut\n\n",
  '{ requires "In" }',
);
const plain = fc
  .array(fc.oneof({ weight: 5, arbitrary: call }, other), { maxLength: 6 })
  .map((list) => list.join(';\n'));
const phase = fc.constantFrom("'test'", "'develop'", '"runtime"', "'x_own'", "'nonsense'");
const onBlock = fc
  .tuple(phase, comma, plain)
  .map(([name, between, body]) => `on ${name}${between.replace(', , ', ',')}sub {\n${body}\n}`);
const body = fc.array(fc.oneof(plain, onBlock), { maxLength: 3 }).map((list) => list.join(';\n'));
const featureBlock = fc
  .tuple(fc.constantFrom("'x'", 'y', '"z:z"'), fc.constantFrom('', ", 'A description'"), body)
  .map(
    ([id, description, inside]) => `feature ${id === 'y' ? "'y'" : id}${description} => sub {\n${inside}\n}`,
  );
const staticCpanfile = fc
  .array(fc.oneof({ weight: 3, arbitrary: call }, other, onBlock, featureBlock), { maxLength: 10 })
  .map((list) => `${list.join(';\n')};\n`);
