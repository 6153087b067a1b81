import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { distInfo, parseSnapshot } from '../cpan/index.ts';
import {
  AdvisoryError,
  type AdvisoryRecord,
  affects,
  decodeRecord,
  encodeRecord,
  type ImportedAdvisories,
  importCpansa,
} from './index.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const withoutDatabase = withoutShared(DATABASE);

/** A database of one distribution with these rows. */
function database(
  rows: object[],
  versions: unknown[] = [{ version: '1.0', date: '2020-01-01T00:00:00' }],
): string {
  const dist = { main_module: 'Example::Dist', versions, advisories: rows };
  const meta = { epoch: 1_700_000_000, commit: 'abcdef0123' };
  return JSON.stringify({
    meta,
    module2dist: { 'Example::Dist': 'Example-Dist' },
    dists: { 'Example-Dist': dist },
  });
}

const row = {
  id: 'CPANSA-Example-Dist-2020-01',
  distribution: 'Example-Dist',
  description: 'Example::Dist trusts its input. It should not.\n',
  cves: ['CVE-2020-1111'],
  affected_versions: ['<1.5'],
  fixed_versions: ['>=1.5'],
  references: ['https://github.com/example/dist/commit/1234567'],
  reported: '2020-03-04',
  severity: 'high',
};

/** The rules met when a plain row has these members instead of its own, those of absent releases left out. */
function rulesFor(change: object): string[] {
  const { report } = importCpansa(database([{ ...row, ...change }]));
  return Object.keys(report.perRule);
}

test('a plain row becomes a record and nothing is odd', () => {
  const { records, report, modules, releases, built, source } = importCpansa(database([row]));
  assert.deepEqual(report, {
    rows: 1,
    entries: 1,
    ids: 1,
    records: 1,
    distributions: 1,
    modules: 1,
    releases: 1,
    perRule: {},
    flags: [],
  });
  assert.deepEqual(records, [
    {
      format: 'cpansec-advisory/1',
      id: 'CPANSA-Example-Dist-2020-01',
      aliases: ['CVE-2020-1111'],
      reported: '2020-03-04',
      summary: 'Example::Dist trusts its input',
      details: 'Example::Dist trusts its input. It should not.',
      severity: { rating: 'high', source: 'cpansa' },
      affected: [
        {
          distribution: 'Example-Dist',
          ranges: ['<1.5'],
          fixed: ['>=1.5'],
          cause: { kind: 'own' },
          source: {
            database: 'cpansa',
            row: 'dists.Example-Dist.advisories[0]',
            affected: ['<1.5'],
            fixed: ['>=1.5'],
            severity: 'high',
          },
        },
      ],
      references: [{ type: 'fix', url: 'https://github.com/example/dist/commit/1234567' }],
      history: [],
    },
  ]);
  assert.deepEqual([...modules], [['Example::Dist', 'Example-Dist']]);
  const dates = new Map([['1.0', '2020-01-01T00:00:00']]);
  assert.deepEqual(
    [...releases],
    [['Example-Dist', { mainModule: 'Example::Dist', versions: ['1.0'], dates }]],
  );
  assert.equal(built, '2023-11-14T22:13:20Z');
  assert.equal(source, 'CPANSA, commit abcdef0123');
});

const ranges: [found: string, read: string, rules: string[]][] = [
  ['1.05', '==1.05', ['range-bare']],
  ['=1.05', '==1.05', ['range-equals']],
  ['==1.0', '==1.0', []],
  ['>= 0.1, < 1.05', '>=0.1,<1.05', ['range-blank']],
  ['>0', '>0', ['range-above-zero']],
  ['==1.0,==1.1', '==1.0,==1.1', ['range-contradictory']],
  ['>1.5,<0.9', '>1.5,<0.9', ['range-contradictory']],
  ['<v3.10.0', '<v3.10.0', []],
  ['<5.40.2-RC1', '<5.40.2-RC1', ['range-unreadable']],
  ['(<1.2)', '(<1.2)', ['range-unreadable']],
  ['~1.2', '~1.2', ['range-unreadable']],
  ['>=1,', '>=1,', ['range-unreadable']],
  ['', '', ['range-unreadable']],
];
for (const [found, read, rules] of ranges) {
  test(`affected "${found}" is read as "${read}"`, () => {
    const { records, report } = importCpansa(
      database([{ ...row, affected_versions: [found], fixed_versions: [] }]),
    );
    const [entry] = records[0]?.affected ?? [];
    assert.deepEqual(entry?.ranges, [read]);
    assert.deepEqual(entry?.source?.affected, [found]);
    const about = Object.keys(report.perRule).filter((rule) => rule.startsWith('range-'));
    assert.deepEqual(about, rules);
  });
}

