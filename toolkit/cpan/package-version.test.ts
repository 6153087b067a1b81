import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { rounds, seed, soaking } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { decodeLatin1 } from '../base/index.ts';
import type { CpanError } from './errors.ts';
import { packageVersion } from './package-version.ts';

/** The version that the line gives to the package before it, or why there is none. */
function versionOf(line: string): string {
  const { version, unreadable } = packageVersion(`package Foo;\n${line}\n1;\n`);
  return version ?? unreadable ?? 'none';
}

test('a module with its packages', () => {
  const text = `package Foo::Bar;
use strict;
our $VERSION = '1.10';
package Foo::Bar::Guts 2.5 { }
{ package Foo::Other; our $VERSION = 3; }
package # hide from PAUSE
  Foo::Hidden;
our $VERSION = '9';
$Foo::Named::VERSION = '4';
`;
  assert.deepEqual(packageVersion(text), {
    package: 'Foo::Bar',
    version: '1.10',
    packages: [
      { name: 'Foo::Bar', version: '1.10', declared: true, line: 1 },
      { name: 'Foo::Bar::Guts', version: '2.5', declared: true, line: 4 },
      { name: 'Foo::Other', version: '3', declared: true, line: 5 },
      { name: 'Foo::Named', version: '4', declared: false, line: 9 },
    ],
  });
});

test('the name of the file tells the main package', () => {
  const text = 'package Foo::Guts;\nour $VERSION = 1;\npackage Foo;\nour $VERSION = 2;\n';
  assert.equal(packageVersion(text).version, '1');
  assert.equal(packageVersion(text, 'lib/Foo.pm').version, '2');
  assert.equal(packageVersion(text, 'C:\\lib\\Foo.pm').version, '2');
  assert.equal(packageVersion(text, 'lib/Other.pm').package, null);
});

test('versions as people write them', () => {
  const cases: [line: string, version: string][] = [
    ["our $VERSION = '1.0';", '1.0'],
    ['our $VERSION = 1.10;', '1.1'],
    ['our $VERSION = 1.0_01;', '1.001'],
    ["our $VERSION = '1.00_01';", '1.00_01'],
    ['our $VERSION = 1e3;', '1000'],
    ['our $VERSION = 0.000001;', '0.000001'],
    ['our $VERSION = v1.2.3;', 'v1.2.3'],
    ['our $VERSION = 1.2.3;', 'v1.2.3'],
    ["our $VERSION = '1.2.3';", '1.2.3'],
    ["our $VERSION='1.5' # why\n;", '1.5'],
    ["our $VERSION\n  = '1.5';", '1.5'],
    ["our $VERSION =\n  '1.5';", '1.5'],
    ['our ($VERSION, @ISA) = ("1.5", "x");', '1.5'],
    ['my $VERSION = qq{1.5};', '1.5'],
    ['use vars qw($VERSION); $VERSION = q(1.5);', '1.5'],
    ["$VERSION = $VERSION = '1.5';", '1.5'],
    ["$Foo::VERSION = $Foo::VERSION = '1.5';", '1.5'],
    ["BEGIN { $Foo::VERSION = '1.5' }", '1.5'],
    ["*VERSION = \\'1.5';", '1.5'],
    ["our $VERSION ||= '1.5';", '1.5'],
    ["our $VERSION = '1.5' unless defined $Foo::VERSION;", '1.5'],
    ["our $VERSION = '1.' . 5;", '1.5'],
    ["our $VERSION = '1.05' + 0;", '1.05'],
    ["our $VERSION = join '.', 1, 5;", '1.5'],
    ["our $VERSION = sprintf '%.2f', 1.5;", '1.50'],
    ["our $VERSION = '1.00_01'; $VERSION = eval $VERSION;", '1.0001'],
    ["our $VERSION = '1.00_01'; $VERSION =~ tr/_//d;", '1.0001'],
    ["our $VERSION = '1.00_01'; $VERSION =~ s/_//g;", '1.0001'],
    ["our $VERSION = '1.5'; our $XS_VERSION = $VERSION; $VERSION = eval $VERSION;", '1.5'],
    ["our $VERSION = eval { '1.5' };", '1.5'],
    ["use version; our $VERSION = qv('1.2');", 'v1.2'],
    ["our $VERSION = version->declare('1.2.3');", '1.2.3'],
    ["our $VERSION = 'version'->new('1.5');", '1.5'],
    ["our $VERSION = version->declare('v1.2.3')->numify;", '1.002003'],
    ["our $VERSION = version->parse('1.2')->normal;", 'v1.200.0'],
    ['our $VERSION = sprintf "%d.%03d", q$Revision: 1.5 $ =~ /(\\d+)\\.(\\d+)/;', '1.005'],
    ['our $VERSION = do { my @r = (q$Revision: 1.9 $ =~ /\\d+/g); sprintf "%d."."%02d" x $#r, @r };', '1.09'],
    ['our $VERSION = (qw$Revision: 1.5 $)[1];', '1.5'],
    ['our $VERSION = substr q$Revision: 1.5 $, 10;', '1.5'],
    ["our ($VERSION) = '$Revision: 1.5 $' =~ m{ \\$Revision: \\s+ (\\S+) }x;", '1.5'],
    ['($VERSION) = q$Revision: 1.5 $ =~ /(\\S+)\\s*$/ or die;', '1.5'],
    ["our $VERSION = '1.23-alpha';", '1.23'],
    ["our $VERSION = '1.23_45_01';", '1.234501'],
    ["our $VERSION = '1.5 ';", '1.5'],
  ];
  for (const [line, version] of cases) assert.equal(versionOf(line), version, line);
});

