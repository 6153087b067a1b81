import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedText, withoutShared } from '../../test/shared.ts';
import {
  type CpansaFeed,
  type CpansaFeedAdvisory,
  formatCpansaFeed,
  formatCpansaFeedMember,
  joinCpansaFeed,
} from '../formats/index.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  affects,
  cpansaFeedMember,
  type ImportedAdvisories,
  importCpansa,
  toCpansaFeed,
} from './index.ts';

const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-99991', 'GHSA-98vg-qmpv-23vr'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links',
  severity: { rating: 'high' },
  affected: [entry('Example-Dist', ['>=1.2,<1.7', '==2'], ['>=1.54,<1.6'])],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [],
};

function entry(distribution: string, ranges: string[], fixed: string[] = []): AffectedEntry {
  return { distribution, ranges, fixed, cause: { kind: 'own' } };
}

test('a record as an advisory of the feed', () => {
  const { feed, losses } = toCpansaFeed([record]);
  assert.equal(
    formatCpansaFeed(feed),
    `{
"Example-Dist":[${JSON.stringify({
      cpansa_id: 'CPANSA-Example-Dist-2026-0001',
      affected_versions: ['>=1.2,<1.54', '>=1.6,<1.7', '==2'],
      cves: ['CVE-2026-99991'],
      description: 'Example::Dist follows symbolic links',
      references: ['https://example.org/commit/1'],
      reported: '2026-02-03',
      severity: 'high',
    })}]}
`,
  );
  assert.deepEqual(
    losses.map(({ path }) => path),
    ['aliases', 'affected[0].fixed'],
  );
});

const RANGES: [entries: AffectedEntry[], affected: string[] | null][] = [
  [[entry('A', ['>=0'])], ['>=0']],
  [[entry('A', ['>0'])], ['>0']],
  [[entry('A', ['<=1.10'])], ['<=1.10']],
  [[entry('A', ['!=1'])], ['<1', '>1']],
  [[entry('A', ['<1', '>=0.5,<2'])], ['<2']],
  [
    [entry('A', ['==1']), entry('A', ['==2']), entry('A', ['<1'])],
    ['<=1', '==2'],
  ],
  [[entry('A', ['<1']), entry('A', ['<1-RC1'])], ['<1']],
  [[entry('A', ['<1'], ['>=0'])], null],
  [[entry('A', ['==1,==2'])], null],
  [[entry('A', ['1.2'])], null],
  [[entry('A', [])], null],
];
for (const [affected, expected] of RANGES) {
  const name = affected.map(({ ranges, fixed }) => [ranges, ...fixed].join(' fixed ')).join('; ');
  test(`${name} in the feed`, () => {
    const { feed, losses } = toCpansaFeed([{ ...record, affected }]);
    assert.deepEqual(feed.A?.map((one) => one.affected_versions) ?? null, expected && [expected]);
    assert.equal(
      losses.some(({ path, text }) => /^affected\[\d\]$/.test(path) && /left out/.test(text)),
      expected === null || affected.length === 2,
    );
  });
}

test('withdrawn records are not in the feed', () => {
  for (const kind of ['withdrawn', 'rejected'] as const) {
    const gone = { ...record, withdrawn: { on: '2026-03-01', kind, reason: 'no vulnerability' } };
    const { feed, losses } = toCpansaFeed([gone]);
    assert.deepEqual([feed, losses.map(({ path }) => path)], [{}, ['withdrawn']]);
    assert.equal(formatCpansaFeed(feed), '{}\n');
  }
});

test('the whole feed is what its members make', () => {
  const records = [
    record,
    { ...record, id: 'CPANSA-B-2026-1', affected: [entry('B', ['<1']), entry('C', ['<2'])] },
  ];
  const members = ['B', 'C', 'Example-Dist'].map((name): [string, string] => {
    const about = records.filter(({ affected }) =>
      affected.some(({ distribution }) => distribution === name),
    );
    return [name, formatCpansaFeedMember(cpansaFeedMember(name, about).member)];
  });
  const { feed, losses } = toCpansaFeed(records.toReversed());
  assert.equal([...joinCpansaFeed(members)].join(''), formatCpansaFeed(feed));
  assert.ok(losses.some(({ text }) => text.startsWith('several distributions')));
});

// What MetaCPAN's importer does (lib/MetaCPAN/Script/CVE.pm, Util.pm, May 2026), step for step.

