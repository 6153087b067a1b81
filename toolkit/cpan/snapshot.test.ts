import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { CpanError } from './errors.ts';
import { MAX_SNAPSHOT_ENTRIES, MAX_SNAPSHOT_LINES, parseSnapshot, type SnapshotDist } from './snapshot.ts';

const HEAD = '# carton snapshot format: version 1.0\nDISTRIBUTIONS\n';
const TRY_TINY = `  Try-Tiny-0.31
    pathname: E/ET/ETHER/Try-Tiny-0.31.tar.gz
    provides:
      Try::Tiny 0.31
    requirements:
      Carp 0
      perl >= 5.006, != 5.007
`;
const MOJO = `  Mojolicious-9.31
    pathname: S/SR/SRI/Mojolicious-9.31.tar.gz
    provides:
      Mojo undef
      Mojolicious 9.31
    requirements:
`;

/** Everything that a snapshot tells, as plain objects. */
function read(text: string): SnapshotDist[] {
  return parseSnapshot(text).map((found) => ({
    ...found,
    packages: found.packages,
    requires: found.requires,
    provides: found.provides,
    requirements: found.requirements,
  }));
}

test('a snapshot as Carton writes it', () => {
  assert.deepEqual(read(HEAD + TRY_TINY + MOJO), [
    {
      dist: 'Try-Tiny',
      version: '0.31',
      pathname: 'E/ET/ETHER/Try-Tiny-0.31.tar.gz',
      provides: { 'Try::Tiny': '0.31' },
      requirements: { Carp: '0', perl: '>= 5.006, != 5.007' },
      packages: ['Try::Tiny'],
      requires: ['Carp', 'perl'],
      line: 3,
    },
    {
      dist: 'Mojolicious',
      version: '9.31',
      pathname: 'S/SR/SRI/Mojolicious-9.31.tar.gz',
      provides: { Mojo: null, Mojolicious: '9.31' },
      requirements: {},
      packages: ['Mojo', 'Mojolicious'],
      requires: [],
      line: 10,
    },
  ]);
  assert.deepEqual(parseSnapshot(HEAD), []);
});

test('lines may end as on Windows, and the last one may lack its end', () => {
  const text = HEAD + TRY_TINY;
  assert.deepEqual(read(text.replaceAll('\n', '\r\n')), read(text));
  assert.deepEqual(read(text.trimEnd()), read(text));
});

test('a distribution from elsewhere than CPAN is named by its heading', () => {
  const [found] = parseSnapshot(`${HEAD}  My-App-v1.2.3
    pathname: git
    provides:
    requirements:
`);
  assert.deepEqual([found?.dist, found?.version, found?.pathname], ['My-App', 'v1.2.3', 'git']);
});

test('a member called __proto__ is data', () => {
  const [found] = parseSnapshot(HEAD + TRY_TINY.replace('Try::Tiny 0', '__proto__ 0'));
  assert.deepEqual(Object.entries(found?.provides ?? {}), [['__proto__', '0.31']]);
});

