import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askCpanAudit, type CpanAuditAnswers, type CpanAuditDatabase } from '../../test/cpan-audit.ts';
import { lockNames, withoutLocks } from '../../test/locks.ts';
import { withoutPerl } from '../../test/peers.ts';
import { sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { formatCpansa, formatCpansaDistribution, joinCpansa } from '../formats/index.ts';
import {
  type AdvisoryRecord,
  affects,
  cpansaMember,
  type ImportedAdvisories,
  importCpansa,
  toCpansa,
  toCpansaFeed,
} from './index.ts';

const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CPANSA-Example-2025-01', 'CVE-2026-99991', 'GHSA-98vg-qmpv-23vr'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links',
  details: 'In its cache directory, Example::Dist follows symbolic links.',
  severity: { rating: 'high' },
  affected: [
    {
      distribution: 'Example-Dist',
      ranges: ['>=1.2,<1.7', '==2'],
      fixed: ['>=1.54,<1.6'],
      cause: { kind: 'own' },
    },
    {
      distribution: 'Example-XS',
      ranges: ['>=0'],
      fixed: [],
      cause: { kind: 'embedded', library: 'libz', libraryVersion: '1.2' },
      aliases: ['CVE-2026-99992'],
    },
  ],
  references: [{ type: 'fix', url: 'https://example.org/commit/1' }],
  history: [],
};
const meta = { built: '2026-11-22T06:05:04Z', generator: 'cpansec' };
const releases = new Map([
  [
    'Example-Dist',
    {
      mainModule: 'Example::Dist',
      versions: ['1.0', '1.2'],
      coreVersions: ['0.9'],
      dates: new Map([['1.0', '2010-02-11T02:04:14']]),
    },
  ],
]);
const content = { records: [record], modules: new Map([['Example::Dist', 'Example-Dist']]), releases };

test('a record as rows of the database', () => {
  const { database, losses } = toCpansa(content, meta);
  assert.equal(
    formatCpansa(database),
    `{"meta":{"date":"Sun Nov 22 06:05:04 2026","epoch":1795327504,"generator":"cpansec"},
"module2dist":{"Example::Dist":"Example-Dist"},
"dists":{
"Example-Dist":{"advisories":[${JSON.stringify({
      id: 'CPANSA-Example-Dist-2026-0001',
      distribution: 'Example-Dist',
      description: 'In its cache directory, Example::Dist follows symbolic links.',
      cves: ['CVE-2026-99991'],
      github_security_advisory: ['GHSA-98vg-qmpv-23vr'],
      previous_id: ['CPANSA-Example-2025-01'],
      affected_versions: ['>=1.2,<1.7', '==2'],
      fixed_versions: ['>=1.54,<1.6'],
      references: ['https://example.org/commit/1'],
      reported: '2026-02-03',
      severity: 'high',
    })}],"versions":[{"version":"1.0","date":"2010-02-11T02:04:14"},{"version":"1.2"},{"version":"0.9","dual_lived":1}],"main_module":"Example::Dist"},
"Example-XS":{"advisories":[${JSON.stringify({
      id: 'CPANSA-Example-Dist-2026-0001',
      distribution: 'Example-XS',
      description: 'In its cache directory, Example::Dist follows symbolic links.',
      cves: ['CVE-2026-99991', 'CVE-2026-99992'],
      github_security_advisory: ['GHSA-98vg-qmpv-23vr'],
      previous_id: ['CPANSA-Example-2025-01'],
      affected_versions: ['>=0'],
      fixed_versions: [],
      references: ['https://example.org/commit/1'],
      reported: '2026-02-03',
      severity: 'high',
      embedded_vulnerability: { name: 'libz', distributed_version: '1.2' },
    })}],"versions":[]}}}
`,
  );
  assert.deepEqual(losses, [
    { id: record.id, path: 'summary', text: 'left out: CPANSA has no place for it' },
  ]);
});

test('the whole is what its members make', () => {
  const { database } = toCpansa(content, meta);
  const members = ['Example-Dist', 'Example-XS'].map((name): [string, string] => {
    const { member } = cpansaMember(name, [record], releases.get(name));
    return [name, formatCpansaDistribution(member)];
  });
  assert.equal([...joinCpansa(database, members)].join(''), formatCpansa(database));
  assert.equal(
    [...joinCpansa({ ...database, module2dist: {} }, [])].join(''),
    formatCpansa({ ...database, module2dist: {}, dists: {} }),
  );
});

