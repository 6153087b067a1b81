/** Imports: what becomes of each row, who wins, and that a second run writes nothing. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type AdvisoryRecord, encodeRecord, RECORD_FORMAT, toCve } from 'cpansec/advisories';
import type { Source, SourceKind } from 'cpansec/sources';
import { s3Server } from '../../test/s3.ts';
import { sharedBytes, withoutShared } from '../../test/shared.ts';
import { type BlobStore, bucketStore, memoryStore } from '../blobs/index.ts';
import { checkStore, type ImportOutcome, importInto, PublishedStore } from './index.ts';

const AT = '2026-11-22T06:00:00Z';

function recordOf(id: string, changes: Partial<AdvisoryRecord> = {}): AdvisoryRecord {
  return {
    format: RECORD_FORMAT,
    id,
    aliases: [],
    reported: '2026-02-03',
    summary: 'Example-Dist before 1.7 follows links',
    affected: [{ distribution: 'Example-Dist', ranges: ['<1.7'], fixed: ['>=1.7'], cause: { kind: 'own' } }],
    references: [{ type: 'advisory', url: 'https://example.org/' }],
    history: [{ on: '2026-02-03', change: 'first record' }],
    ...changes,
  };
}

function sourceOf(kind: SourceKind, files: Readonly<Record<string, unknown>>): Source {
  const bytes = (value: unknown): Uint8Array =>
    new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  const read = Object.entries(files).map(([name, value]) => ({ name, bytes: bytes(value) }));
  return { kind, files: read, passedOver: 0, whole: false };
}

const ours = (...records: readonly AdvisoryRecord[]): Source =>
  sourceOf('records', {
    'coverage.json': {
      format: 'cpansec-coverage/1',
      distributions: ['Example-Dist'],
      asOf: '2026-11-20',
      serial: 1,
      built: AT,
    },
    'releases.json': { 'Example-Dist': ['1.10', '1.9'] },
    'modules.json': { 'Example::Dist': 'Example-Dist' },
    ...Object.fromEntries(records.map((record) => [`advisories/${record.id}.json`, encodeRecord(record)])),
  });

interface Row {
  readonly id: string;
  readonly cves?: readonly string[];
  readonly affected?: string;
  readonly description?: string;
}

function cpansa(rows: Readonly<Record<string, readonly Row[]>>): Source {
  const dists = Object.entries(rows).map(([name, advisories]) => [
    name,
    {
      main_module: name.replaceAll('-', '::'),
      versions: [{ version: '1.8', date: '2026-03-01T00:00:00' }],
      advisories: advisories.map(({ id, cves = [], affected = '<1.7', description = 'Follows links.' }) => ({
        id,
        cves,
        affected_versions: [affected],
        fixed_versions: [],
        description,
        references: [],
        reported: '2026-02-03',
      })),
    },
  ]);
  const meta = { epoch: '1786890660' };
  return sourceOf('cpansa', { 'db.json': { dists: Object.fromEntries(dists), module2dist: {}, meta } });
}

const osv = (id: string, name: string, aliases: readonly string[] = []): unknown => ({
  schema_version: '1.7.0',
  id,
  modified: AT,
  aliases,
  summary: 'Follows links',
  affected: [
    {
      package: { ecosystem: 'CPAN', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.7' }] }],
    },
  ],
});

async function run(blobs: BlobStore, source: Source, at = AT, dryRun = false): Promise<ImportOutcome> {
  return importInto(new PublishedStore(blobs), source, { at, dryRun });
}

function verdicts({ rows }: ImportOutcome): string[] {
  return rows.map(({ row, verdict, record }) => `${row} ${verdict} ${record ?? '-'}`);
}

async function everything(blobs: BlobStore): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { key } of blobs.list(''))
    found.push([key, new TextDecoder().decode((await blobs.get(key))?.bytes)]);
  return found;
}

/** The same import once more, at another time: nothing is written. */
async function again(blobs: BlobStore, source: Source): Promise<void> {
  const before = await everything(blobs);
  const { change } = await run(blobs, source, '2026-11-30T06:00:00Z');
  assert.equal(change, null);
  assert.deepEqual(await everything(blobs), before);
  assert.deepEqual((await checkStore(blobs)).faults, []);
}