test('what is broken is named by file and line', () => {
  const cases: [text: string, code: string, message: string][] = [
    ['', 'snapshot-truncated', '1: an empty snapshot'],
    [HEAD.slice(0, 38), 'snapshot-truncated', '1: no DISTRIBUTIONS'],
    [
      '{"a":1}\n',
      'snapshot-syntax',
      '1: expected "# carton snapshot format: version 1.0", found "{\\"a\\":1}"',
    ],
    [
      '# carton snapshot format: version 2.0\n',
      'snapshot-syntax',
      '1: expected "# carton snapshot format: version 1.0", found "# carton snapshot format: version 2.0"',
    ],
    [HEAD + TRY_TINY.slice(0, 60), 'snapshot-truncated', '4: the last line has no end'],
    [
      HEAD + TRY_TINY + MOJO.slice(0, 19),
      'snapshot-truncated',
      '10: the snapshot ends before a pathname of "Mojolicious-9.31"',
    ],
    [
      HEAD + TRY_TINY + MOJO.slice(0, -18),
      'snapshot-truncated',
      '14: the snapshot ends before requirements of "Mojolicious-9.31"',
    ],
    [HEAD + TRY_TINY.slice(0, -7), 'snapshot-truncated', '9: the last line has no end'],
    [HEAD + TRY_TINY.slice(0, -20), 'snapshot-syntax', '9: cannot read the line "perl"'],
    [HEAD + TRY_TINY + TRY_TINY, 'snapshot-duplicate', '10: distribution "Try-Tiny-0.31" twice'],
    [`${HEAD}${TRY_TINY}      Carp 0\n`, 'snapshot-duplicate', '10: "Carp" twice in requirements'],
    [
      `${HEAD}${TRY_TINY}      A 1\n      B 1\n      A 1\n`,
      'snapshot-duplicate',
      '12: "A" twice in requirements',
    ],
    [`${HEAD}${TRY_TINY}    provides:\n`, 'snapshot-duplicate', '10: provides twice'],
    [`${HEAD}<<<<<<< ours\n${TRY_TINY}`, 'snapshot-syntax', '3: an unresolved merge: "<<<<<<< ours"'],
    [`${HEAD}      Foo 1\n`, 'snapshot-syntax', '3: cannot read the line "Foo 1"'],
    [`${HEAD}  A-1\n  B-1\n`, 'snapshot-syntax', '3: no pathname for "A-1"'],
    [
      HEAD + TRY_TINY.replace('0.31\n    req', 'zero\n    req'),
      'snapshot-syntax',
      '6: cannot read the line "Try::Tiny zero"',
    ],
    [
      HEAD + TRY_TINY.replace('    prov', '\tprov'),
      'snapshot-syntax',
      '5: cannot read the line "\\tprovides:"',
    ],
    [
      HEAD + TRY_TINY.replace('      Carp', '     Carp'),
      'snapshot-syntax',
      '8: cannot read the line "Carp 0"',
    ],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(() => parseSnapshot(text, 'cpanfile.snapshot'), {
      code,
      message: `cpanfile.snapshot:${message}`,
    });
  }
});

const WHOLE = HEAD + TRY_TINY + MOJO;
const mutated = fc
  .tuple(
    fc.nat(WHOLE.length),
    fc.nat(10),
    fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('\n', '\0', '  ', '\n      ', '      a 1\n')),
  )
  .map(([at, length, insert]) => WHOLE.slice(0, at) + insert + WHOLE.slice(at + length));

test('passed over or read line by line, a snapshot says the same', () => {
  const told = (text: string, linesMore: number): unknown => {
    try {
      return read(text).map((found) => ({ ...found, line: found.line - linesMore }));
    } catch (error) {
      assert.ok(error instanceof CpanError);
      return [error.code, error.problem, (error.place.line ?? 0) - linesMore];
    }
  };
  const check = (text: string): void => {
    if (!text.startsWith(HEAD)) return;
    // Carton writes no blank lines, so this one makes the whole file unusual.
    assert.deepEqual(told(text, 0), told(`${HEAD}\n${text.slice(HEAD.length)}`, 1));
  };
  check(WHOLE);
  fc.assert(fc.property(mutated, check), { seed, numRuns: rounds(3000, 300_000) });
});

test('no text makes the parser fail otherwise', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      try {
        parseSnapshot(text);
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
        assert.ok((error.place.line ?? 0) >= 1);
      }
    }),
    { seed, numRuns: rounds(3000, 300_000) },
  );
});

