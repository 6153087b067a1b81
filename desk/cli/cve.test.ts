/** `cpansec-desk cve` as it is typed, against a server. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { cveOfCna, decodeRecord, fromCve, parseCnaYaml, toCna, toCve } from 'cpansec/advisories';
import { formatCve, isRejectedCve } from 'cpansec/formats';
import { type CveServer, cveServer } from '../../test/cve-services.ts';
import { databases } from '../../test/given-desk.ts';
import { cveValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { typed } from '../../test/typed.ts';
import { addToPool, giveBackCve, openCase, takeFromPool } from '../casefile/index.ts';
import { sameContainer } from '../cve/index.ts';

const advisories = new URL('../../data/advisories', import.meta.url).pathname;

interface Given {
  readonly server: CveServer;
  /** What is typed behind `cve`, and all that comes back. */
  readonly cve: (...args: string[]) => Promise<string>;
  /** Writes a file; its path. */
  readonly write: (name: string, text: string) => string;
  readonly home: string;
}

async function given(t: TestContext): Promise<Given> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-cve-'));
  const server = await cveServer();
  t.after(async () => {
    await server.close();
    rmSync(home, { recursive: true });
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  write('cve.key', server.key);
  const { base, org, user } = server;
  const config = write('cve.json', JSON.stringify({ base, org, user, keyFile: 'cve.key', timeout: 5 }));
  const cve = async (...args: string[]): Promise<string> => {
    const { status, out, err } = await typed(['cve', ...args, '--config', config]);
    return `${out}${err}=> ${status}\n`.replaceAll(`${home}/`, '').replaceAll(today(), '<today>');
  };
  return { server, cve, write, home };
}

const today = (): string => new Date().toISOString().slice(0, 10);

const yaml = (cve: string, more = ''): string => `cpansec:
  cve: ${cve}
  distribution: Example-Dist
  module: Example::Dist
  author: SOMEBODY
  affected:
    - "< 2.0"
  title: Example::Dist versions before 2.0 for Perl read too far
  description: Example::Dist versions before 2.0 for Perl read past the end of a header.
  references:
    - link: https://example.org/${more}
`;

test('ids are asked for, reserved, given up and given away', async (t) => {
  const { cve } = await given(t);
  const talk: readonly (readonly [args: string, said: string])[] = [
    ['ping', 'CVE Services answer\n=> 0\n'],
    ['reserve 2 --year 2026', 'CVE-2026-90000\nCVE-2026-90001\n=> 0\n'],
    ['reserve 3 --year 2026 --dry-run', 'would send POST /cve-id?amount=3&cve_year=2026\n=> 0\n'],
    ['quota', 'quota      1,000\nreserved   2\navailable  998\n=> 0\n'],
    ['count', 'reserved   2\npublished  0\nrejected   0\n=> 0\n'],
    [
      'org',
      'name        The example CNA\nshort name  example\nid          00000000-0000-4000-9000-000000000001\n' +
        'user        desk@example.org\nuser        person@example.org, ADMIN\n=> 0\n',
    ],
    [
      'list --state RESERVED --year 2026',
      'CVE-2026-90000  RESERVED  <today>  example  desk@example.org\n' +
        'CVE-2026-90001  RESERVED  <today>  example  desk@example.org\n=> 0\n',
    ],
    ['list --year 2025', '=> 0\n'],
    [
      'reject CVE-2026-90000 CVE-2026-7777',
      'rejected  CVE-2026-90000\nrefused   CVE-2026-7777\n  CVE-2026-7777 is not there\n=> 1\n',
    ],
    ['reject CVE-2026-90000', 'unchanged  CVE-2026-90000\n=> 0\n'],
    ['undo CVE-2026-90000', 'reserved  CVE-2026-90000\n=> 0\n'],
    ['transfer CVE-2026-90000 other', 'transferred  CVE-2026-90000\n=> 0\n'],
    ['transfer CVE-2026-90000 other', 'refused  CVE-2026-90000\n  CVE-2026-90000 is not of example\n=> 1\n'],
    [
      'show CVE-2026-90000 CVE-2026-7777',
      'CVE-2026-90000  RESERVED    of another organisation\nCVE-2026-7777  is not there\n=> 1\n',
    ],
    ['reject CVE-2026-90001 --reason Unused.', 'rejected  CVE-2026-90001\n=> 0\n'],
  ];
  for (const [args, said] of talk) assert.equal(await cve(...args.split(' ')), said, args);
  assert.match(await cve('show', 'CVE-2026-90001'), /REJECTED .*"rejectedReasons": \[.*"Unused\."/s);
  const { ids } = JSON.parse((await cve('reserve', '2', '--json')).replace(/=> 0\n$/, ''));
  assert.deepEqual(
    ids.map(({ state }: { state: string }) => state),
    ['RESERVED', 'RESERVED'],
  );
});

test('records are published, one is told what is wrong with it, and the same again goes on', async (t) => {
  const { server, cve, write } = await given(t);
  for (const one of ['1000', '1001', '1002']) server.hold(`CVE-2026-${one}`);
  const files = ['1000', '1001', '1002', '1003'].map((one) => write(`${one}.yaml`, yaml(`CVE-2026-${one}`)));
  write(
    '1001.yaml',
    yaml('CVE-2026-1001').replace('author: SOMEBODY\n', 'author: SOMEBODY\n  references: []\n'),
  );
  assert.match(await cve('publish', ...files), /^cpansec-desk: .*1001\.yaml.*\n.*=> 3\n$/s, 'a key twice');
  write('1001.yaml', yaml('CVE-2026-1001').replace(/ {2}references:\n.*\n/, '  references: []\n'));
  const dry = await cve('publish', ...files, '--dry-run');
  assert.match(dry, /would send POST \/cve\/CVE-2026-1000\/cna\nwould send POST \/cve\/CVE-2026-1002\/cna\n/);
  assert.equal(server.records.size, 0);
  // The service ends in the middle: GETs of the first, its record, and then nothing.
  server.faults.push(null, null, null, null, null, { status: 503, headers: { 'retry-after': '9' } });
  assert.equal(
    await cve('publish', ...files),
    'published  CVE-2026-1000  1000.yaml\n' +
      'refused    CVE-2026-1001  1001.yaml\n  containers.cna.references: no reference\n' +
      'stopped: the service answers 503\n2 of 4 not tried: the same again goes on\n=> 4\n',
  );
  assert.equal(
    await cve('publish', ...files),
    'unchanged  CVE-2026-1000  1000.yaml\n' +
      'refused    CVE-2026-1001  1001.yaml\n  containers.cna.references: no reference\n' +
      'published  CVE-2026-1002  1002.yaml\n' +
      'refused    CVE-2026-1003  1003.yaml\n  CVE-2026-1003 is not there\n=> 1\n',
  );
  write('1000.yaml', yaml('CVE-2026-1000', 'more'));
  const [first = ''] = files;
  assert.equal(
    await cve('publish', first),
    'refused  CVE-2026-1000  1000.yaml\n  another record is published: cve diff shows both, cve update replaces it\n=> 1\n',
  );
  assert.equal(
    await cve('diff', first),
    'differs        CVE-2026-1000  1000.yaml\n  references[0].url\n    here   "https://example.org/more"\n' +
      '    there  "https://example.org/"\n=> 1\n',
  );
  assert.equal(await cve('update', first), 'updated  CVE-2026-1000  1000.yaml\n=> 0\n');
  assert.equal(await cve('diff', first), 'same           CVE-2026-1000  1000.yaml\n=> 0\n');
  assert.match(await cve('update', files[1] ?? ''), /refused/);
  server.hold('CVE-2026-1004');
  assert.match(
    await cve('update', write('1004.yaml', yaml('CVE-2026-1004'))),
    /not published: cve publish does that/,
  );
  // What the service has is published as it is, and nothing changes.
  const record = server.records.get('CVE-2026-1000') ?? assert.fail();
  assert.match(await cve('publish', write('a.json', formatCve(record))), /^unchanged/);
  assert.match(
    await cve('publish', first, first),
    /^refused .*\n {2}several of the records have this id\nrefused/,
  );
});

test('real advisories are one batch, whatever fails on the way', async (t) => {
  const { server, cve } = await given(t);
  const files = readdirSync(advisories).map((name) => join(advisories, name));
  const cves = new Set(files.flatMap(cvesOf));
  for (const one of cves) server.hold(one);
  // The answer to the ninth record is lost, and then the question whether it arrived.
  server.faults.push(...Array.from({ length: 8 * 5 + 3 }, () => null), 'lost', 'cut');
  const first = await cve('publish', advisories);
  assert.match(first, /stopped: the connection broke off/);
  const second = await cve('publish', advisories);
  const why = second.split('\n').filter((line) => line.startsWith('  ') && !line.includes('not said'));
  assert.deepEqual([...new Set(why)], ['  several of the records have this id']);
  const twice = new Set([...second.matchAll(/^refused +(\S+)/gm)].map(([, one]) => one));
  assert.equal(server.records.size, cves.size - twice.size);
  assert.ok(server.records.size > 200, String(server.records.size));
  const sent = server.requests.filter((request) => request.startsWith('POST'));
  assert.equal(new Set(sent).size, sent.length, 'each was sent once');
  server.requests.length = 0;
  assert.doesNotMatch(await cve('publish', advisories), /^published/m);
  assert.ok(server.requests.every((request) => request.startsWith('GET')));
});

/** Ids that the record of a file is published under. */
function cvesOf(file: string): string[] {
  const assigner = { orgId: '00000000-0000-4000-9000-000000000001', shortName: 'example' };
  return toCve(decodeRecord(readFileSync(file, 'utf8')), { assigner })
    .documents.filter((document) => !isRejectedCve(document))
    .map(({ cveMetadata }) => cveMetadata.cveId);
}

test('what stands in the store is compared with the service, and its revisions beside it', async (t) => {
  const { server, cve, write, home } = await given(t);
  const store = ['--store', join(home, 'store')];
  const put = async (summary: string): Promise<void> => {
    const record = {
      ...{
        format: 'cpansec-advisory/1',
        id: 'CPANSA-Example-Dist-2026-0001',
        aliases: ['CVE-2026-1000'],
        summary,
      },
      ...{ reported: '2026-01-02', details: 'It reads past the end of a header.' },
      history: [],
      affected: [{ distribution: 'Example-Dist', ranges: ['<2.0'], fixed: [], cause: { kind: 'own' } }],
      references: [{ type: 'web', url: 'https://example.org/1' }],
    };
    const said = await typed(['import', write('record.json', JSON.stringify(record)), ...store]);
    assert.equal(said.status, 0, said.err);
  };
  await put('Example::Dist reads too far');
  server.hold('CVE-2026-1000');
  server.hold('CVE-2026-1001');
  assert.equal(
    await cve('diff', ...store),
    'not published  CVE-2026-1000  CPANSA-Example-Dist-2026-0001\n=> 1\n',
  );
  assert.equal(
    await cve('reconcile', ...store),
    'CVE-2026-1000  is published here and reserved there\n=> 1\n',
  );
  assert.match(await cve('publish', join(home, 'record.json')), /^published {2}CVE-2026-1000/);
  assert.equal(await cve('reconcile', ...store), '2 ids, and nothing that does not fit\n=> 0\n');
  assert.equal(
    await cve('diff', 'CVE-2026-1000', ...store),
    'same           CVE-2026-1000  CPANSA-Example-Dist-2026-0001\n=> 0\n',
  );
  await put('Example::Dist reads one byte too far');
  assert.match(
    await cve('diff', ...store),
    /differs .*\n {2}title\n {4}here {3}".*one byte.*"\n {4}there {2}".*too far"\n(?:.*\n)*=> 1\n$/,
  );
  assert.match(
    await cve('history', 'CVE-2026-1000', ...store),
    /^\S+ {2}here {3}revision 1, as the service has it\n(?:\S+ {2}(?:there {2}published|here {3}revision 2)\n){2}=> 0\n$/,
  );
  await cve('publish', write('1001.yaml', yaml('CVE-2026-1001')));
  assert.equal(await cve('reconcile', ...store), 'CVE-2026-1001  is published there and not here\n=> 1\n');
});

for (const { name, skip, given: desk } of databases)
  test(`the pool is compared with the service (${name})`, { skip }, async (t) => {
    const { server, cve } = await given(t);
    const { store, address, masterKey } = await desk(t);
    await store.transaction(async (tx) => {
      await addToPool(tx, ['CVE-2026-1000']);
      const { id } = await openCase(tx, store.vault, { content: { title: 'It' }, reporter: null });
      await takeFromPool(tx, store.vault, { caseId: id, year: 2026 });
      await giveBackCve(tx, store.vault, { cve: 'CVE-2026-1000', caseId: id, again: false });
      await addToPool(tx, ['CVE-2026-1001', 'CVE-2026-1002', 'CVE-2026-1003']);
    });
    for (const one of ['1000', '1001', '1002', '1004']) server.hold(`CVE-2026-${one}`);
    await cve('reject', 'CVE-2026-1001');
    assert.equal(
      await cve('reconcile', '--database', address, '--master-key', masterKey),
      'CVE-2026-1000  was given up here and is to be rejected there\n' +
        'CVE-2026-1001  is free here and rejected there\n' +
        'CVE-2026-1003  is here and not one of ours there\n' +
        'CVE-2026-1004  is reserved there by desk@example.org and unknown here\n=> 1\n',
    );
  });

test('what goes wrong ends with its status and the next step', async (t) => {
  const { server, cve, write, home } = await given(t);
  const table: readonly (readonly [args: string[], said: RegExp])[] = [
    [[], /needs a word more.*say cve ping, cve quota.*=> 2/s],
    [['pong'], /did you mean cve ping.*=> 2/s],
    [['reserve'], /cve reserve takes N.*=> 2/s],
    [['reserve', '2000'], /2000 ids at once: 1 to 1000.*=> 2/s],
    [['reserve', '2', '--year', '26'], /--year 26 is no year.*=> 2/s],
    [['list', '--state', 'FREE'], /not one of RESERVED.*=> 2/s],
    [['show'], /cve show takes CVE….*=> 2/s],
    [['show', '../org'], /is no CVE id.*=> 2/s],
    [['reject', 'CVE-2026-1000', '--replaced-by', 'CVE-2026-1001'], /needs --reason.*=> 2/s],
    [['publish'], /cve publish takes FILE….*=> 2/s],
    [['publish', join(home, 'none.yaml')], /no such file.*=> 2/s],
    [['publish', write('b.json', '{"dataType":"CVE_RECORD","dataVersion":"5.2.0"}')], /cveMetadata.*=> 3/s],
    [['diff'], /needs files, or --store.*=> 2/s],
    [['history', 'x'], /x is no CVE id.*=> 2/s],
    [['reconcile'], /nothing to compare with.*=> 2/s],
    [['quota', 'x'], /cve quota takes no operand.*=> 2/s],
  ];
  for (const [args, said] of table) assert.match(await cve(...args), said, args.join(' '));
  server.faults.push({ status: 401, body: { error: 'UNAUTHORIZED' } });
  assert.match(await cve('quota'), /answers 401.*\n.*look at org, user and key.*\n=> 4\n$/);
  server.faults.push({ status: 429, headers: { 'retry-after': '7' } });
  assert.match(await cve('quota'), /answers 429.*\n.*ask again in 7 s\n=> 4\n$/);
  server.faults.push('lost');
  assert.match(
    await cve('reserve', '1'),
    /broke off.*\n.*it may have happened: look with cve list.*\n=> 4\n$/,
  );
  server.quotas.set('example', 1);
  assert.match(await cve('reserve', '2'), /EXCEEDED_ID_QUOTA.*\n.*\n=> 1\n$/);
  const missing = await typed(['cve', 'ping', '--config', join(home, 'none.json')]);
  assert.equal(missing.status, 2);
  assert.match(missing.err, /cve-services-config\.md/);
  const where = ['--database', join(home, 'desk.db'), '--master-key', join(home, 'master.key')];
  const opened = await typed([
    'desk',
    ...where,
    '--cve',
    write('cve.json', '{"base":"http://example.org/"}'),
  ]);
  assert.deepEqual([opened.status, opened.out], [2, '']);
  assert.match(opened.err, /org: expected a string.*\n.*--cve/);
});

/**
 * What a document of cna-tool may read otherwise after it went to the service and back, beside the width of its lines:
 * nothing but what is named here, by file.
 */
const FIXTURES: readonly (readonly [id: string, differs: readonly string[]])[] = [
  // A full stop at its end, which the tool leaves out.
  ['CVE-2025-40906', ['title']],
  ['CVE-2025-40916', []],
  ['CVE-2025-40933', []],
];
for (const [id, differs] of FIXTURES)
  test(`YAML of ${id} goes to the service and comes back`, {
    skip: withoutShared(`cna/${id}.yaml`),
  }, async (t) => {
    const { server, cve } = await given(t);
    server.hold(id);
    assert.match(await cve('publish', sharedPath(`cna/${id}.yaml`)), /^published/);
    const stored = server.records.get(id) ?? assert.fail();
    const cna = parseCnaYaml(sharedText(`cna/${id}.yaml`), id);
    assert.ok(sameContainer(stored.containers.cna, cveOfCna(cna, { orgId: '' }).containers.cna));
    if (withoutSchema.cve === false) assert.equal(cveValidator()(JSON.parse(formatCve(stored))), '');
    const record = fromCve(stored) ?? assert.fail();
    const { documents, losses } = toCna(record, {});
    assert.deepEqual(losses, []);
    const [back = assert.fail()] = documents;
    const fields = Object.keys({ ...cna, ...back }) as (keyof typeof cna)[];
    const other = fields.filter((name) => words(back[name]) !== words(cna[name]));
    assert.deepEqual(other, differs);
  });

/** As JSON, where each space or line end is one space. */
function words(value: unknown): string {
  return JSON.stringify(value, (_, text: unknown) =>
    typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : text,
  );
}

test('a template that was not filled in is refused', {
  skip: withoutShared('cna/CVE-1900-9998.yaml'),
}, async (t) => {
  const { server, cve } = await given(t);
  server.hold('CVE-1900-9998');
  const said = await cve('publish', sharedPath('cna/CVE-1900-9998.yaml'));
  assert.match(said, /refused .*\n(?: {2}.*\n)* {2}placeholder: /);
  assert.equal(server.records.size, 0);
});
