import assert from 'node:assert/strict';
import test from 'node:test';
import { asked, component, declared, index, inventory, record } from '../../test/given.ts';
import { AdvisoryError, type AdvisoryIndex } from '../advisories/index.ts';
import type { Component, Inventory } from '../inventory/index.ts';
import { audit } from './audit.ts';
import { AuditError } from './errors.ts';
import type { AuditOptions } from './options.ts';
import type { AuditReport, Finding } from './report.ts';

const at = '2026-11-22T08:00:00Z';

function run(
  components: readonly Component[] | Inventory,
  known: AdvisoryIndex,
  options: Partial<AuditOptions> = {},
): AuditReport {
  const given = 'components' in components ? components : inventory(components);
  return audit(given, known, { at, ...options });
}

/** `DBI 1.6 CPANSA-DBI-2020-01`, or with the reason in front for what is unknown. */
function told({ unknown, distribution, advisory }: Finding): string {
  const parts = [unknown?.reason, distribution?.name, distribution?.version, advisory?.id];
  return parts.filter((part) => part !== undefined && part !== null).join(' ');
}

function findings(...given: Parameters<typeof run>): string[] {
  return run(...given).findings.map(told);
}

const DBI = record('CPANSA-DBI-2020-01', [{ ranges: ['<1.643'], fixed: ['>=1.643'] }], {
  aliases: ['CVE-2020-14392'],
  severity: { rating: 'high' },
});
const RELEASES = { DBI: ['1.640', '1.641', '1.642', '1.643', '1.644'] };

test('a report: what was found, what was clean, and the numbers', () => {
  const report = run(
    inventory([component('DBI@1.642'), component('Try-Tiny@0.31')], { subject: 'shop' }),
    index([DBI], { releases: RELEASES }),
    { origin: 'advisories.idx' },
  );
  assert.deepEqual(report, {
    schema: 'cpansec-report/1',
    subject: 'shop',
    at,
    index: {
      serial: 7,
      built: '2026-11-01T00:00:00Z',
      advisories: 1,
      coverage: 'complete',
      origin: 'advisories.idx',
    },
    summary: {
      components: 2,
      malicious: 0,
      vulnerable: 1,
      unknown: 0,
      clean: 1,
      suppressed: 0,
      fixable: 1,
      byRating: { critical: 0, high: 1, medium: 0, low: 0, unrated: 0 },
    },
    findings: [
      {
        status: 'vulnerable',
        distribution: { name: 'DBI', version: '1.642', module: 'DBI', purl: 'pkg:cpan/DBI@1.642' },
        advisory: {
          id: 'CPANSA-DBI-2020-01',
          aliases: ['CVE-2020-14392'],
          summary: 'something is wrong in DBI',
          rating: 'high',
          reported: '2020-01-01',
          affected: ['<1.643'],
          fixed: ['>=1.643'],
          cause: { kind: 'own' },
          url: null,
        },
        places: [{ file: 'cpanfile.snapshot', line: 3 }],
        paths: [],
        pathCount: 0,
        core: false,
        fix: {
          kind: 'upgrade',
          version: '1.643',
          lowestSafe: '1.643',
          newest: '1.644',
          patch: null,
          command: 'cpanm DBI@1.643',
        },
      },
    ],
    clean: [{ name: 'Try-Tiny', version: '0.31', why: 'absent' }],
    suppressed: [],
    notes: [],
  });
});

// A version.

const ROWS = record('CPANSA-Foo-2024-01', [
  { ranges: ['<=1.0'], fixed: ['>0.9'] },
  { ranges: ['==1.5'] },
  { ranges: ['>=2,<3', '>=4,<5'], fixed: ['>=2.5,<3'] },
]);
const versions: [version: string, affected: boolean, why: string][] = [
  ['0.5', true, 'in the first row'],
  ['0.95', false, 'in the first row, and fixed there'],
  ['1.5', true, "the first row's fixed versions do not repair the second"],
  ['1.50', true, 'equal as versions'],
  ['2.2', true, 'in the third row'],
  ['2.5', false, 'fixed on its branch'],
  ['4.5', true, 'in the second range'],
  ['v4.500.0', true, 'the same version, dotted'],
  ['5', false, 'after all'],
  ['2.2-TRIAL', true, 'a trial of 2.2 is 2.2'],
  ['2.2-TRIAL3', true, 'whichever trial'],
];
for (const [version, affected, why] of versions) {
  test(`Foo ${version} is ${affected ? 'vulnerable' : 'clean'}: ${why}`, () => {
    const report = run([component(`Foo@${version}`)], index([ROWS]));
    assert.deepEqual(report.findings.map(told), affected ? [`Foo ${version} CPANSA-Foo-2024-01`] : []);
    assert.deepEqual(report.clean, affected ? [] : [{ name: 'Foo', version, why: 'judged' }]);
  });
}