test('what the database cannot hold is said', () => {
  const { distribution } = record.affected[0] ?? { distribution: '' };
  const one: AdvisoryRecord = {
    ...record,
    aliases: ['DSA-1-1'],
    severity: { rating: 'low', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    weaknesses: ['CWE-59'],
    credits: [{ name: 'A. Finder', role: 'finder' }],
    affected: [
      {
        distribution,
        ranges: ['<1-RC1'],
        fixed: [],
        cause: { kind: 'own' },
        modules: ['Example::Dist'],
      },
    ],
  };
  const gone: AdvisoryRecord = {
    ...record,
    id: 'CPANSA-Example-Dist-2026-0002',
    withdrawn: { on: '2026-03-01', kind: 'rejected', reason: 'no vulnerability' },
  };
  const { database, losses } = toCpansa({ ...content, records: [gone, one] }, meta);
  assert.deepEqual(
    database.dists[distribution]?.advisories.map(({ id, affected_versions }) => [id, affected_versions]),
    [[one.id, ['<1-RC1']]],
  );
  assert.deepEqual(
    losses.map(({ id, path }) => `${id.slice(-1)} ${path}`),
    [
      '2 withdrawn',
      '1 weaknesses',
      '1 credits',
      '1 severity.vector',
      '1 summary',
      '1 aliases',
      '1 affected[0].modules',
      '1 affected[0]',
    ],
  );
});

test('whatever the ranges are, both files say of every version what they say', () => {
  const number = fc.integer({ min: 0, max: 9 });
  const version = fc.oneof(
    fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
    fc.tuple(number, number, number).map((parts) => `v${parts.join('.')}`),
  );
  const constraint = fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), version);
  const range = fc
    .array(
      constraint.map((pair) => pair.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join(','));
  const ranges = fc.array(range, { minLength: 1, maxLength: 3 });
  const fixed = fc.array(range, { maxLength: 2 });
  const property = fc.property(ranges, fixed, version, (some, others, asked) => {
    const entry = { distribution: 'A', ranges: some, fixed: others, cause: { kind: 'own' as const } };
    const one = { ...record, affected: [entry] };
    const text = formatCpansa(
      toCpansa({ records: [one], modules: new Map(), releases: new Map() }, meta).database,
    );
    const [read] = importCpansa(text).records.flatMap(({ affected }) => affected);
    assert.ok(read);
    assert.equal(affects(read, asked), affects(entry, asked));
    const said = toCpansaFeed([one]).feed.A?.[0]?.affected_versions ?? ['<0'];
    assert.equal(affects({ ranges: said, fixed: [] }, asked), affects(entry, asked), said.join(' or '));
  });
  fc.assert(property, { seed, numRuns: rounds(300, 30_000) });
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
let whole: { original: ImportedAdvisories; text: string } | undefined;
function cpansa(): { original: ImportedAdvisories; text: string } {
  if (whole === undefined) {
    const original = importCpansa(sharedText(DATABASE));
    whole = { original, text: formatCpansa(toCpansa(original, meta).database) };
  }
  return whole;
}

/** What a record says, but for how its rows were written. */
function facts({ flags: _, affected, ...record }: AdvisoryRecord): object {
  return {
    ...record,
    affected: affected.map(({ source, ...entry }) => ({ ...entry, other: source?.other })),
  };
}

test('the whole database comes back as it was', { skip: withoutShared(DATABASE) }, () => {
  const { original, text } = cpansa();
  const { records, releases, modules } = importCpansa(text);
  const byId = new Map(records.map((one) => [one.id, one]));
  for (const one of original.records) assert.deepEqual(facts(byId.get(one.id) ?? one), facts(one), one.id);
  assert.equal(records.length, original.records.length);
  assert.deepEqual(releases, original.releases);
  assert.deepEqual(modules, original.modules);
});

test('the text does not depend on the order of what is given', { skip: withoutShared(DATABASE) }, () => {
  const { original, text } = cpansa();
  const turned = {
    records: original.records.toReversed(),
    modules: new Map([...original.modules].reverse()),
    releases: new Map([...original.releases].reverse()),
  };
  assert.equal(formatCpansa(toCpansa(turned, meta).database), text);
});

test("Debian's cpan-audit answers from the export as from the original, for every real lock file", {
  skip: withoutLocks || withoutShared(DATABASE) || withoutPerl('CPAN::Audit'),
}, () => {
  const exported = JSON.parse(cpansa().text) as CpanAuditDatabase; // our own output
  const names = lockNames();
  const [before = [], after = []] = askCpanAudit([sharedJson<CpanAuditDatabase>(DATABASE), exported], names);
  names.forEach((name, i) => {
    assert.deepEqual(before[i], sharedJson<CpanAuditAnswers>(`golden/cpan-audit.${name}.json`), name);
    assert.notDeepEqual(before[i], {}, name);
    assert.deepEqual(after[i], before[i], name);
  });
});