test('versions that code computes are not guessed', () => {
  const cases: [line: string, reason: string][] = [
    ['our $VERSION = version();', 'computed by "version"'],
    ['our $VERSION = $Other::VERSION;', 'computed by "$Other::VERSION"'],
    ['our $VERSION = "1.$minor";', 'computed by "\\"1.$minor\\""'],
    ['our $VERSION = `git describe`;', 'computed by "`git describe`"'],
    ['our $VERSION = Other->VERSION;', 'computed by "Other"'],
    ["our $VERSION = '1.5' if $] > 5;", 'computed by "if"'],
    ["our $VERSION = $x ? '1' : '2';", 'computed by "$x"'],
    ["our $VERSION = '1.5'; $VERSION .= '_01';", 'computed by "$VERSION .="'],
    ["our $VERSION = '1.5'; $VERSION =~ s/(.)/$1$1/e;", 'computed by "s/(.)/$1$1/e"'],
    ["our $VERSION = 'x' x 10_000;", 'computed by "a text repeated 10000 times"'],
    ["our $VERSION = '$Revision: 1.5 $';", 'no version: "$Revision: 1.5 $"'],
    ["our $VERSION = '';", 'no version: ""'],
    ['our $VERSION = undef;', 'none'],
  ];
  for (const [line, reason] of cases) assert.equal(versionOf(line), reason, line);
});

test('what only looks like a version or a package is none', () => {
  const texts = [
    '# our $VERSION = 1;\n',
    '=head1 X\n\nour $VERSION = 1;\n\n=cut\n',
    '__END__\nour $VERSION = 1;\n',
    "print '$VERSION = 1';\n",
    'if ($VERSION == 1) { }\n',
    'die unless $VERSION =~ /1/;\n',
    'print <<EOT;\nour $VERSION = 1;\npackage Bar;\nEOT\n',
    "print <<~'EOT';\n  our $VERSION = 1;\n  EOT\n",
    'our $VERSION_DATE = 1;\n',
    '{ VERSION => 1 }\n',
  ];
  for (const text of texts) {
    const { version, packages } = packageVersion(`package Foo;\n${text}`);
    assert.deepEqual([version, packages.length], [null, 1], text);
  }
});

test('the first version of a package counts, and lines are counted past here-documents', () => {
  const text =
    'package A;\nprint <<X;\n1\n2\nX\npackage B;\nour $VERSION = 1;\nour $VERSION = 2;\n$A::VERSION = $B::VERSION;\n';
  assert.deepEqual(
    packageVersion(text).packages.map(({ name, version, line }) => [name, version, line]),
    [
      ['A', '1', 1],
      ['B', '1', 6],
    ],
  );
});