const A = 'CPANSA-Example-Dist-2026-0001';
const B = 'CPANSA-Example-Dist-2026-0002';

test('our set: records, releases, modules, coverage', async () => {
  const blobs = memoryStore();
  const source = ours(recordOf(A));
  const outcome = await run(blobs, source);
  assert.deepEqual(verdicts(outcome), [`${A} imported ${A}`]);
  assert.equal(outcome.change, 1);
  const keys = (await everything(blobs)).map(([key]) => key);
  assert.deepEqual(keys, [
    'changes/000000000001.done',
    'changes/000000000001.json',
    'coverage.json',
    'dists/Example-Dist.json',
    `records/${A}/1.json`,
  ]);
  const store = new PublishedStore(blobs);
  assert.deepEqual(await store.coverage(), {
    own: { complete: false, distributions: ['Example-Dist'], asOf: '2026-11-20' },
  });
  assert.deepEqual(
    (await store.dist('Example-Dist'))?.releases.map(({ version }) => version),
    ['1.10', '1.9'],
  );
  assert.equal((await store.latest(A))?.origin.kind, 'own');
  await again(blobs, source);
});

test('a record of ours that the lint refuses is refused by name', async () => {
  const bad = recordOf(A, { affected: [] });
  const { rows } = await run(memoryStore(), ours(recordOf(B), bad));
  assert.deepEqual(
    rows.map(({ row, verdict }) => [row, verdict]),
    [
      [A, 'refused'],
      [B, 'imported'],
    ],
  );
  assert.match(rows[0]?.reason ?? '', /affected/);
});

test('a source: imported, then unchanged, then updated; gone is told and stays', async () => {
  const blobs = memoryStore();
  const first = cpansa({ 'Example-Dist': [{ id: A }, { id: B }] });
  assert.deepEqual(verdicts(await run(blobs, first)), [`${A} imported ${A}`, `${B} imported ${B}`]);
  await again(blobs, first);
  const next = cpansa({ 'Example-Dist': [{ id: A, affected: '<1.8' }] });
  const outcome = await run(blobs, next, '2026-11-23T06:00:00Z');
  assert.deepEqual(verdicts(outcome), [`${A} updated ${A}`, `${B} gone ${B}`]);
  const store = new PublishedStore(blobs);
  const revisions = await store.revisions(A);
  assert.deepEqual(
    revisions.map(({ published, record }) => [published, record.affected[0]?.ranges]),
    [
      [AT, ['<1.7']],
      ['2026-11-23T06:00:00Z', ['<1.8']],
    ],
  );
  assert.equal((await store.latest(B))?.revision, 1);
  assert.deepEqual(
    (await store.decisions()).map(({ row, decision, on }) => [row, decision, on]),
    [
      [A, 'updated', '2026-11-23'],
      [B, 'imported', '2026-11-22'],
    ],
  );
  await again(blobs, next);
});

test('a row that moved in its source is no new revision', async () => {
  const blobs = memoryStore();
  await run(blobs, cpansa({ 'Example-Dist': [{ id: A }] }));
  const moved = await run(blobs, cpansa({ 'Example-Dist': [{ id: B }, { id: A }] }));
  assert.deepEqual(verdicts(moved), [`${A} unchanged ${A}`, `${B} imported ${B}`]);
});

test('ours wins by id, whichever came first, and the difference is kept', async () => {
  const mine = recordOf(A);
  const theirs = cpansa({ 'Example-Dist': [{ id: A, affected: '<1.8' }] });
  for (const order of ['ours first', 'theirs first'] as const) {
    const blobs = memoryStore();
    for (const source of order === 'ours first' ? [ours(mine), theirs] : [theirs, ours(mine)])
      await run(blobs, source);
    const store = new PublishedStore(blobs);
    assert.deepEqual((await store.latest(A))?.record, mine, order);
    const [decision] = await store.decisions();
    assert.equal(decision?.decision, 'ours', order);
    assert.equal(decision?.record, A, order);
    assert.deepEqual(
      decision?.differences.find(({ path }) => path === 'affected[Example-Dist].ranges'),
      { path: 'affected[Example-Dist].ranges', ours: '<1.7', theirs: '<1.8' },
      order,
    );
    await again(blobs, theirs);
    await again(blobs, ours(mine));
  }
});