test('rows of one id are one finding, made of the rows that hit', () => {
  const twice = record('CPANSA-Foo-2024-02', [
    { ranges: ['<2'], fixed: ['>=2'], cause: { kind: 'embedded', library: 'zlib' } },
    { ranges: ['>0', '<1.5'], fixed: ['>=2', '>=1.9,<2'] },
    { ranges: ['<1'], fixed: ['>=1'] },
  ]);
  const [finding, ...others] = run([component('Foo@1.8')], index([twice])).findings;
  assert.deepEqual(others, []);
  assert.deepEqual(finding?.advisory?.affected, ['<2', '>0']);
  assert.deepEqual(finding?.advisory?.fixed, ['>=2', '>=1.9,<2']);
  assert.deepEqual(finding?.advisory?.cause, { kind: 'own' });
});

test('two versions of one distribution in two places are two findings', () => {
  const components = [component('DBI@1.640'), component('DBI@1.642', { key: 'DBI@1.642#2' })];
  assert.deepEqual(findings(components, index([DBI])), [
    'DBI 1.640 CPANSA-DBI-2020-01',
    'DBI 1.642 CPANSA-DBI-2020-01',
  ]);
});

// What cannot be told.

test('without a version, a distribution with advisories is unknown, and they are named', () => {
  const more = record('CPANSA-DBI-2021-01', [{ ranges: ['<1.5'] }]);
  const nothing = component('DBI', { version: null, unversioned: 'absent', presence: 'listed' });
  const [finding, ...others] = run([nothing], index([DBI, more])).findings;
  assert.deepEqual(others, []);
  assert.equal(finding?.advisory, null);
  assert.deepEqual(finding?.unknown, {
    reason: 'version-absent',
    text: 'it says no version; 2 advisories could apply: CPANSA-DBI-2020-01, CPANSA-DBI-2021-01',
  });
});

const unknowns: [what: string, Component, string[]][] = [
  ['an unreadable version', component('DBI@1.6beta3'), ['version-unreadable DBI 1.6beta3']],
  [
    'a version that the inventory could not read',
    component('DBI', { version: null, unversioned: 'unreadable' }),
    ['version-unreadable DBI'],
  ],
  ['an unreadable version of something without advisories', component('Try-Tiny@beta'), []],
  ['no version of something without advisories', component('Try-Tiny', { version: null }), []],
];
for (const [what, given, expected] of unknowns) {
  test(`${what}: ${expected[0] ?? 'clean'}`, () =>
    assert.deepEqual(findings([given], index([DBI])), expected));
}

test('a range that does not parse is unknown, unless another one decides', () => {
  const odd = index([
    record('CPANSA-A-2020-01', [{ ranges: ['<2 or so'] }]),
    record('CPANSA-B-2020-01', [{ ranges: ['<2 or so', '<1'] }]),
    record('CPANSA-C-2020-01', [{ ranges: ['<2'], fixed: ['the next one'] }]),
    record('CPANSA-D-2020-01', [{ ranges: ['<2 or so'] }, { ranges: ['<1'] }]),
    record('CPANSA-E-2020-01', [{ ranges: [] }]),
  ]);
  const components = ['A@0.5', 'B@0.5', 'B@3', 'C@0.5', 'C@3', 'D@0.5', 'E@1'].map((name) => component(name));
  assert.deepEqual(findings(components, odd), [
    'B 0.5 CPANSA-B-2020-01',
    'D 0.5 CPANSA-D-2020-01',
    'range-unreadable A 0.5 CPANSA-A-2020-01',
    'range-unreadable B 3 CPANSA-B-2020-01',
    'range-unreadable C 0.5 CPANSA-C-2020-01',
    'range-unreadable E 1 CPANSA-E-2020-01',
  ]);
});