const oddities: [change: object, rules: string[]][] = [
  [{ affected_versions: [] }, ['affected-absent']],
  [{ affected_versions: null }, ['affected-absent']],
  [{ affected_versions: '<1.5' }, ['affected-text']],
  [{ affected_versions: [['<1.5']] }, ['affected-absent', 'affected-shape', 'member-kept']],
  [{ affected_versions: ['>2'], fixed_versions: ['>=3'] }, ['affects-no-release']],
  [{ fixed_versions: [] }, ['fixed-absent']],
  [{ fixed_versions: ['>=1.6'] }, ['fixed-gap']],
  [{ fixed_versions: ['>=1.4'] }, ['fixed-overlaps-affected']],
  [{ fixed_versions: ['<1.2'] }, ['affects-no-release', 'fixed-overlaps-affected']],
  [{ fixed_versions: ['>=1.2,<1.3'] }, []],
  [{ fixed_versions: ['<2'] }, ['affects-no-release', 'fixed-covers-affected']],
  [{ id: 'CPANSA--2020-01' }, ['id-distribution', 'id-form']],
  [{ id: 'CPANSA-Example-Dist-20200102-01' }, ['id-form']],
  [{ id: 'CPANSA-Other-2020-01' }, ['id-distribution']],
  [{ id: null }, ['id-absent']],
  [{ id: 'CPANSA-Example-Dist-2020-01-libz' }, ['cause-from-id']],
  [{ id: 'CPANSA-Example-Dist-2020-01\u0007' }, ['id-characters', 'id-form']],
  [{ embedded_vulnerability: { name: 'libz', distributed_version: '1.2' } }, ['cause-from-field']],
  [
    { embedded_vulnerability: { name: 'libz', distributed_version: null } },
    ['cause-from-field', 'library-unknown-version'],
  ],
  [
    { embedded_vulnerability: { name: 'libz', distributed_version: '<2' } },
    ['cause-from-field', 'library-version-form'],
  ],
  [{ external_vulnerability: { name: 'readline' } }, ['cause-external', 'member-kept']],
  [{ distribution: 'Other' }, ['distribution-differs', 'member-kept']],
  [{ cves: [] }, ['alias-absent']],
  [{ cves: ['X-CVE-2020-vue-1'] }, ['alias-form']],
  [{ cves: ['CVE-2020-1111', 'CVE-2020-1111'] }, ['alias-duplicate']],
  [{ cves: [['CVE-2020-1111']] }, ['alias-absent', 'alias-shape', 'member-kept']],
  [{ previous_id: ['CPANSA-Example-Dist-2020-00'] }, ['alias-earlier-id']],
  [{ severity: null }, ['severity-absent']],
  [{ severity: '' }, ['severity-empty']],
  [{ severity: 'moderate' }, ['severity-mapped']],
  [{ severity: 'terrible' }, ['severity-unknown']],
  [{ reported: null }, ['reported-absent']],
  [{ reported: '2020-02-30' }, ['member-kept', 'reported-form']],
  [{ references: [] }, ['reference-absent']],
  [{ references: ['https://a.example/', 'https://a.example/'] }, ['reference-duplicate']],
  [{ references: ['ftp://a.example/x'] }, ['reference-ftp']],
  [{ references: ['see the changes'] }, ['member-kept', 'reference-absent', 'reference-form']],
  [{ description: '' }, ['description-absent']],
  [{ description: ['one'] }, ['description-absent', 'member-kept']],
  [{ comment: 'one' }, ['member-kept']],
];
for (const [change, rules] of oddities) {
  test(`a row with ${JSON.stringify(change)} meets ${rules.join(', ') || 'no rule'}`, () => {
    assert.deepEqual(
      rulesFor(change).filter((rule) => rule !== 'member-shape'),
      rules,
    );
  });
}