/** Its number of a version: the digits up to what is none, dotted parts as three digits each. */
function numify(text: string): number {
  const dotted = /^v/i.test(text);
  let version = text
    .replace(/^v/i, '')
    .replace(/[^\d._].*/s, '')
    .replace(/\.[._]+/, '.')
    .replace(/[._]*_[._]*/g, '_')
    .replace(/\.{2,}/g, '.')
    .replaceAll('_', '');
  if (dotted || version.split('.').length > 2) {
    const [first = '', ...parts] = version.split('.');
    version = `${first}.${parts.map((part) => part.padStart(3, '0')).join('')}`;
  }
  return Number(version === '.' ? 0 : version) || 0;
}

/** Whether its query finds a release; what is no `<`, `<=`, `>`, `>=` asks for equality. */
function metacpanFinds(
  { affected_versions }: CpansaFeedAdvisory,
  version: string,
  digits: (value: number) => number,
): boolean {
  const asked = digits(numify(version));
  return affected_versions.some((element) =>
    element
      .replace(/\(.*?\)/g, '')
      .split(',')
      .every((rule) => {
        const [, operator, bound = ''] = /^([=<>]*)(.*)$/.exec(rule) ?? [];
        const limit = digits(numify(bound));
        if (operator === '<') return asked < limit;
        if (operator === '<=') return asked <= limit;
        if (operator === '>') return asked > limit;
        return operator === '>=' ? asked >= limit : asked === limit;
      }),
  );
}

const DATABASE = 'cpansa/cpan-security-advisory.json';
let whole: ImportedAdvisories | undefined;
function cpansa(): ImportedAdvisories {
  whole ??= importCpansa(sharedText(DATABASE));
  return whole;
}

/** Distribution and version for each id: what its pages show. It keeps one document for each id. */
function metacpanShows(feed: CpansaFeed, digits: (value: number) => number): Map<string, string[]> {
  const documents = new Map<string, string[]>();
  for (const [dist, advisories] of Object.entries(feed)) {
    const released = cpansa().releases.get(dist)?.versions ?? [];
    for (const one of advisories) {
      const found = released.filter((version) => metacpanFinds(one, version, digits));
      if (found.length > 0)
        documents.set(
          one.cpansa_id,
          found.map((version) => `${dist} ${version}`),
        );
    }
  }
  return documents;
}

function ours({ affected }: AdvisoryRecord): string[] {
  const names = [...new Set(affected.map(({ distribution }) => distribution))];
  return names.flatMap((dist) => {
    const entries = affected.filter(({ distribution }) => distribution === dist);
    const released = cpansa().releases.get(dist)?.versions ?? [];
    const hit = released.filter((version) => entries.some((one) => affects(one, version) === true));
    return hit.map((version) => `${dist} ${version}`);
  });
}

test('MetaCPAN shows what we say, for every release of the whole database', {
  skip: withoutShared(DATABASE),
}, () => {
  const { records, report } = cpansa();
  const { feed } = toCpansaFeed(records);
  const shows = metacpanShows(feed, (value) => value);
  const differing: string[] = [];
  let same = 0;
  for (const one of records) {
    const [expected, found] = [ours(one), shows.get(one.id) ?? []];
    const missing = expected.filter((release) => !found.includes(release));
    assert.deepEqual(
      found.filter((release) => !expected.includes(release)),
      [],
      one.id,
    );
    if (missing.length > 0) differing.push(one.id);
    else same += found.length;
  }
  // One document for each id: that of the first distribution is overwritten.
  const twice = records.filter((one) => one.flags?.some(({ rule }) => rule === 'id-two-distributions'));
  assert.deepEqual(
    differing,
    twice.map(({ id }) => id),
  );
  console.log(
    `MetaCPAN, ${report.ids} ids: ${same} affected releases agree, ${differing.length} ids overwritten`,
  );
});

test("MetaCPAN's single floats hide two releases whose last digits they do not hold", {
  skip: withoutShared(DATABASE),
}, () => {
  const { feed } = toCpansaFeed(cpansa().records);
  const [exact, single] = [metacpanShows(feed, (value) => value), metacpanShows(feed, Math.fround)];
  const differing = [...exact].flatMap(([id, found]) => {
    const kept = single.get(id) ?? [];
    return [...found.filter((one) => !kept.includes(one)), ...kept.filter((one) => !found.includes(one))];
  });
  assert.deepEqual(differing, ['Tk 804.027_501', 'Tk 804.027_502']);
});

test('every element of the feed has operators that all of its readers know', {
  skip: withoutShared(DATABASE),
}, () => {
  const elements = Object.values(toCpansaFeed(cpansa().records).feed).flatMap((list) =>
    list.flatMap(({ affected_versions }) => affected_versions),
  );
  // Test::CVE puts the elements into a program that it evaluates.
  for (const element of elements) assert.match(element, /^(?:(?:[<>]=?|==)v?[0-9][0-9._]*(?:,(?!$)|$))+$/);
});