test('what the inventory could not examine is unknown, each piece of it', () => {
  const given = inventory([], {
    unexamined: [
      { kind: 'dynamic', place: { file: 'cpanfile', line: 4 }, reason: 'code (if $^O eq …)' },
      { kind: 'unsupported', place: { file: 'bom.xml' }, reason: 'no reader for XML' },
      { kind: 'unreadable', place: { file: 'META.json' }, reason: 'permission denied' },
      { kind: 'unnamed', place: { file: 'bom.json', path: 'components[3]' }, reason: 'no name' },
    ],
  });
  const report = run(given, index([]));
  assert.deepEqual(
    report.findings.map(({ unknown, places }) => [unknown?.reason, unknown?.text, places[0]?.file]),
    [
      ['unreadable', 'permission denied', 'META.json'],
      ['unnamed', 'no name', 'bom.json'],
      ['unreadable', 'no reader for XML', 'bom.xml'],
      ['dynamic', 'code (if $^O eq …)', 'cpanfile'],
    ],
  );
  assert.equal(report.summary.components, 0);
  assert.equal(report.summary.unknown, 4);
});

test('damage where one distribution is read makes that one unknown', () => {
  const whole = index([DBI, record('CPANSA-Foo-2020-01', [{ ranges: ['<2'] }])]);
  const torn: AdvisoryIndex = {
    ...facade(whole),
    distribution(name) {
      if (name === 'DBI') throw new AdvisoryError('index-damaged', 'block advisories at 512: digest differs');
      return whole.distribution(name);
    },
    distributionOf(module) {
      if (module === 'LWP') throw new AdvisoryError('index-damaged', 'block modules at 64: digest differs');
      return whole.distributionOf(module);
    },
  };
  const components = [
    component('DBI@1.642'),
    component('Foo@1'),
    component('LWP', { distribution: null, module: 'LWP', version: '6', presence: 'installed' }),
  ];
  assert.deepEqual(findings(components, torn), [
    'Foo 1 CPANSA-Foo-2020-01',
    'index-damaged DBI 1.642',
    'index-damaged LWP 6',
  ]);
});

function facade(whole: AdvisoryIndex): AdvisoryIndex {
  return {
    header: whole.header,
    distribution: (name) => whole.distribution(name),
    distributionOf: (module) => whole.distributionOf(module),
    covers: (name) => whole.covers(name),
    find: (id) => whole.find(id),
    records: () => whole.records(),
    verify: () => whole.verify(),
  };
}

// Coverage.

test('a partial index is silent about what it does not cover', () => {
  const partial = index([DBI], { covers: ['DBI', 'Try-Tiny'], modules: { 'DBD::Gofer': 'DBI' } });
  const components = [
    component('DBI@1.644'),
    component('Try-Tiny@0.31'),
    component('Moose@2.2'),
    component('Foo::Bar', { distribution: null, module: 'Foo::Bar', version: '1', presence: 'installed' }),
  ];
  const report = run(components, partial);
  assert.deepEqual(report.findings.map(told), ['not-covered Foo::Bar 1', 'not-covered Moose 2.2']);
  assert.deepEqual(report.clean, [
    { name: 'DBI', version: '1.644', why: 'judged' },
    { name: 'Try-Tiny', version: '0.31', why: 'absent' },
  ]);
  assert.deepEqual(report.index.coverage, 'partial');
  assert.equal(report.index.distributions, 2);
});

test('a distribution that a partial index knows and does not cover is vulnerable or unknown, never clean', () => {
  const partial = index([DBI], { covers: [] });
  assert.deepEqual(findings([component('DBI@1.642')], partial), ['DBI 1.642 CPANSA-DBI-2020-01']);
  assert.deepEqual(findings([component('DBI@1.643')], partial), ['not-covered DBI 1.643']);
});

test('"not on CPAN" is said only when CPAN’s list was given', () => {
  const components = [component('My-Shop@1'), component('Try-Tiny@0.31'), component('DBI@1.644')];
  const listed = new Set(['Try-Tiny', 'DBI']);
  const packages = { pathOf: () => null, has: (name: string) => listed.has(name) };
  const why = (options: Partial<AuditOptions>): string[] =>
    run(components, index([DBI]), options).clean.map((entry) => entry.why);
  assert.deepEqual(why({}), ['judged', 'absent', 'absent']);
  assert.deepEqual(why({ packages }), ['judged', 'not-on-cpan', 'absent']);
});

