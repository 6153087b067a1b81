import assert from 'node:assert/strict';
import test from 'node:test';
import { asked, component, declared, index, inventory, record } from '../../test/given.ts';
import type { AdvisoryIndex } from '../advisories/index.ts';
import type { Component } from '../inventory/index.ts';
import { audit } from './audit.ts';
import type { Client } from './command.ts';
import type { Fix } from './report.ts';

const at = '2026-11-22T08:00:00Z';

function fixes(given: Component, known: AdvisoryIndex, client?: Client): Fix[] {
  const options = client === undefined ? { at } : { at, client };
  return audit(inventory([given]), known, options).findings.flatMap(({ fix }) => fix ?? []);
}

function fixOf(version: string, known: AdvisoryIndex): Fix | undefined {
  return fixes(component(`Foo@${version}`), known)[0];
}

const releases = (...Foo: string[]): { releases: { Foo: string[] } } => ({ releases: { Foo } });

test('the lowest release above the present one that the advisory does not affect', () => {
  const known = index(
    [record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'], fixed: ['>=1.5'] }])],
    releases('1.0', '1.4', '1.5', '1.6'),
  );
  assert.deepEqual(fixOf('1.0', known), {
    kind: 'upgrade',
    version: '1.5',
    lowestSafe: '1.5',
    newest: '1.6',
    patch: null,
    command: 'cpanm Foo@1.5',
  });
});

test('on the branch of the present version', () => {
  const known = index(
    [record('CPANSA-Foo-2024-01', [{ ranges: ['<5.38.1'], fixed: ['>=5.36.2,<5.37.0', '>=5.38.1'] }])],
    releases('5.36.0', '5.36.1', '5.36.2', '5.37.0', '5.38.0', '5.38.1', '5.40.0'),
  );
  const cases = { '5.34.0': '5.36.2', '5.36.0': '5.36.2', '5.37.0': '5.38.1', '5.38.0': '5.38.1' };
  for (const [present, version] of Object.entries(cases))
    assert.equal(fixOf(present, known)?.version, version);
});

test('the lowest safe version heeds every advisory, and the command goes there', () => {
  const known = index(
    [
      record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }]),
      record('CPANSA-Foo-2024-02', [{ ranges: ['>=1.2,<1.7'] }]),
      record('CPANSA-Foo-2024-03', [{ ranges: ['==1.8'] }]),
    ],
    releases('1.4', '1.5', '1.6', '1.7', '1.8', '1.9'),
  );
  assert.deepEqual(
    fixes(component('Foo@1.4'), known).map(({ version, lowestSafe, command }) => [
      version,
      lowestSafe,
      command,
    ]),
    [
      ['1.5', '1.7', 'cpanm Foo@1.7'],
      ['1.7', '1.7', 'cpanm Foo@1.7'],
    ],
  );
  assert.equal(fixOf('1.8', known)?.lowestSafe, '1.9');
});

test('entries of one advisory count together', () => {
  const known = index(
    [record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }, { ranges: ['==1.5'] }])],
    releases('1.0', '1.5', '1.6'),
  );
  assert.equal(fixOf('1.0', known)?.version, '1.6');
});

test('trials are for those who run a trial', () => {
  const known = index(
    [record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }])],
    releases('1.0', '1.4_01', '1.5_01', '1.6', '1.7_01'),
  );
  assert.deepEqual([fixOf('1.0', known)?.version, fixOf('1.0', known)?.newest], ['1.6', '1.6']);
  assert.equal(fixOf('1.4_01', known)?.version, '1.5_01');
});

test('releases unknown: the lower bound of the fixed range on the branch', () => {
  const known = index([
    record('CPANSA-Foo-2024-01', [{ ranges: ['<3'], fixed: ['>=2.5,<2.9', '>=1.5,<2', '==3.1'] }]),
  ]);
  assert.deepEqual(fixOf('1.0', known), {
    kind: 'upgrade',
    version: '1.5',
    lowestSafe: '1.5',
    newest: null,
    patch: null,
    command: 'cpanm Foo@1.5',
  });
  assert.equal(fixOf('1.99', known), undefined);
  assert.equal(fixOf('2', known)?.version, '2.5');
  assert.equal(fixOf('2.95', known)?.version, '3.1');
});

test('nothing released: a patch where there is one, else nothing', () => {
  const never = record('CPANSA-Foo-2024-01', [{ ranges: ['>=0'] }]);
  const patch = 'https://example.org/foo.patch';
  const patched = { ...never, references: [{ type: 'patch' as const, url: patch }] };
  const none = { version: null, lowestSafe: null, newest: '1.1', command: null };
  assert.deepEqual(fixOf('1.0', index([never], releases('1.0', '1.1'))), {
    kind: 'none',
    ...none,
    patch: null,
  });
  assert.deepEqual(fixOf('1.0', index([patched], releases('1.0', '1.1'))), { kind: 'patch', ...none, patch });
});