test('ours wins by an alias where it names every distribution, and only there', async () => {
  const mine = recordOf(A, { aliases: ['CVE-2026-99991'] });
  const theirs = cpansa({
    'Example-Dist': [{ id: B, cves: ['CVE-2026-99991'] }],
    'Other-Dist': [{ id: 'CPANSA-Other-Dist-2026-0001', cves: ['CVE-2026-99991'] }],
  });
  const blobs = memoryStore();
  await run(blobs, ours(mine));
  assert.deepEqual(verdicts(await run(blobs, theirs)), [
    `${B} ours ${A}`,
    'CPANSA-Other-Dist-2026-0001 imported CPANSA-Other-Dist-2026-0001',
  ]);
  await again(blobs, theirs);
});

test('what was imported before under another id is withdrawn, and stays so', async () => {
  const theirs = cpansa({ 'Example-Dist': [{ id: B, cves: ['CVE-2026-99991'] }] });
  const mine = ours(recordOf(A, { aliases: ['CVE-2026-99991'] }));
  const blobs = memoryStore();
  await run(blobs, theirs);
  assert.deepEqual(verdicts(await run(blobs, mine)), [`${A} imported ${A}`, `${B} superseded ${A}`]);
  const latest = await new PublishedStore(blobs).latest(B);
  assert.deepEqual(latest?.record.withdrawn, {
    on: '2026-11-22',
    kind: 'withdrawn',
    reason: `superseded by ${A}`,
  });
  assert.equal(latest?.revision, 2);
  await again(blobs, mine);
  await again(blobs, theirs);
});

test('of two sources the first stands, and the other is known', async () => {
  const blobs = memoryStore();
  await run(blobs, cpansa({ 'Example-Dist': [{ id: A, cves: ['CVE-2026-99991'] }] }));
  const documents = sourceOf('osv', {
    'a.json': osv('CVE-2026-99991', 'Example-Dist'),
    'b.json': osv(A, 'Example-Dist'),
    'c.json': osv('CVE-2026-99992', 'Example-Dist'),
    'd.json': { ...Object(osv('X-1', 'x')), affected: [{ package: { ecosystem: 'npm', name: 'x' } }] },
    'e.json': '{"id": 1}',
    'f.json': osv('CVE-2026-99992', 'Other-Dist'),
  });
  const outcome = await run(blobs, documents);
  assert.deepEqual(verdicts(outcome), [
    `CVE-2026-99991 known ${A}`,
    `${A} known ${A}`,
    'CVE-2026-99992 imported CVE-2026-99992',
    'd.json refused -',
    'e.json refused -',
    'f.json refused -',
  ]);
  assert.deepEqual(
    outcome.rows.slice(3).map(({ reason }) => reason),
    ['names no CPAN distribution', outcome.rows[4]?.reason, 'id CVE-2026-99992 is that of c.json, too'],
  );
  await again(blobs, documents);
});

test('CVE records that were written from one record are one again', async () => {
  const two = recordOf(A, { aliases: ['CVE-2026-99991', 'CVE-2026-99992'] });
  const entry = two.affected[0];
  assert.ok(entry);
  const each = recordOf('CPANSA-Example-Dist-2026-02', {
    affected: [
      { ...entry, aliases: ['CVE-2026-99993'] },
      { ...entry, distribution: 'Other-Dist', aliases: ['CVE-2026-99994'] },
    ],
  });
  const assigner = { orgId: '00000000-0000-4000-9000-000000000000', shortName: 'example' };
  const [a, b, c, d] = [two, each].flatMap((record) => toCve(record, { assigner }).documents);
  const blobs = memoryStore();
  const documents = sourceOf('cve', { 'a.json': a, 'b.json': b, 'c.json': c, 'd.json': d, 'e.json': '{}' });
  const outcome = await run(blobs, documents);
  assert.deepEqual(verdicts(outcome), [
    `${A} imported ${A}`,
    `${each.id} imported ${each.id}`,
    'e.json refused -',
  ]);
  const store = new PublishedStore(blobs);
  assert.deepEqual((await store.latest(A))?.record, two);
  assert.deepEqual((await store.latest(each.id))?.record, each);
  await again(blobs, documents);
  const twice = await run(memoryStore(), sourceOf('cve', { 'a.json': a, 'b.json': a }));
  assert.deepEqual(
    twice.rows.map(({ row, reason }) => `${row}: ${reason}`),
    [`${A}: new here`, 'b.json: id CVE-2026-99991 is that of a.json, too'],
  );
});