// Modules and installed trees.

const LWP = record('CPANSA-libwww-perl-2011-01', [{ ranges: ['<6.00'] }]);
const lwp = index([LWP, DBI], {
  mainModules: { 'libwww-perl': 'LWP' },
  modules: { 'LWP::UserAgent': 'libwww-perl', 'LWP::Simple': 'libwww-perl' },
});

function installed(module: string, version: string | null, more: Partial<Component> = {}): Component {
  const file = `/usr/share/perl5/${module.replaceAll('::', '/')}.pm`;
  return component(module, {
    distribution: null,
    module,
    version,
    presence: 'installed',
    places: [{ file }],
    ...(version === null ? { unversioned: 'absent' as const } : {}),
    ...more,
  });
}

test('modules of one distribution in one tree are one, in the main module’s version', () => {
  const report = run(
    [installed('LWP::UserAgent', '5.8'), installed('LWP', '5.837'), installed('LWP::Simple', '6.1')],
    lwp,
  );
  assert.deepEqual(report.findings.map(told), ['libwww-perl 5.837 CPANSA-libwww-perl-2011-01']);
  assert.equal(report.summary.components, 1);
  assert.deepEqual(report.findings[0]?.places[0], { file: '/usr/share/perl5/LWP.pm' });
  assert.equal(report.findings[0]?.distribution?.module, 'LWP');
});

test('without the main module, versions that agree are the distribution’s', () => {
  const agree = [installed('LWP::UserAgent', '5.8'), installed('LWP::Simple', '5.8')];
  assert.deepEqual(findings(agree, lwp), ['libwww-perl 5.8 CPANSA-libwww-perl-2011-01']);
  const differ = [installed('LWP::UserAgent', '5.8'), installed('LWP::Simple', '5.9')];
  const [finding] = run(differ, lwp).findings;
  assert.equal(finding?.unknown?.reason, 'version-unreadable');
  assert.match(finding?.unknown?.text ?? '', /LWP::Simple 5\.9, LWP::UserAgent 5\.8/);
});

test('the same distribution in two trees is two', () => {
  const other = installed('LWP', '5.9', { key: 'LWP#2', places: [{ file: '/opt/lib/LWP.pm' }] });
  assert.deepEqual(findings([installed('LWP', '5.8'), other], lwp), [
    'libwww-perl 5.8 CPANSA-libwww-perl-2011-01',
    'libwww-perl 5.9 CPANSA-libwww-perl-2011-01',
  ]);
});

test('what names its distribution speaks for the modules of its tree', () => {
  const named = component('libwww-perl@6.05', { presence: 'installed', tree: '/usr/share/perl5' });
  const stray = installed('LWP', '5.8', { tree: '/usr/share/perl5' });
  const report = run([named, stray], lwp);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.clean, [{ name: 'libwww-perl', version: '6.05', why: 'judged' }]);
});

test('a module that the index does not know is looked up by custom, in a complete index only', () => {
  const custom = (covers?: string[]): AdvisoryIndex =>
    index([record('CPANSA-Foo-Bar-2020-01', [{ ranges: ['<2'] }])], {
      mainModules: { 'Foo-Bar': 'Foo::Bar::Main' },
      ...(covers === undefined ? {} : { covers }),
    });
  assert.deepEqual(findings([installed('Foo::Bar', '1')], custom()), ['Foo-Bar 1 CPANSA-Foo-Bar-2020-01']);
  assert.deepEqual(findings([installed('Foo::Bar', '1')], custom(['Foo-Bar'])), ['not-covered Foo::Bar 1']);
});

test('a module is found by CPAN’s list as well', () => {
  const packages = { pathOf: (): string => 'G/GA/GAAS/libwww-perl-6.05.tar.gz', has: (): boolean => true };
  const found = findings([installed('LWP::Odd', '5.8')], lwp, { packages });
  assert.deepEqual(found, ['libwww-perl 5.8 CPANSA-libwww-perl-2011-01']);
});

test('a file that perl does not load because of another one does not count', () => {
  const old = installed('LWP', '5.8', { presence: 'core', shadowedBy: '/usr/local/share/perl/LWP.pm' });
  const report = run([old], lwp);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.suppressed[0]?.by, {
    kind: 'shadowed',
    place: { file: '/usr/local/share/perl/LWP.pm' },
  });
});

