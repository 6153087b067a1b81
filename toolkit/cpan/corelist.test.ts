import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { coreDistribution, coreModules, coreModuleVersion, corePerls, isDualLife } from './corelist.ts';
import { CORELIST } from './corelist-data.ts';
import { formatRow, parseRow } from './corelist-row.ts';

test('what comes with a perl', () => {
  const cases: [module: string, perl: string, version: string | null][] = [
    ['HTTP::Tiny', '5.036000', '0.080'],
    ['HTTP::Tiny', 'v5.36.0', '0.080'],
    ['HTTP::Tiny', '5.36.0', '0.080'],
    ['HTTP::Tiny', '5.036', '0.080'],
    ['HTTP::Tiny', '5.012005', null], // not yet
    ['CGI', '5.020003', '3.65'],
    ['CGI', '5.022000', null], // no longer
    ['Digest::SHA', '5.030003', '6.02'],
    ['unicore::Name', '5.036000', ''], // states no version
    ['Mojolicious', '5.036000', null],
    ['__proto__', '5.036000', null],
    ['HTTP::Tiny', '5.037001', null],
    ['HTTP::Tiny', '5.36', null],
    ['HTTP::Tiny', '5.36.0.1', null],
    ['HTTP::Tiny', 'five', null],
  ];
  for (const [module, perl, version] of cases)
    assert.equal(coreModuleVersion(module, perl), version, `${module} ${perl}`);
});

test('the perls that are in use are known', () => {
  const perls = corePerls();
  assert.deepEqual([...perls], [...perls].sort());
  for (const perl of [
    '5.008009',
    '5.016003',
    '5.026003',
    '5.032001',
    '5.034000',
    '5.036000',
    '5.038002',
    '5.040001',
  ])
    assert.ok(perls.includes(perl), perl);
  assert.equal(coreModules('5.039001'), null);
  assert.equal(coreModules(''), null);
});

test('the modules of a perl are all there, in order', () => {
  const modules = coreModules('5.36.0');
  assert.ok(modules !== null);
  assert.equal(modules.get('CPAN::Meta::YAML'), '0.018');
  assert.ok(modules.has('strict') && modules.has('unicore::Name') && !modules.has('CGI'));
  const names = [...modules.keys()];
  assert.deepEqual(names, names.toSorted());
});

test('the distribution that a core module is released in', () => {
  const cases: [module: string, distribution: string | null][] = [
    ['HTTP::Tiny', 'HTTP-Tiny'],
    ['Digest::SHA', 'Digest-SHA'],
    ['Digest::base', 'Digest'],
    ['Scalar::Util', 'Scalar-List-Utils'],
    ['List::Util::XS', 'Scalar-List-Utils'],
    ['Net::SMTP', 'libnet'],
    ['Net::Ping', 'Net-Ping'],
    ['Net::hostent', 'perl'],
    ['Cwd', 'PathTools'],
    ['File::Spec::Unix', 'PathTools'],
    ['Pod::Man', 'podlators'],
    ['Pod::Html', 'perl'],
    ['Encode::JP::H2Z', 'Encode'],
    ['encoding', 'Encode'],
    ['encoding::warnings', 'encoding-warnings'],
    ['Compress::Zlib', 'IO-Compress'],
    ['Compress::Raw::Zlib', 'Compress-Raw-Zlib'],
    ['IO::Uncompress::Gunzip', 'IO-Compress'],
    ['IO::Socket::IP', 'IO-Socket-IP'],
    ['IO::Socket::INET', 'IO'],
    ['TAP::Parser', 'Test-Harness'],
    ['Test', 'Test'],
    ['Test::More', 'Test-Simple'],
    ['Math::BigFloat', 'Math-BigInt'],
    ['Math::BigInt::FastCalc', 'Math-BigInt-FastCalc'],
    ['Math::BigInt::Trace', 'bignum'],
    ['CPAN::Meta::Prereqs', 'CPAN-Meta'],
    ['CPAN::Meta::Requirements', 'CPAN-Meta-Requirements'],
    ['CPAN::Version', 'CPAN'],
    ['threads::shared', 'threads-shared'],
    ['Filter::Util::Call', 'Filter'],
    ['Text::Wrap', 'Text-Tabs+Wrap'],
    ['version::regex', 'version'],
    ['fields', 'base'],
    ['strict', 'perl'],
    ['POSIX', 'perl'],
    ['Mojolicious', null],
    ['constructor', null],
  ];
  for (const [module, distribution] of cases) {
    assert.equal(coreDistribution(module), distribution, module);
    assert.equal(isDualLife(module), distribution !== null && distribution !== 'perl', module);
  }
});

test('the data file is as the script writes it', () => {
  const [, ...lines] = CORELIST.trim().split('\n');
  assert.deepEqual(lines, lines.toSorted());
  for (const line of lines) assert.equal(formatRow(parseRow(line, corePerls().length)), line);
});

test('what is written is read again', () => {
  const version = fc.option(fc.constantFrom('1.0', '1.01', '', '5.7_02'), { nil: null });
  const row = fc.record(
    {
      module: fc.constantFrom('Foo', 'Foo::Bar', 'strict'),
      distribution: fc.constantFrom('perl', 'Foo', 'Foo-Bar'),
      versions: fc.array(version, { minLength: 40, maxLength: 40 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(row, (each) => {
      assert.deepEqual(parseRow(formatRow(each), 40), each);
    }),
    { seed, numRuns: rounds(200, 10_000) },
  );
});

test("perl's own Module::CoreList says the same", { skip: withoutPerl('Module::CoreList') }, () => {
  const program = `while (<STDIN>) { chomp; my $core = $Module::CoreList::version{$_} or next;
    for my $module (sort keys %$core) { print "$_ $module ", $core->{$module} // '', "\\n" } }`;
  const lines = askPerl(program, corePerls(), '-MModule::CoreList');
  const theirs = new Map<string, string[]>();
  for (const line of lines) {
    const [perl = '', ...rest] = line.split(' ');
    theirs.set(perl, [...(theirs.get(perl) ?? []), rest.join(' ')]);
  }
  for (const [perl, modules] of theirs) {
    const ours = [...(coreModules(perl) ?? [])].map(([module, version]) => `${module} ${version}`);
    // a file that was listed under a wrong name until 2023
    const listed = modules.filter((line) => !line.startsWith('Pod::Functions::Functions '));
    const found = ours.filter((line) => !line.startsWith('Pod::Functions::Functions '));
    assert.deepEqual(found, listed, perl);
  }
});

test('a newer Module::CoreList says the same', {
  skip: withoutShared('metadata/corelist-subset.json'),
}, () => {
  const { versions } = sharedJson<{ versions: Record<string, { modules: Record<string, string | null> }> }>(
    'metadata/corelist-subset.json',
  );
  for (const [perl, { modules }] of Object.entries(versions)) {
    const theirs = Object.entries(modules).map(([module, version]) => [module, version ?? '']);
    assert.deepEqual(Object.fromEntries(coreModules(perl) ?? []), Object.fromEntries(theirs), perl);
  }
});

test('the advisories name the same distributions', { skip: withoutShared('cpansa') }, () => {
  const { module2dist } = sharedJson<{ module2dist: Record<string, string> }>(
    'cpansa/cpan-security-advisory.json',
  );
  let known = 0;
  for (const [module, distribution] of Object.entries(module2dist)) {
    const ours = coreDistribution(module);
    if (ours === null) continue;
    assert.equal(ours, distribution, module);
    known++;
  }
  assert.ok(known > 200);
});