test('a record of more names than a record may have is refused alone', async () => {
  const names = Array.from({ length: 201 }, (_, i) => `CVE-2026-${20_000 + i}`);
  const blobs = memoryStore();
  const documents = sourceOf('osv', {
    'a.json': osv(A, 'Example-Dist', names),
    'b.json': osv('CVE-2026-99991', 'B'),
  });
  const outcome = await run(blobs, documents);
  assert.deepEqual(verdicts(outcome), [`${A} refused -`, 'CVE-2026-99991 imported CVE-2026-99991']);
  assert.equal(
    outcome.rows[0]?.reason,
    'aliases: expected at most 200 names, with those of entries, found "201"',
  );
  await again(blobs, documents);
});

test('CVE records are imported one by one', async () => {
  const cve = (cveId: string, packageName: string, collectionURL = 'https://cpan.org/modules'): object => ({
    dataType: 'CVE_RECORD',
    dataVersion: '5.2.0',
    cveMetadata: { cveId, assignerOrgId: '00000000-0000-4000-9000-000000000000', state: 'PUBLISHED' },
    containers: {
      cna: {
        providerMetadata: { orgId: '00000000-0000-4000-9000-000000000000' },
        descriptions: [{ lang: 'en', value: 'It trusts its input.' }],
        affected: [{ collectionURL, packageName, defaultStatus: 'affected' }],
        references: [{ url: 'https://example.org/1' }],
      },
    },
  });
  const outcome = await run(
    memoryStore(),
    sourceOf('cve', {
      'a.json': cve('CVE-2026-99991', 'Example-Dist'),
      'b.json': cve('CVE-2026-99992', 'example', 'https://www.npmjs.com'),
      'c.json': '{"dataType": "CVE_RECORD"}',
    }),
  );
  assert.deepEqual(verdicts(outcome), [
    'CVE-2026-99991 imported CVE-2026-99991',
    'b.json refused -',
    'c.json refused -',
  ]);
});

test('what a person decided is obeyed and stays', async () => {
  const blobs = memoryStore();
  const store = new PublishedStore(blobs);
  const decided = { source: 'cpansa', by: 'person', on: '2026-11-01', differences: [] } as const;
  await store.addDecisions([
    { ...decided, row: A, record: null, decision: 'refused', reason: 'no vulnerability' },
    { ...decided, row: B, record: B, decision: 'imported', reason: 'another one after all' },
  ]);
  await run(blobs, ours(recordOf('CPANSA-Example-Dist-2026-0009', { aliases: ['CVE-2026-99991'] })));
  const source = cpansa({ 'Example-Dist': [{ id: A }, { id: B, cves: ['CVE-2026-99991'] }] });
  const outcome = await run(blobs, source);
  assert.deepEqual(verdicts(outcome), [`${A} refused -`, `${B} imported ${B}`]);
  assert.deepEqual(
    (await store.decisions()).map(({ by, reason }) => [by, reason]),
    [
      ['person', 'no vulnerability'],
      ['person', 'another one after all'],
    ],
  );
  await again(blobs, source);
});

test('an id that no key can hold is refused, alone', async () => {
  const long = `CPANSA-${'%'.repeat(90)}-2026-0001`;
  const { rows } = await run(
    memoryStore(),
    sourceOf('osv', { 'a.json': osv(long, 'A'), 'b.json': osv('X-2', 'A') }),
  );
  assert.deepEqual(
    rows.map(({ verdict }) => verdict),
    ['refused', 'imported'],
  );
});

