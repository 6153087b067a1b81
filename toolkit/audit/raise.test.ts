import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { asked, component, declared, index, inventory, record } from '../../test/given.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { parseCpanfile } from '../cpan/index.ts';
import { audit } from './audit.ts';
import { planRaises, wishesOf } from './raise.ts';

const A = [{ module: 'A', version: '9.35' }];

const edits: [before: string, after: string][] = [
  [`requires 'A', '9.31';`, `requires 'A', '9.35';`],
  [`requires "A", "9.31";`, `requires "A", "9.35";`],
  [`requires 'A' => 9.31;`, `requires 'A' => 9.35;`],
  [`requires A => '9.31';`, `requires A => '9.35';`],
  [`requires('A', '9.31');`, `requires('A', '9.35');`],
  [`requires 'A', 0;`, `requires 'A', 9.35;`],
  [`requires 'A', '0';`, `requires 'A', '9.35';`],
  [`requires 'A', '';`, `requires 'A', '9.35';`],
  [`requires 'A';`, `requires 'A', '9.35';`],
  [`requires "A";`, `requires "A", "9.35";`],
  [`requires('A');`, `requires('A', '9.35');`],
  [`requires A =>;`, `requires A => '9.35' =>;`],
  [`requires 'A', q{9.31};`, `requires 'A', '9.35';`],
  [`requires 'A', '>= 9.31, < 10';`, `requires 'A', '>= 9.35, < 10';`],
  [`requires 'A', '>9.31,<10,!=9.32';`, `requires 'A', '>= 9.35, <10, !=9.32';`],
  [`requires 'A', '< 10';`, `requires 'A', '>= 9.35, < 10';`],
  [`requires 'A', '!= 9.32';`, `requires 'A', '>= 9.35, != 9.32';`],
  [`requires 'A', '9.31'; # for the router`, `requires 'A', '9.35'; # for the router`],
  [`on test => sub { requires 'A', '9.31' };`, `on test => sub { requires 'A', '9.35' };`],
  [`feature f => 'F' => sub { recommends 'A' };`, `feature f => 'F' => sub { recommends 'A', '9.35' };`],
  [`test_requires 'A', 9;\nrequires 'A', 9;`, `test_requires 'A', 9.35;\nrequires 'A', 9.35;`],
  [`requires 'A', '9.35';`, `requires 'A', '9.35';`],
  [`requires 'A', '9.40';`, `requires 'A', '9.40';`],
  [`requires 'A', 'v9.350.0';`, `requires 'A', 'v9.350.0';`],
  [`requires 'A', '> 9.35';`, `requires 'A', '> 9.35';`],
  [`conflicts 'A', '< 9';`, `conflicts 'A', '< 9';`],
  [`requires 'B', '1';`, `requires 'B', '1';`],
];
for (const [before, after] of edits) {
  test(`${before} ${before === after ? 'stays' : `→ ${after}`}`, () => {
    const { text, refused } = planRaises(`${before}\n`, A);
    assert.equal(text, `${after}\n`);
    assert.deepEqual(refused, []);
  });
}

const refusals: [text: string, reason: string][] = [
  [`requires 'A', '== 9.31';`, 'it is pinned by == 9.31'],
  [`requires 'A', '< 9.35';`, '< 9.35 excludes 9.35'],
  [`requires 'A', '>= 9, != 9.35';`, '>= 9, != 9.35 excludes 9.35'],
  [`requires 'A', '9.31', dist => 'X/XY/XYZ/A-9.31.tar.gz';`, 'it names its archive by dist'],
  [`requires 'A', git => 'https://example.org/a.git';`, 'it names its archive by git'],
  [`requires 'A' if $x;`, 'code decides what it asks for'],
  [`requires qw(A 9.31);`, 'its range is not written as one constant'],
];
for (const [text, reason] of refusals) {
  test(`${text} is left alone: ${reason}`, () => {
    const plan = planRaises(text, A);
    assert.equal(plan.text, text);
    assert.deepEqual(plan.refused, [{ module: 'A', line: 1, reason }]);
  });
}

test('a plan says what it raised, and touches nothing else', () => {
  const text = [
    `# The shop`,
    `requires 'perl', '5.010';`,
    `requires   'A'  =>  '1.0'  ;`,
    `if ($ENV{X}) { requires 'A', '1.0' }`,
    `requires 'AA', '1.0';`,
    '',
  ].join('\r\n');
  const plan = planRaises(text, A);
  assert.equal(plan.text, text.replace(`'1.0'  ;`, `'9.35'  ;`));
  assert.deepEqual(plan.raised, [{ module: 'A', line: 3, from: '1.0', to: '9.35' }]);
  assert.deepEqual(
    plan.refused.map(({ line }) => line),
    [4],
  );
});

test('versions that a number cannot say are quoted', () => {
  for (const [version, after] of [
    ['9.350', "'9.350'"],
    ['v9.35.0', "'v9.35.0'"],
    ['9.35_01', "'9.35_01'"],
  ] as const) {
    assert.equal(planRaises('requires A => 1;', [{ module: 'A', version }]).text, `requires A => ${after};`);
  }
});

// From a report.