test('hostile sources end soon', () => {
  const texts = [
    'package a'.repeat(500_000),
    `package ${'a'.repeat(rounds(1_000_000, 5_000_000))};`,
    `package ${"a'".repeat(rounds(200_000, 2_000_000))} !`,
    `${'{;'.repeat(rounds(200_000, 2_000_000))}package Foo;`,
    `package${' '.repeat(rounds(1_000_000, 5_000_000))}Foo;`,
    'package #'.repeat(500_000),
    '$VERSION = '.repeat(500_000),
    '$VERSION = (\n'.repeat(200_000),
    `$VERSION = ${'('.repeat(1_000_000)}`,
    `${'$VERSION='.repeat(400)}\n`.repeat(300),
    '<<A\n'.repeat(rounds(200_000, 1_000_000)),
    Array.from({ length: rounds(50_000, 300_000) }, (_, i) => `<<A${i}\n`).join(''),
    Array.from(
      { length: 100_000 },
      (_, i) => `package A${i};\n$VERSION = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' =~ /.*.*.*.*x/;\n`,
    ).join(''),
    Array.from({ length: 200_000 }, (_, i) => `package A${i};\n`).join(''),
    '\n'.repeat(rounds(1_000_000, 5_000_000)),
    '=a\n'.repeat(1_000_000),
    '\0'.repeat(rounds(1_000_000, 5_000_000)),
    `$VERSION = '${'1'.repeat(rounds(1_000_000, 5_000_000))}';`,
    `$VERSION = ${'9'.repeat(rounds(1_000_000, 5_000_000))};`,
    '$VERSION = "'.repeat(300_000),
    '[[[['.repeat(500_000),
  ];
  for (const [i, text] of texts.entries()) {
    try {
      endsSoon(() => packageVersion(text), i);
    } catch (error) {
      assert.equal((error as CpanError).code, 'too-large');
    }
  }
  assert.throws(() => packageVersion(' '.repeat(70_000_000), 'Foo.pm'), {
    code: 'too-large',
    message: /^Foo\.pm:1: /,
  });
});

const fragments = [
  'package ',
  'Foo',
  '::',
  ';',
  '\n',
  '{',
  '}',
  'our ',
  '$VERSION',
  '$Foo::VERSION',
  ' = ',
  "'1.0'",
  '1.2.3',
  'qv(',
  ')',
  'version->declare(',
  'sprintf',
  ' "%d.%02d"',
  ',',
  '=~',
  '/(\\d+)/',
  'q$Revision: 1.5 $',
  'do {',
  'my @r',
  '$#r',
  '[1]',
  'eval ',
  '.',
  ' x ',
  'unless',
  '<<X',
  '\nX\n',
  '\n=pod\n',
  '\n=cut\n',
  '#',
  '\\',
  '\0',
  '__END__',
  '"',
  'undef',
  '||',
  '->numify',
  'substr',
  'join',
];

test('no text makes it fail', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 3 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(texts, (parts) => {
      packageVersion(parts.join(''));
    }),
    { seed, numRuns: rounds(3000, 300_000) },
  );
});

const ORACLE = `
  use Module::Metadata; use JSON::PP; $SIG{__WARN__} = sub {};
  open my $out, '>&', \\*STDOUT; my $json = JSON::PP->new->ascii->allow_nonref;
  while (my $source = <STDIN>) {
    my ($file, $text) = @{$json->decode($source)};
    my $meta = eval { local *STDOUT;
      if (defined $text) { open my $in, '<', \\$text; Module::Metadata->new_from_handle($in, $file) }
      else { Module::Metadata->new_from_file($file) } };
    my $version = $meta && $meta->version;
    print $out $json->encode($meta ? [$meta->name, defined $version ? "$version" : undef] : ["died: $@"]), "\\n";
  }`;

type Told = [name: string | null, version?: string | null];

/** Files that are installed here, or texts that this test made: Module::Metadata runs their version lines. */
function askModuleMetadata(sources: readonly [file: string, text?: string][]): Told[] {
  return askPerl(
    ORACLE,
    sources.map((source) => JSON.stringify(source)),
  ).map((line) => JSON.parse(line) as Told);
}