test('a record of what is no distribution is refused, alone', async () => {
  const source = sourceOf('osv', {
    'a.json': osv('CVE-2026-99991', 'Example::Dist'),
    'b.json': osv('CVE-2026-99992', 'Example/Dist'),
    'c.json': osv('CVE-2026-99993', 'Example-Dist'),
  });
  const outcome = await run(memoryStore(), source);
  assert.deepEqual(
    outcome.rows.map(({ verdict, reason }) => `${verdict}: ${reason.replace(/^.*?": /, '')}`),
    [
      'refused: "Example::Dist" is a module; a cpan purl names a distribution',
      'refused: no distribution name: "Example/Dist"',
      'imported: new here',
    ],
  );
});

test('a dry run says the same and writes nothing', async () => {
  const source = cpansa({ 'Example-Dist': [{ id: A }, { id: B }] });
  const blobs = memoryStore();
  const dry = await run(blobs, source, AT, true);
  assert.deepEqual(await everything(blobs), []);
  const wet = await run(blobs, source);
  assert.deepEqual({ ...dry, change: 1 }, wet);
});

test('an import that was killed half way is finished by the next', async () => {
  const source = cpansa({ 'Example-Dist': [{ id: A }, { id: B }], 'Other-Dist': [] });
  const whole = memoryStore();
  await run(whole, source);
  const writes = (await everything(whole)).length;
  for (let limit = 0; limit < writes; limit++) {
    const blobs = memoryStore();
    await assert.rejects(run(stopping(blobs, limit), source), /killed/);
    await run(blobs, source);
    const facts = (await everything(blobs)).filter(([key]) => !key.startsWith('changes/'));
    assert.deepEqual(
      facts,
      (await everything(whole)).filter(([key]) => !key.startsWith('changes/')),
      `after ${limit} writes`,
    );
    assert.deepEqual((await checkStore(blobs)).faults, []);
  }
});

/** The store whose every write after some fails, as the last of a process that is killed. */
function stopping(blobs: BlobStore, limit: number): BlobStore {
  let writes = 0;
  return {
    get: (key) => blobs.get(key),
    list: (prefix, after) => blobs.list(prefix, after),
    copy: (from, to) => blobs.copy(from, to),
    delete: (key) => blobs.delete(key),
    flush: () => blobs.flush(),
    async put(key, bytes, options) {
      if (writes++ >= limit) throw new Error('killed');
      return blobs.put(key, bytes, options);
    },
  };
}

test('a bucket that fails at every turn has the same store in the end', async (context) => {
  const server = await s3Server();
  context.after(() => server.close());
  const blobs = bucketStore({ ...server, prefix: 'store' });
  const source = cpansa({ 'Example-Dist': [{ id: A }, { id: B }], 'Other-Dist': [] });
  const turns = [503, null, 'lost', null, null, 'cut', null, 'short', null] as const;
  server.faults.push(...Array.from({ length: 20 }, () => turns).flat());
  await run(blobs, source);
  server.faults.length = 0;
  const whole = memoryStore();
  await run(whole, source);
  assert.deepEqual(await everything(blobs), await everything(whole));
});

test('two imports of one source at the same time leave one store', async () => {
  const blobs = memoryStore();
  const source = cpansa({ 'Example-Dist': [{ id: A }, { id: B }] });
  await Promise.all([run(blobs, source), run(blobs, source)]);
  assert.deepEqual(
    [...(await new PublishedStore(blobs).latestNumbers())],
    [
      [A, 1],
      [B, 1],
    ],
  );
  await again(blobs, source);
});

test('CPANSA whole: every row is here, once', {
  skip: withoutShared('cpansa/cpan-security-advisory.json'),
}, async () => {
  const bytes = sharedBytes('cpansa/cpan-security-advisory.json');
  const source: Source = { kind: 'cpansa', files: [{ name: 'db.json', bytes }], passedOver: 0, whole: false };
  const blobs = memoryStore();
  const { rows } = await run(blobs, source);
  assert.equal(rows.length, 1001);
  assert.ok(rows.every(({ verdict }) => verdict === 'imported'));
  assert.equal((await new PublishedStore(blobs).distNames()).length, 418);
  await again(blobs, source);
});
