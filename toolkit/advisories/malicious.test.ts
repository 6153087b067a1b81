/** Records of malicious releases, in every format that they go to and come from. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { csafProblems } from '../../test/csaf-validator.ts';
import { csafOptions } from '../../test/exported.ts';
import { osvValidator, withoutSchema } from '../../test/schemas.ts';
import { formatCsaf, formatOsv, type OsvRecord, parseOsv } from '../formats/index.ts';
import { ImportFlags } from './import-flags.ts';
import {
  type AdvisoryRecord,
  affects,
  buildIndex,
  defanged,
  fanged,
  fromCve,
  fromOsv,
  type Indicator,
  lintRecord,
  openIndex,
  toCpansa,
  toCsaf,
  toCve,
  toCycloneDxVex,
  toOpenVex,
  toOsv,
} from './index.ts';

const record: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0007',
  aliases: ['CVE-2026-99997'],
  reported: '2026-10-02',
  summary: 'Example-Dist 1.4 and 1.5 send the environment of whoever installs them to a stranger',
  details:
    'Somebody uploaded both with a stolen password. Makefile.PL runs the code, so that installing is enough.',
  weaknesses: ['CWE-506'],
  malicious: {
    indicators: [
      { type: 'domain', value: 'collect.example.net', note: 'in Makefile.PL' },
      { type: 'address', value: '192.0.2.7' },
      { type: 'url', value: 'https://collect.example.net/e' },
      { type: 'file', value: '.cpan-cache' },
    ],
  },
  affected: [{ distribution: 'Example-Dist', ranges: ['==1.4', '==1.5'], fixed: [], cause: { kind: 'own' } }],
  references: [{ type: 'report', url: 'https://example.org/report' }],
  history: [{ on: '2026-10-02', change: 'published' }],
};
const modified = '2026-10-02T12:00:00Z';
const releases = (): string[] => ['1.3', '1.4', '1.5', '1.6'];

test('such a record is in order', () => {
  assert.deepEqual(lintRecord(record), []);
});

test('OSV has its indicators twice: whole, and as OpenSSF has them', { skip: withoutSchema.osv }, () => {
  const { document, losses } = toOsv(record, { modified, releases });
  assert.equal(osvValidator()(document), '');
  assert.deepEqual(losses, []);
  assert.deepEqual(document.affected?.[0]?.versions, ['1.4', '1.5']);
  assert.deepEqual(document.database_specific?.malicious, record.malicious);
  assert.deepEqual(document.database_specific?.iocs, {
    domains: ['collect.example.net'],
    ip_addresses: ['192.0.2.7'],
    urls: ['https://collect.example.net/e'],
  });
  assert.deepEqual(fromOsv(parseOsv(formatOsv(document))), record);
});

/** As OpenSSF's repository of malicious packages would have it. */
const foreign: OsvRecord = {
  schema_version: '1.7.3',
  id: 'MAL-2026-99999',
  modified,
  summary: 'Malicious code in Example-Dist (CPAN)',
  affected: [
    {
      package: { ecosystem: 'CPAN', name: 'Example-Dist' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    },
  ],
};

const ORIGINS = [{ source: 'example', sha256: '00', import_time: modified }];
const FOREIGN: [what: string, change: Partial<OsvRecord>, indicators: string[] | null, flags: string[]][] = [
  ['an id of theirs', {}, [], []],
  ['an alias of theirs', { id: 'X-1', aliases: ['MAL-2026-99999'] }, [], []],
  ['their origins', { id: 'X-1', database_specific: { 'malicious-packages-origins': ORIGINS } }, [], []],
  ['a member of ours that cannot be read', { id: 'X-1', database_specific: { malicious: 7 } }, [], []],
  ['an id of somebody else', { id: 'X-1' }, null, []],
  [
    'their indicators',
    { database_specific: { iocs: { domains: ['a.example'], ip_addresses: ['192.0.2.1'] } } },
    ['domain a.example', 'address 192.0.2.1'],
    [],
  ],
  [
    'a list that we do not have, and one of numbers',
    { database_specific: { iocs: { domains: [1], wallets: ['x'] } } },
    [],
    ['osv-indicator'],
  ],
  [
    'more indicators than a record holds, and one that is too long',
    {
      database_specific: {
        iocs: { urls: ['x'.repeat(501), ...Array<string>(501).fill('https://a.example/')] },
      },
    },
    Array<string>(500).fill('url https://a.example/'),
    ['osv-indicator'],
  ],
];
for (const [what, change, indicators, rules] of FOREIGN) {
  test(`OSV in: ${what}`, () => {
    const flags = new ImportFlags();
    const read = fromOsv({ ...foreign, ...change }, flags);
    const found = read?.malicious?.indicators.map(({ type, value }) => `${type} ${value}`);
    assert.deepEqual(found ?? null, indicators);
    assert.deepEqual([...new Set(flags.all.map(({ rule }) => rule))], rules);
    assert.deepEqual(read?.affected[0]?.ranges, ['>=0']);
  });
}

test('CVE, for the few that have an id, brings it back whole', () => {
  const assigner = { orgId: '00000000-0000-4000-9000-000000000000', shortName: 'EXAMPLE' };
  const { documents } = toCve(record, { assigner });
  assert.deepEqual(
    documents.map((document) => fromCve(document)),
    [record],
  );
  const unnamed = toCve({ ...record, aliases: [] }, { assigner });
  assert.deepEqual(unnamed, {
    documents: [],
    losses: [{ path: 'aliases', text: 'no document: no CVE id' }],
  });
});

const REMOVE = /^Remove Example-Dist: these releases are malicious\. .* renew the secrets/;

test('VEX and CSAF say to remove it, and never to update', async () => {
  const { document: openVex, losses } = toOpenVex(record, {
    id: 'https://example.org/vex/7',
    author: 'Example Security Group',
    timestamp: modified,
    version: 1,
    releases,
  });
  const affected = openVex?.statements.filter(({ status }) => status === 'affected') ?? [];
  assert.deepEqual(
    affected.map(({ products }) => products?.map((one) => one['@id'])),
    [['pkg:cpan/Example-Dist@1.4', 'pkg:cpan/Example-Dist@1.5']],
  );
  assert.match(affected[0]?.action_statement ?? '', REMOVE);
  assert.ok(losses.some(({ path }) => path === 'malicious'));
  const { document: csaf } = toCsaf(record, csafOptions);
  assert.deepEqual(await csafProblems(JSON.parse(formatCsaf(csaf))), []);
  const remediations = csaf.vulnerabilities?.[0]?.remediations ?? [];
  assert.deepEqual(
    remediations.map(({ category }) => category),
    ['mitigation'],
  );
  assert.match(remediations[0]?.details ?? '', REMOVE);
  const source = { name: 'Example Security Group' };
  const { document: bom } = toCycloneDxVex(record, { timestamp: modified, source, version: 1, releases });
  assert.match(bom.vulnerabilities?.[0]?.recommendation ?? '', REMOVE);
  assert.deepEqual(bom.vulnerabilities?.[0]?.analysis, { state: 'exploitable' });
});

test("CPANSA's readers are warned, and what they are not told is a loss", () => {
  const content = { records: [record], modules: new Map(), releases: new Map() };
  const { database, losses } = toCpansa(content, { built: modified, generator: 'test' });
  assert.deepEqual(database.dists['Example-Dist']?.advisories[0]?.affected_versions, ['==1.4', '==1.5']);
  assert.ok(losses.some(({ path }) => path === 'malicious'));
});

const SHOWN: [type: Indicator['type'], value: string, shown: string][] = [
  ['domain', 'collect.example.net', 'collect[.]example[.]net'],
  ['address', '192.0.2.7', '192[.]0[.]2[.]7'],
  ['address', '2001:db8::7', '2001[:]db8::7'],
  ['url', 'https://a.example/b.c', 'hxxps://a[.]example/b[.]c'],
  ['url', 'HTTP://a.example/', 'hxxp://a[.]example/'],
  ['url', 'ftp://a.example/', 'ftp[://]a[.]example/'],
  ['file', 't/lib/Run.pm', 't/lib/Run.pm'],
];
for (const [type, value, shown] of SHOWN) {
  test(`${value} is shown as ${shown}, and read from it`, () => {
    assert.equal(defanged({ type, value }), shown);
    assert.equal(fanged({ type, value: ` ${shown} ` }).toLowerCase(), value.toLowerCase());
  });
}

test('the index tells malicious from vulnerable', () => {
  const { malicious: _, ...vulnerable } = { ...record, id: 'CPANSA-Example-Dist-2026-0008' };
  const index = openIndex(buildIndex({ records: [record, vulnerable] }));
  index.verify();
  const advisories = index.distribution('Example-Dist')?.advisories ?? [];
  assert.deepEqual(
    advisories.map((one) => [one.id, one.malicious, affects(one, '1.4'), affects(one, '1.6')]),
    [
      ['CPANSA-Example-Dist-2026-0007', true, true, false],
      ['CPANSA-Example-Dist-2026-0008', undefined, true, false],
    ],
  );
});