test('rows of one id with different CVEs keep their own', () => {
  const other = {
    ...row,
    cves: ['CVE-2020-2222'],
    fixed_versions: ['>=1.5', '==1.3'],
    reported: '2019-01-01',
  };
  const { records, report } = importCpansa(database([row, other]));
  assert.deepEqual(records[0]?.aliases, []);
  assert.deepEqual(
    records[0]?.affected.map(({ aliases }) => aliases),
    [['CVE-2020-1111'], ['CVE-2020-2222']],
  );
  assert.equal(records[0]?.reported, '2019-01-01');
  assert.deepEqual(Object.keys(report.perRule), ['aliases-differ', 'id-several-rows', 'reported-differs']);
  assert.deepEqual(
    records[0]?.flags?.map(({ rule, found }) => [rule, found]),
    [
      ['aliases-differ', 'CVE-2020-1111 | CVE-2020-2222'],
      ['reported-differs', '2019-01-01 2020-03-04'],
    ],
  );
});

test('versions that are numbers, null or no versions are named and left out', () => {
  const versions = ['"1.10"', '2.50', 'null', '"0.18-TRIAL1"', '"1.10"', '3'].map((v) => `{"version":${v}}`);
  const core = '{"version":"0.9","dual_lived":1,"perl_release":"5.008"}';
  const text = database([row]).replace(
    /"versions":\[[^\]]*\]/,
    `"versions":[${[...versions, core].join(',')}]`,
  );
  const { releases, report } = importCpansa(text);
  assert.deepEqual(releases.get('Example-Dist'), {
    mainModule: 'Example::Dist',
    versions: ['1.10', '2.50', '3'],
    coreVersions: ['0.9'],
  });
  assert.deepEqual(report.perRule, {
    'release-core': 1,
    'release-duplicate': 1,
    'release-null': 1,
    'release-number': 2,
    'release-unreadable': 1,
  });
});

test('what is no database is refused with its place', () => {
  const cases: [json: string | Uint8Array | object, message: string][] = [
    ['{}', 'db.json: no CPANSA database: expected an object with "dists"'],
    ['[1,]', 'db.json:1:4: expected a value, found "]"'],
    [new Uint8Array([0xff]), 'db.json:1: invalid UTF-8 at byte 0'],
    [{ dists: [] }, 'db.json: no CPANSA database: expected an object with "dists"'],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => importCpansa(json, 'db.json'), {
      name: 'AdvisoryError',
      code: 'import-shape',
      message,
    });
  }
});