test('a snapshot of which the end is missing is told in all but a few places', () => {
  const whole = HEAD + TRY_TINY + MOJO + TRY_TINY.replaceAll('Try', 'Zed');
  const accepted: string[] = [];
  for (let end = 0; end < whole.length; end++) {
    try {
      parseSnapshot(whole.slice(0, end));
      accepted.push(whole.slice(Math.max(0, end - 12), end));
    } catch (error) {
      assert.ok(error instanceof CpanError);
    }
  }
  // Only where what is left is a whole snapshot with fewer lines, or a version with fewer digits.
  assert.ok(accepted.length < whole.length / 10, accepted.join('|'));
});

test('large snapshots take time in proportion', () => {
  const many = Array.from({ length: rounds(3000, 20_000) }, (_, i) =>
    TRY_TINY.replaceAll('Try-Tiny', `Try-Tiny${i}`),
  ).join('');
  assert.equal(parseSnapshot(HEAD + many).length, rounds(3000, 20_000));
  const hostile = [
    `${HEAD}  ${'a'.repeat(rounds(1_000_000, 10_000_000))}`,
    ' '.repeat(rounds(1_000_000, 10_000_000)),
    '\n'.repeat(rounds(1_000_000, 10_000_000)),
    `${HEAD}  A-1\n    pathname: ${'/'.repeat(rounds(500_000, 5_000_000))}\n`,
    `${HEAD}  A-1\n    pathname: x\n    provides:\n${Array.from({ length: 100_000 }, (_, i) => `      Z${100_000 - i} 1\n`).join('')}`,
  ];
  for (const text of hostile) {
    try {
      endsSoon(() => parseSnapshot(text));
    } catch (error) {
      assert.ok(error instanceof CpanError);
      assert.ok(error.message.length < 300);
    }
  }
});

test('more distributions or lines than any project can have are refused at the first that is too many', () => {
  const entry = (i: number): string =>
    `  A${i}-1\n    pathname: A/A${i}-1.tar.gz\n    provides:\n      A${i} 1\n    requirements:\n`;
  const entries = Array.from({ length: MAX_SNAPSHOT_ENTRIES }, (_, i) => entry(i)).join('');
  assert.equal(parseSnapshot(HEAD + entries).length, MAX_SNAPSHOT_ENTRIES);
  const blank = '\n'.repeat(MAX_SNAPSHOT_LINES - 2);
  assert.equal(parseSnapshot(HEAD + blank).length, 0);
  const refused: [text: string, message: string][] = [
    [HEAD + entries + entry(100_000), 'x.snapshot:500003: more than 100000 distributions'],
    [`${HEAD}\n${entries}${entry(100_000)}`, 'x.snapshot:500004: more than 100000 distributions'],
    [`${HEAD}${blank}\n`, 'x.snapshot:2000001: more than 2000000 lines'],
  ];
  for (const [text, message] of refused)
    assert.throws(() => parseSnapshot(text, 'x.snapshot'), { code: 'too-large', message });
});

test('the real snapshots parse whole, with the names and versions of the audits made of them', {
  skip: withoutShared('snapshots') || withoutShared('golden'),
}, () => {
  const counts: Record<string, number> = {};
  for (const file of readdirSync(sharedPath('snapshots'))) {
    const name = file.replace('.cpanfile.snapshot', '');
    const found = parseSnapshot(sharedText(`snapshots/${file}`), file);
    counts[name] = found.length;
    const byName = new Map(found.map(({ dist, version }) => [dist, version]));
    const golden = sharedJson<Record<string, { version: string }>>(`golden/exact.${name}.json`);
    for (const [dist, { version }] of Object.entries(golden))
      assert.equal(byName.get(dist), version, `${name} ${dist}`);
  }
  assert.deepEqual(counts, {
    'Test-APIcast': 81,
    'app-raider': 124,
    'cpanminus-fatpack': 51,
    'derived-100dist': 100,
    fixmystreet: 452,
    'fixmystreet-locale': 3,
    'libki-server': 305,
    'metacpan-api': 369,
    'metacpan-web': 239,
    'musicbrainz-server': 387,
    'musicbrainz-test-db': 66,
    'tsds-services': 160,
  });
});