test('lines of random constants read as Module::Metadata runs them', {
  skip: withoutPerl('Module::Metadata', 'JSON::PP'),
}, () => {
  const digits = fc.stringMatching(/^\d{1,4}$/);
  const literal = fc.oneof(
    fc.tuple(digits, digits).map(([a, b]) => `${Number(a)}.${b}`),
    fc.tuple(digits, digits).map(([a, b]) => `${Number(a)}.${b}_${b}`),
    fc.tuple(digits, digits, digits).map(([a, b, c]) => `v${a}.${b}.${c}`),
    digits.map((a) => String(Number(a))),
  );
  const quotedText = fc.tuple(literal, fc.constantFrom('', '', '-TRIAL', 'b', ' ')).map(([a, b]) => a + b);
  const value = fc.oneof(
    literal.filter((given) => !/_0*\d*$/.test(given) || !given.startsWith('v')),
    quotedText.map((given) => `'${given}'`),
    quotedText.map((given) => `"${given}"`),
    literal.map((given) => `qv('${given}')`),
    literal.map((given) => `version->declare("${given}")`),
    literal.map((given) => `version->new(q{${given}})->normal`),
    fc
      .tuple(digits, digits)
      .map(([a, b]) => `sprintf("%d.%03d", q$Revision: ${Number(a)}.${Number(b)} $ =~ /(\\d+)\\.(\\d+)/)`),
    fc
      .tuple(digits, digits)
      .map(([a, b]) => `do { my @r = (q$Revision: ${a}.${b} $ =~ /\\d+/g); sprintf "%d."."%02d" x $#r, @r }`),
    fc.tuple(digits, digits).map(([a, b]) => `(qw$Revision: ${Number(a)}.${b} $)[1]`),
    fc.tuple(digits, digits).map(([a, b]) => `'${Number(a)}' . '.' . ${Number(b)}`),
  );
  const head = fc.constantFrom(
    'our $VERSION = ',
    '$VERSION = ',
    '$Foo::VERSION = ',
    'use vars qw($VERSION); $VERSION=',
    'use version; our $VERSION   = ',
    '$VERSION = $VERSION = ',
    'our $VERSION = $Foo::VERSION = ',
  );
  const tail = fc.constantFrom(
    ';',
    ' ;',
    '; $VERSION = eval $VERSION;',
    '; $VERSION =~ tr/_//d;',
    '; # VERSION',
    ' unless defined $VERSION;',
  );
  const lines = fc.sample(
    fc.tuple(head, value, tail).map((parts) => parts.join('')),
    { seed, numRuns: rounds(1000, 50_000) },
  );
  const answers = askModuleMetadata(lines.map((line) => ['Foo.pm', `package Foo;\n${line}\n1;\n`]));
  let compared = 0;
  for (const [i, line] of lines.entries()) {
    const [name, version] = answers[i] ?? [null];
    if (/(?:TRIAL|b| )['"].*eval/.test(line)) continue; // that is arithmetic
    if (/[^'"({]v[\d.]+;.*(?:eval|tr)/.test(line)) continue; // that is upon the characters of a v-string
    if (name?.startsWith('died') === true || version === '0') continue; // 0 stands for what it could not read, too
    compared++;
    assert.equal(versionOf(line), version, line);
  }
  assert.ok(compared > lines.length * 0.8, `${compared} of ${lines.length}`);
});

test('installed modules read as Module::Metadata reads them', {
  skip: withoutPerl('Module::Metadata', 'JSON::PP', 'File::Find'),
}, () => {
  const find =
    'use File::Find; find({ no_chdir => 1, wanted => sub { print "$_\\n" if /\\.pm$/ && -f } }, grep { -d && $_ ne "." } @INC)';
  const all = [...new Set(askPerl(find, []))].filter((file) => file !== '').sort();
  const step = soaking ? 1 : Math.max(1, Math.floor(all.length / 400));
  const files = all.filter((_, i) => i % step === 0);
  const answers = askModuleMetadata(files.map((file) => [file]));
  const differences = { computed: 0, 'no version': 0, other: [] as string[] };
  for (const [i, file] of files.entries()) {
    const [name, version = null] = answers[i] ?? [null];
    const found = packageVersion(decodeLatin1(new Uint8Array(readFileSync(file))), file);
    if (name?.startsWith('died') === true) continue;
    if (found.version === version && found.package === name) continue;
    // What it cannot compute it takes for 0.
    if (version === '0' && found.unreadable?.startsWith('computed') === true) differences.computed++;
    else if (version === '0' && found.unreadable?.startsWith('no version') === true)
      differences['no version']++;
    else differences.other.push(`${file}: ${name} ${version}, here ${found.package} ${found.version}`);
  }
  assert.deepEqual(differences.other, []);
  assert.ok(differences.computed + differences['no version'] <= files.length / 50);
});