// Requirements.

const requirements: [range: string, expected: string[]][] = [
  ['0', ['not-pinned DBI CPANSA-DBI-2020-01']],
  ['1.6', ['not-pinned DBI CPANSA-DBI-2020-01']],
  ['1.643', []],
  ['>= 1.642, != 1.642', ['not-pinned DBI CPANSA-DBI-2020-01']],
  ['> 1.643', []],
  ['>= 1.7, < 2', []],
  ['< 1.643', ['not-pinned DBI CPANSA-DBI-2020-01']],
  ['== 1.642', ['DBI 1.642 CPANSA-DBI-2020-01']],
  ['== 1.643', []],
  ['nonsense', ['not-pinned DBI CPANSA-DBI-2020-01']],
];
for (const [range, expected] of requirements) {
  test(`a requirement on DBI ${range}: ${expected[0] ?? 'clean'}`, () => {
    assert.deepEqual(findings([declared('DBI', range)], index([DBI])), expected);
  });
}

test('what is not pinned is unknown once for each advisory it admits', () => {
  const records = [DBI, record('CPANSA-DBI-2014-01', [{ ranges: ['<1.632'] }, { ranges: ['==1.633'] }])];
  const report = run([declared('DBI', '1.630')], index(records, { releases: RELEASES }));
  assert.deepEqual(report.findings.map(told), [
    'not-pinned DBI CPANSA-DBI-2014-01',
    'not-pinned DBI CPANSA-DBI-2020-01',
  ]);
  assert.equal(report.findings[0]?.distribution?.requirement, '1.630');
  assert.deepEqual(findings([declared('DBI', '1.6335')], index(records)), [
    'not-pinned DBI CPANSA-DBI-2020-01',
  ]);
});

test('requirements on modules of one distribution are one component', () => {
  const components = [declared('LWP::UserAgent', '6.00'), declared('LWP', '6.00')];
  const report = run(components, lwp);
  assert.equal(report.summary.components, 1);
  assert.deepEqual(report.clean, [{ name: 'libwww-perl', version: null, why: 'judged' }]);
});

test('only the main module’s range speaks of the distribution’s version', () => {
  assert.deepEqual(findings([declared('LWP::UserAgent', '6.00')], lwp), [
    'not-pinned libwww-perl CPANSA-libwww-perl-2011-01',
  ]);
});

test('what runtime requires holds everywhere; what only tests require does not', () => {
  const both = (phase: string): Component =>
    declared('DBI', '1.650', {
      asked: [asked('DBI', '1.600'), asked('DBI', '1.650', { phase })],
    });
  assert.deepEqual(findings([both('runtime')], index([DBI])), []);
  assert.deepEqual(findings([both('test')], index([DBI])), ['not-pinned DBI CPANSA-DBI-2020-01']);
});

// perl.

const PERL = record('CPANSA-perl-2023-01', [
  { distribution: 'perl', ranges: ['<5.34.2', '>=5.36.0,<5.36.3', '==5.38.0'], fixed: ['>=5.38.1'] },
]);
const perls = [
  '5.034000',
  '5.034002',
  '5.034003',
  '5.036000',
  '5.036003',
  '5.037001',
  '5.038001',
  '5.038002',
];
const withPerl = index([PERL], {
  releases: { perl: perls },
  modules: { strict: 'perl', 'B::Deparse': 'perl' },
});
const project = { inputs: [{ kind: 'cpanfile', path: 'cpanfile' }] } as const;

test('without perl’s version, perl and its modules are a note and no finding', () => {
  const report = run(inventory([declared('strict', '0'), declared('B::Deparse', '1.2')], project), withPerl);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.notes, [
    {
      code: 'perl-unknown',
      text: 'perl and 2 core modules not judged: the version of perl is not known, --perl-version tells it',
    },
  ]);
  assert.equal(report.summary.components, 0);
});

test('a partial index need not know what comes with perl only', () => {
  const partial = index([DBI], { covers: ['DBI'] });
  const report = run(inventory([declared('strict', '0'), declared('Carp', '1.2')], project), partial);
  assert.deepEqual(report.findings.map(told), ['not-covered Carp']);
  assert.equal(report.notes[0]?.code, 'perl-unknown');
});

