import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  affected,
  aRecord,
  back,
  custom,
  entry,
  foreign,
  judged,
  options,
  own,
  published,
  record,
  unaffected,
  version,
  withoutOurs,
} from '../../test/cve-records.ts';
import { cveValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { cveProblems, isRejectedCve, parseCve } from '../formats/index.ts';
import { type AdvisoryRecord, encodeRecord, fromCve, importCpansa, importCve, toCve } from './index.ts';

test('a record that was written comes back whole', () => {
  const flagged: AdvisoryRecord = {
    ...record,
    flags: [{ rule: 'range-bare', at: 'x', found: '1' }],
    withdrawn: { on: '2026-04-01', kind: 'withdrawn', reason: 'a copy' },
    affected: [own({ ranges: [] }), ...record.affected, own({ distribution: 'B', ranges: ['<1-RC1'] })],
  };
  const rejected: AdvisoryRecord = {
    ...record,
    withdrawn: { on: '2026-04-01', kind: 'rejected', reason: 'no vulnerability' },
  };
  const { details: _, severity: __, credits: ___, ...bare } = record;
  for (const one of [record, flagged, rejected, { ...bare, reported: null }])
    assert.deepEqual(back(toCve(one, options)), [one]);
});

test('what SSVC decides is a metric of its own', () => {
  const ssvc = 'SSVCv2/E:P/A:Y/T:T/M:L/D:T/2026-11-25T12:00:00Z/';
  const result = toCve({ ...record, ssvc }, options);
  const [document] = result.documents;
  assert.ok(document !== undefined && !isRejectedCve(document));
  const { metrics = [], x_cpansec: _, ...cna } = document.containers.cna;
  assert.deepEqual(metrics.at(-1)?.other, {
    type: 'ssvc',
    content: {
      role: 'CISA Coordinator',
      id: document.cveMetadata.cveId,
      version: '2.0.3',
      computed: ssvc,
      timestamp: '2026-11-25T12:00:00Z',
      options: [
        { Exploitation: 'poc' },
        { Automatable: 'yes' },
        { 'Technical Impact': 'total' },
        { 'Mission & Well-being': 'low' },
        { Decision: 'Track' },
      ],
    },
  });
  assert.deepEqual(back(result), [{ ...record, ssvc }]);
  const bare = { ...document, containers: { cna: { ...cna, metrics } } };
  assert.equal(fromCve(bare)?.ssvc, ssvc, 'it is read of whoever writes it');
  const odd = toCve({ ...record, ssvc: 'SSVCv2/E:P/' }, options);
  assert.ok(odd.losses.some(({ path }) => path === 'ssvc'));
  assert.deepEqual(back(odd), [{ ...record, ssvc: 'SSVCv2/E:P/' }]);
});

test('a rejected record says why', () => {
  const withdrawn = { on: '2026-04-01', kind: 'rejected' as const, reason: 'no vulnerability' };
  const [document] = toCve({ ...record, withdrawn }, options).documents;
  assert.ok(document !== undefined && isRejectedCve(document));
  assert.equal(document.cveMetadata.dateRejected, '2026-04-01T00:00:00Z');
  assert.deepEqual(document.containers.cna.rejectedReasons, [{ lang: 'en', value: 'no vulnerability' }]);
  const changed = structuredClone(document);
  changed.containers.cna.rejectedReasons = [{ lang: 'en', value: 'a duplicate' }];
  assert.deepEqual(fromCve(changed)?.withdrawn, { ...withdrawn, reason: 'a duplicate' });
  delete changed.containers.cna.x_cpansec;
  assert.equal(fromCve(changed), null);
});

test('what has no place in a record stays in the source row and goes out again', () => {
  const product = {
    ...unaffected,
    vendor: 'SOMEBODY',
    repo: 'https://example.org/dist.git',
    programFiles: ['lib/Example/Dist.pm'],
    versions: [affected('1.05'), affected('0', { lessThan: '1', versionType: 'semver' })],
  };
  const cna = {
    title: 'Example::Dist trusts its input',
    datePublic: '2026-02-03T04:05:06Z',
    problemTypes: [
      { descriptions: [{ lang: 'en', description: 'CWE-20 Improper Input Validation', cweId: 'CWE-20' }] },
    ],
    solutions: [{ lang: 'en', value: 'Upgrade.' }],
    timeline: [{ time: '2026-01-02T03:04:05Z', lang: 'en', value: 'reported' }],
    references: [{ url: 'https://example.org/1', name: 'One', tags: ['vendor-advisory'] }],
    credits: [{ lang: 'en', value: 'A. Tool', type: 'tool' }],
    tags: ['disputed'],
    x_more: 1,
  };
  const document = published(foreign(product, cna));
  const found = fromCve(document);
  assert.ok(found);
  assert.deepEqual(found.weaknesses, ['CWE-20']);
  const { source } = found.affected[0] ?? {};
  assert.deepEqual(source?.affected, ['affected 1.05', 'affected 0 < 1']);
  const { assigner } = options;
  const again = published(toCve(found, { assigner }).documents[0]).containers.cna;
  const { providerMetadata: _, ...expected } = document.containers.cna;
  const { providerMetadata: __, source: discovery, ...written } = again;
  assert.deepEqual(written, {
    ...expected,
    affected: [{ ...expected.affected[0], packageURL: 'pkg:cpan/Example-Dist' }],
  });
  assert.deepEqual(discovery, { discovery: 'UNKNOWN' });
  const edited = {
    ...found,
    weaknesses: ['CWE-79'],
    affected: found.affected.map((one) => ({ ...one, ranges: ['<3'], fixed: [] })),
  };
  const after = published(toCve(edited, options).documents[0]).containers.cna;
  assert.deepEqual(after.problemTypes?.[0]?.descriptions[0]?.cweId, 'CWE-79');
  assert.deepEqual(after.affected[0]?.versions, [affected('0', { lessThan: '3', ...custom })]);
  assert.deepEqual([after.affected[0]?.vendor, after.solutions], ['SOMEBODY', cna.solutions]);
});

test('records import as a set', () => {
  const file = (name: string, document: object): { name: string; bytes: Uint8Array } => ({
    name,
    bytes: encodeUtf8(JSON.stringify(document)),
  });
  const [first, second] = toCve(record, options).documents;
  assert.ok(first && second);
  const other = foreign({ collectionURL: 'https://www.npmjs.com/' });
  other.cveMetadata.cveId = 'CVE-2026-99992';
  other.cveMetadata.dateUpdated = '2026-06-01T00:00:00.5Z';
  const files = [file('b.json', first), file('a.json', other), file('c.json', second)];
  const { records, report, built } = importCve(files);
  assert.deepEqual(records, [record]);
  assert.deepEqual(
    [report.rows, report.entries, report.perRule, built],
    [4, 2, { 'cve-product': 1 }, '2026-06-01T00:00:00Z'],
  );
  assert.throws(() => importCve([file('c.json', first), file('a.json', first)]), {
    code: 'import-shape',
    message: 'c.json: id CVE-2026-99990 is that of a.json, too',
  });
  assert.throws(() => importCve([file('a.json', { ...first, containers: {} })]), {
    code: 'cve-shape',
    place: { file: 'a.json', path: 'containers.cna' },
  });
  const changed = structuredClone(published(second));
  changed.containers.cna.title = 'Another';
  const [joined] = importCve([file('a.json', first), file('b.json', changed)]).records;
  assert.deepEqual([joined?.summary, joined?.affected], [record.summary, record.affected]);
  assert.deepEqual(
    joined?.flags?.map(({ rule }) => rule),
    ['cve-documents-differ'],
  );
});

test('whatever is in a record, what was written comes back', () => {
  const property = fc.property(aRecord, (one) => {
    const { documents, losses } = toCve(one, options);
    for (const document of documents) assert.deepEqual(cveProblems(document), []);
    const left = new Set(
      losses.filter(({ text: why }) => /^left out: it has no/.test(why)).map(({ path }) => path),
    );
    if (documents.length === 0) assert.ok(losses.some(({ text: why }) => why.startsWith('no document')));
    else {
      const kept = one.affected.filter((_, i) => !left.has(`affected[${i}]`));
      assert.deepEqual(back({ documents }), [{ ...one, affected: kept }]);
    }
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

test('versions say of every version what the ranges say', () => {
  const property = fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), version, (entries, asked) => {
    const [document] = toCve({ ...record, affected: entries }, options).documents;
    assert.ok(document);
    const read = withoutOurs(document).affected;
    for (const { distribution } of entries)
      assert.equal(judged(read, distribution, asked), judged(entries, distribution, asked));
  });
  fc.assert(property, { seed, numRuns: rounds(500, 50_000) });
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole database goes out valid, comes back whole and is answered alike', {
  skip: withoutShared(DATABASE) || withoutSchema.cve,
}, () => {
  const errors = cveValidator();
  const { records, releases } = importCpansa(sharedText(DATABASE));
  const mainModule = (name: string): string | null => releases.get(name)?.mainModule ?? null;
  let count = 0;
  for (const one of records) {
    const { documents } = toCve(one, { ...options, mainModule });
    for (const document of documents) {
      assert.equal(errors(document), '', one.id);
      const read = withoutOurs(document).affected;
      const about = one.affected.filter(({ aliases = [] }) =>
        [...one.aliases, ...aliases].includes(document.cveMetadata.cveId),
      );
      for (const { distribution } of about)
        for (const asked of releases.get(distribution)?.versions ?? [])
          assert.equal(judged(read, distribution, asked), judged(about, distribution, asked), one.id);
    }
    if (documents.length === 0) continue;
    count += documents.length;
    const affected = one.affected.filter(({ aliases = [] }) =>
      documents.some(({ cveMetadata }) => [...one.aliases, ...aliases].includes(cveMetadata.cveId)),
    );
    assert.deepEqual(back({ documents }).map(encodeRecord), [encodeRecord({ ...one, affected })]);
  }
  assert.equal(count, 909);
});

const REAL: [id: string, distribution: string, range: string, weaknesses: string[]][] = [
  ['CVE-2025-40906', 'BSON-XS', '<=0.8.4', ['CWE-122', 'CWE-190', 'CWE-1104', 'CWE-1395']],
  ['CVE-2025-40916', 'Mojolicious-Plugin-CaptchaPNG', '==1.05', ['CWE-338', 'CWE-804']],
  ['CVE-2025-40933', 'Apache-AuthAny', '>=0.19,<=0.201', ['CWE-338', 'CWE-340']],
];
for (const [id, distribution, expected, weaknesses] of REAL) {
  const path = `cna/${id}.source.json`;
  test(`${id} imports exactly and goes out again`, { skip: withoutShared(path) }, () => {
    const document = published(parseCve(sharedJson<object>(path)));
    const found = fromCve(document);
    assert.ok(found);
    assert.deepEqual(
      found.affected.map((one) => [one.distribution, one.ranges, one.fixed]),
      [[distribution, [expected], []]],
    );
    assert.deepEqual([found.id, found.weaknesses, found.flags], [id, weaknesses, undefined]);
    const { cna } = published(toCve(found, { assigner: options.assigner }).documents[0]).containers;
    const { providerMetadata: _, ...written } = cna;
    const { providerMetadata: __, ...read } = document.containers.cna;
    const [product] = read.affected;
    assert.deepEqual(written, {
      ...read,
      affected: [{ ...product, packageURL: `pkg:cpan/${distribution}` }],
    });
  });
}