test('one advisory fixed and another never: the smallest change is still told', () => {
  const known = index(
    [
      record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }]),
      record('CPANSA-Foo-2024-02', [{ ranges: ['>=0'] }]),
    ],
    releases('1.0', '1.5'),
  );
  const [first, second] = fixes(component('Foo@1.0'), known);
  assert.deepEqual(
    [first?.kind, first?.version, first?.lowestSafe, first?.command],
    ['upgrade', '1.5', null, 'cpanm Foo@1.5'],
  );
  assert.equal(second?.kind, 'none');
});

test('what a range hides is not called safe', () => {
  const known = index(
    [
      record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }]),
      record('CPANSA-Foo-2024-02', [{ ranges: ['some'] }]),
    ],
    releases('1.0', '1.5'),
  );
  assert.equal(fixOf('1.0', known)?.lowestSafe, null);
});

// Commands.

const simple = index([record('CPANSA-Foo-Bar-2024-01', [{ ranges: ['<1.5'] }])], {
  releases: { 'Foo-Bar': ['1.0', '1.5'] },
});
const commands: [what: string, client: Client, more: Partial<Component>, command: string | null][] = [
  ['cpanm', 'cpanm', {}, 'cpanm Foo::Bar@1.5'],
  ['cpm', 'cpm', {}, 'cpm install Foo::Bar@1.5'],
  ['carton, what something else requires', 'carton', {}, 'carton update Foo::Bar'],
  ['carton, asked for', 'carton', { asked: [asked('Foo::Bar', '1.0')] }, 'carton update Foo::Bar'],
  ['carton, asked for below the fix', 'carton', { asked: [asked('Foo::Bar', '< 1.5')] }, null],
  [
    'carton, another module asked for',
    'carton',
    { asked: [asked('Foo::Bar::X', '< 1')] },
    'carton update Foo::Bar',
  ],
  [
    'a package of Debian',
    'cpanm',
    {
      distributor: {
        vendor: 'debian',
        package: 'libfoo-bar-perl',
        packageVersion: '1.0-1',
        changelog: '/c',
        fixes: [],
      },
    },
    null,
  ],
];
for (const [what, client, more, command] of commands) {
  test(`command for ${what}: ${command ?? 'none'}`, () => {
    assert.equal(fixes(component('Foo-Bar@1.0', more), simple, client)[0]?.command, command);
  });
}

test('carton is for whom there is a lock file', () => {
  const given = inventory([component('Foo-Bar@1.0')], {
    inputs: [{ kind: 'snapshot', path: 'cpanfile.snapshot' }],
  });
  assert.equal(audit(given, simple, { at }).findings[0]?.fix?.command, 'carton update Foo::Bar');
});

test('a command is made of plain words only', () => {
  const hostile = index([record('CPANSA-Foo-2024-01', [{ ranges: ['<1.5'] }])], {
    ...releases('1.0', '1.5'),
    mainModules: { Foo: 'Foo; rm -rf ~' },
  });
  assert.equal(fixOf('1.0', hostile)?.command, null);
});

test('the user’s own requirements are listed, and whether they admit the fix', () => {
  const given = component('Foo-Bar@1.0', {
    asked: [
      asked('Foo::Bar', '1.0'),
      asked('Foo::Bar', '< 1.2', { phase: 'test', place: { file: 'cpanfile', line: 9 } }),
    ],
  });
  assert.deepEqual(fixes(given, simple)[0]?.bounds, [
    { module: 'Foo::Bar', range: '1.0', place: { file: 'cpanfile', line: 1 }, admits: true },
    { module: 'Foo::Bar', range: '< 1.2', place: { file: 'cpanfile', line: 9 }, admits: false },
  ]);
});

// Bounds for what is not pinned.

test('a requirement is fixed by the lowest bound that keeps everything affected out', () => {
  const known = index(
    [
      record('CPANSA-Foo-2024-01', [{ ranges: ['<1.2'] }]),
      record('CPANSA-Foo-2024-02', [{ ranges: ['>=1.4,<1.6'] }]),
    ],
    releases('1.0', '1.2', '1.3', '1.4', '1.6', '1.7'),
  );
  assert.deepEqual(
    fixes(declared('Foo', '1.0'), known).map(({ version, lowestSafe, command }) => [
      version,
      lowestSafe,
      command,
    ]),
    [
      ['1.2', '1.6', 'cpansec audit --fix'],
      ['1.6', '1.6', 'cpansec audit --fix'],
    ],
  );
  assert.deepEqual(
    fixes(declared('Foo', '>= 1.0, < 1.4'), known).map(({ lowestSafe }) => lowestSafe),
    ['1.2'],
  );
});

test('a pin, and an upper bound below the fix, are not ours to raise', () => {
  for (const range of ['== 1.0', '< 1.5']) {
    const [fix] = fixes(declared('Foo::Bar', range), simple);
    assert.deepEqual([fix?.version, fix?.command, fix?.bounds?.[0]?.admits], ['1.5', null, false]);
  }
});

test('no bound helps against what is never fixed', () => {
  const known = index([record('CPANSA-Foo-2024-01', [{ ranges: ['>=0'] }])], releases('1.0'));
  assert.equal(fixes(declared('Foo', '0'), known)[0]?.kind, 'none');
});