const known = index(
  [
    record('CPANSA-Foo-Bar-2024-01', [{ ranges: ['<1.5'] }]),
    record('CPANSA-Foo-Bar-2024-02', [{ ranges: ['<1.7'] }]),
    record('CPANSA-Deep-2024-01', [{ ranges: ['<2'] }]),
    record('CPANSA-Never-2024-01', [{ ranges: ['>=0'] }]),
    record('CPANSA-Odd-2024-01', [{ ranges: ['<2'] }]),
  ],
  {
    releases: { 'Foo-Bar': ['1.0', '1.5', '1.7'], Deep: ['1', '2'], Odd: ['1', '2'] },
    modules: { 'Odd::Part': 'Odd' },
  },
);

test('a report asks for the lowest safe version of what the user asks for directly', () => {
  const report = audit(
    inventory([
      component('Foo-Bar@1.0', { asked: [asked('Foo::Bar')] }),
      component('Deep@1'),
      component('Never@1', { asked: [asked('Never')] }),
      component('Odd@1', { asked: [asked('Odd::Part')] }),
    ]),
    known,
    { at: '2026-11-22T08:00:00Z' },
  );
  assert.deepEqual(wishesOf(report), {
    wishes: [
      { module: 'Deep', version: '2', unasked: true },
      { module: 'Foo::Bar', version: '1.7' },
    ],
    refused: [
      { module: 'Never', reason: 'no release fixes CPANSA-Never-2024-01' },
      { module: 'Odd', reason: "it is asked for as Odd::Part, whose versions are not the distribution's" },
    ],
  });
});

const unasked: [cpanfile: string, refusal: { line?: number; reason: string }][] = [
  [`requires 'B';`, { reason: 'nothing here asks for it directly; other distributions require it' }],
  [`requires 'A', $least;`, { line: 1, reason: 'code decides what it asks for' }],
  [`requires 'A', ($] > 5 ? '1' : '2');`, { line: 1, reason: 'code decides what it asks for' }],
  [
    `requires 'B';\nrequires $_ for @more;`,
    {
      reason:
        'no constant here asks for it; other distributions do, or code that only running tells (line 2)',
    },
  ],
  // The lock file says that another distribution has this module: its bound is of other versions.
  [`requires 'A', '1.0';`, { reason: 'nothing here asks for it directly; other distributions require it' }],
];
for (const [text, refusal] of unasked) {
  test(`what no requirement led to, in ${JSON.stringify(text)}: ${refusal.reason}`, () => {
    const plan = planRaises(text, [{ module: 'A', version: '9.35', unasked: true }]);
    assert.deepEqual(plan, { text, raised: [], refused: [{ module: 'A', ...refusal }] });
  });
}

test('one advisory fixed and another never: a wish and a refusal', () => {
  const mixed = index(
    [
      record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }]),
      record('CPANSA-Foo-2024-02', [{ ranges: ['>=0'] }], {
        references: [{ type: 'patch', url: 'https://example.org/foo.patch' }],
      }),
    ],
    { releases: { Foo: ['1.0', '1.5'] } },
  );
  const given = inventory([component('Foo@1.0', { asked: [asked('Foo')] })]);
  assert.deepEqual(wishesOf(audit(given, mixed, { at: '2026-11-22T08:00:00Z' })), {
    wishes: [{ module: 'Foo', version: '1.5' }],
    refused: [{ module: 'Foo', reason: 'no release fixes CPANSA-Foo-2024-02; there is a patch' }],
  });
});

test('what is not pinned is pinned from below', () => {
  const report = audit(inventory([declared('Foo::Bar', '1.0')]), known, { at: '2026-11-22T08:00:00Z' });
  const { wishes } = wishesOf(report);
  const { text } = planRaises("requires 'Foo::Bar', '1.0';\n", wishes);
  assert.equal(text, "requires 'Foo::Bar', '1.7';\n");
  const again = audit(inventory([declared('Foo::Bar', '1.7')]), known, { at: '2026-11-22T08:00:00Z' });
  assert.deepEqual(again.findings, []);
});

test('any cpanfile: only the bounds of the wished module change', () => {
  const piece = fc.constantFrom(
    'requires',
    'recommends',
    'on',
    'test',
    'sub',
    '{',
    '}',
    "'A'",
    '"A"',
    "'B'",
    'A',
    '=>',
    ',',
    ';',
    '\n',
    "'1.0'",
    '1.0',
    "'>= 1, < 20'",
    "'== 2'",
    'qw(A 1)',
    '(',
    ')',
    'if',
    '$x',
    '#',
    'q(A)',
    'v1.2',
    '1_0',
    "'\\''",
    '# A\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join(' ');
      const plan = planRaises(text, A);
      const before = parseCpanfile(text);
      const after = parseCpanfile(plan.text);
      assert.equal(after.requirements.length, before.requirements.length);
      const others = (file: typeof before): unknown[] =>
        file.requirements.filter(({ module }) => module !== 'A').map(({ literals: _, ...one }) => one);
      assert.deepEqual(others(after), others(before));
      const dynamic = (file: typeof before): unknown[] =>
        file.dynamic.map(({ line, module }) => [line, module]);
      assert.deepEqual(dynamic(after), dynamic(before));
    }),
    { seed, numRuns: rounds(1000, 50_000) },
  );
});