test('whatever stands in a row, the row stays and the record can be written', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('<1', '=1', ['<1', '>=1,<2'], ['CVE-2020-1']),
  );
  const rows = fc.array(fc.dictionary(fc.constantFrom(...Object.keys(row), '__proto__', 'x'), value), {
    maxLength: 4,
  });
  const property = fc.property(rows, (list) => {
    const { records, report } = importCpansa(database(list));
    assert.equal(report.rows, list.length);
    assert.equal(records.flatMap((record) => record.affected).length, list.length);
    for (const record of records)
      assert.equal(encodeRecord(decodeRecord(encodeRecord(record))), encodeRecord(record));
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

test('any JSON imports or is refused with an import error', () => {
  const noise = fc.jsonValue({ maxDepth: 4 });
  const shaped = fc.record({ dists: fc.dictionary(fc.string(), noise), module2dist: noise, meta: noise });
  const property = fc.property(fc.oneof(noise, shaped), (value) => {
    try {
      importCpansa(JSON.stringify(value));
    } catch (error) {
      assert.ok(error instanceof AdvisoryError && error.code === 'import-shape');
    }
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

let whole: ImportedAdvisories | undefined;
function wholeDatabase(): ImportedAdvisories {
  whole ??= importCpansa(sharedText(DATABASE), DATABASE);
  return whole;
}

test('the whole database imports with an account of every row', { skip: withoutDatabase }, () => {
  const { records, report } = wholeDatabase();
  const { flags, ...counts } = report;
  assert.deepEqual(counts, {
    rows: 2061,
    entries: 2061,
    ids: 1001,
    records: 1001,
    distributions: 418,
    modules: 8336,
    releases: 20_522,
    perRule: {
      'affected-absent': 1,
      'affects-no-release': 88,
      'alias-absent': 102,
      'alias-earlier-id': 1,
      'alias-form': 3,
      'aliases-differ': 2,
      'cause-external': 1,
      'cause-from-field': 11,
      'cause-from-id': 1339,
      'description-differs': 2,
      'distribution-without-modules': 13,
      'fixed-absent': 1501,
      'fixed-covers-affected': 2,
      'fixed-gap': 13,
      'fixed-overlaps-affected': 12,
      'id-distribution': 14,
      'id-form': 7,
      'id-several-rows': 123,
      'id-two-distributions': 2,
      'library-unknown-version': 4,
      'library-version-form': 1,
      'main-module-absent': 3,
      'member-kept': 20,
      'range-above-zero': 75,
      'range-bare': 617,
      'range-contradictory': 7,
      'range-equals': 141,
      'reference-absent': 7,
      'reference-duplicate': 317,
      'reference-ftp': 11,
      'release-absent': 3,
      'release-core': 380,
      'release-duplicate': 735,
      'release-null': 6,
      'release-number': 68,
      'release-unreadable': 100,
      'reported-absent': 57,
      'reported-differs': 1,
      'row-duplicate': 19,
      'severity-absent': 942,
      'severity-empty': 6,
      'severity-mapped': 7,
    },
  });
  assert.equal(
    flags.length,
    Object.values(report.perRule).reduce((sum, count) => sum + count, 0),
  );
  const rowsKept = new Set(records.flatMap((record) => record.affected.map((entry) => entry.source?.row)));
  assert.equal(rowsKept.size, 2061);
});

test('every imported record has its one text', { skip: withoutDatabase }, () => {
  for (const record of wholeDatabase().records) {
    const text = encodeRecord(record);
    assert.equal(encodeRecord(decodeRecord(text)), text);
  }
});

test('the parsed object imports as the text does, but for digits lost', { skip: withoutDatabase }, () => {
  const { records, report } = importCpansa(sharedJson<object>(DATABASE));
  assert.deepEqual(records, wholeDatabase().records);
  assert.deepEqual(report.perRule['release-number'], 68);
});

interface Golden {
  [distribution: string]: { ids: string[]; version: string };
}
const snapshots = withoutShared('snapshots') === false ? readdirSync(sharedPath('snapshots')) : [];

test('every real lock file gives exactly the findings of its golden', {
  skip: withoutShared('golden'),
}, () => {
  assert.ok(snapshots.length >= 12);
  const byDistribution = entriesByDistribution(wholeDatabase().records);
  for (const file of snapshots) {
    const name = file.replace('.cpanfile.snapshot', '');
    const found: Golden = Object.create(null);
    for (const { pathname } of parseSnapshot(sharedText(`snapshots/${file}`), file)) {
      const { dist, version } = distInfo(pathname ?? '');
      const ids = (byDistribution.get(dist ?? '') ?? [])
        .filter(([, entry]) => affects(entry, version ?? '0') === true)
        .map(([id]) => id);
      if (ids.length > 0) found[dist ?? ''] = { ids: [...new Set(ids)].sort(), version: version ?? '' };
    }
    assert.deepEqual({ ...found }, sharedJson<Golden>(`golden/exact.${name}.json`), name);
  }
});

function entriesByDistribution(
  records: readonly AdvisoryRecord[],
): Map<string, [string, AdvisoryRecord['affected'][number]][]> {
  const map = new Map<string, [string, AdvisoryRecord['affected'][number]][]>();
  for (const { id, affected } of records) {
    for (const entry of affected) {
      map.set(entry.distribution, [...(map.get(entry.distribution) ?? []), [id, entry]]);
    }
  }
  return map;
}