test('with it, they are perl', () => {
  const given = inventory([declared('strict', '0'), declared('B::Deparse', '1.2')], project);
  const report = run(given, withPerl, { perlVersion: '5.36.0' });
  assert.deepEqual(report.findings.map(told), ['perl 5.36.0 CPANSA-perl-2023-01']);
  assert.equal(report.findings[0]?.core, true);
  assert.deepEqual(report.notes, []);
  assert.equal(report.summary.components, 1);
});

test('a perl whose modules no list tells is judged, and a note says that they are not', () => {
  const given = inventory([], { ...project, perl: { version: '5.39.5', place: { file: '--perl-version' } } });
  assert.deepEqual(
    run(given, withPerl).notes.map(({ code }) => code),
    ['core-unknown'],
  );
});

test('perl’s fix is on its branch, no development series, and no command of a CPAN client', () => {
  const [finding] = run(inventory([]), withPerl, { perlVersion: 'v5.36.0' }).findings;
  assert.deepEqual(finding?.fix, {
    kind: 'upgrade',
    version: '5.036003',
    lowestSafe: '5.036003',
    newest: '5.038002',
    patch: null,
    command: null,
  });
});

const spelled: [version: string, found: boolean][] = [
  ['5.36.0', true],
  ['v5.36.1', true],
  ['5.036002', true],
  ['5.36', true],
  ['5.38', true],
  ['5.38.1', false],
];
for (const [perlVersion, found] of spelled) {
  test(`--perl-version ${perlVersion} is ${found ? 'vulnerable' : 'clean'}`, () => {
    assert.equal(run(inventory([]), withPerl, { perlVersion }).findings.length, found ? 1 : 0);
  });
}

test('the perl that the inventory found is judged, once', () => {
  const perl = { version: 'v5.36.0', place: { file: '/usr/bin/perl' } };
  const own = component('perl@v5.36.0', { presence: 'core', places: [{ file: '/usr/bin/perl' }] });
  for (const components of [[], [own]]) {
    const report = run(inventory(components, { perl }), withPerl);
    assert.deepEqual(report.findings.map(told), ['perl v5.36.0 CPANSA-perl-2023-01']);
    assert.deepEqual(report.findings[0]?.places, [{ file: '/usr/bin/perl' }]);
  }
});

test('who asks for perl by name gets an answer', () => {
  const named = component('perl', { version: null, unversioned: 'absent', presence: 'listed' });
  assert.deepEqual(findings([named], withPerl), ['perl-unknown perl']);
});

test('a core module without a version is set aside when perl is not known', () => {
  const core = installed('DBI', null, { presence: 'core' });
  const report = run(inventory([core], project), index([DBI]));
  assert.deepEqual([report.findings.length, report.notes.length], [0, 1]);
});

// Why, and what ends it.

test('a finding says why it is there', () => {
  const components = [
    component('Shop-Web@1', { asked: [asked('Shop::Web')], requires: ['DBIx-Class@0.08', 'Moo@2'] }),
    component('DBIx-Class@0.08', { requires: ['DBI@1.642'] }),
    component('DBI@1.642', { requires: ['DBIx-Class@0.08'] }),
    component('Moo@2'),
  ];
  const [finding] = run(components, index([DBI])).findings;
  assert.deepEqual(finding?.paths, [
    [
      { name: 'Shop-Web', version: '1', place: { file: 'cpanfile', line: 1 } },
      { name: 'DBIx-Class', version: '0.08' },
      { name: 'DBI', version: '1.642' },
    ],
  ]);
  assert.equal(finding?.pathCount, 1);
});

test('an instant that is none is refused', () => {
  assert.throws(
    () => run([], index([]), { at: 'yesterday' }),
    (error) => error instanceof AuditError && error.code === 'option' && /"yesterday"/.test(error.message),
  );
  assert.throws(
    () => run([], index([]), { perlVersion: 'camel' }),
    (error) => error instanceof AuditError && error.code === 'option',
  );
});

test('without an instant the report carries that of the index, unless ignores need one', () => {
  const known = index([record('CPANSA-Foo-Bar-2026-01', [{ ranges: ['<2'] }])]);
  const report = audit(inventory([component('Foo-Bar@1.0')]), known);
  assert.equal(report.at, known.header.built);
  assert.throws(() => audit(inventory([]), known, { ignores: [{ file: '.cpansec.yaml', rules: [] }] }), {
    code: 'option',
  });
});
