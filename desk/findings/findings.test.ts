import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenServer, givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { MemberPrincipal } from '../access/index.ts';
import { changeCase, closeCase, entriesOf, readCase } from '../casefile/index.ts';
import type { Store } from '../store/index.ts';
import { FindingsError, findingsRoutes, parseFindings } from './index.ts';

interface GivenFindings extends GivenServer {
  readonly store: Store;
  readonly triager: MemberPrincipal;
  readonly cna: MemberPrincipal;
}

async function givenFindings(t: TestContext, { given }: Where): Promise<GivenFindings> {
  const { store } = await given(t);
  const [triager, cna] = [await givenMember(store, 'triager'), await givenMember(store, 'cna')];
  return { store, triager, cna, ...givenServer(t, store, findingsRoutes) };
}

const FINDING = {
  source: 'example-scan 2.1',
  fingerprint: 'a1',
  distribution: 'Foo-Bar',
  version: '1.02',
  title: 'Reads past the end of the header',
  description: 'The length comes from the peer and is never compared with the buffer.',
  file: 'lib/Foo/Bar.pm',
  routine: 'parse_header',
  line: 120,
  weakness: 'CWE-125',
};

const document = (...findings: object[]): object => ({
  format: 'cpansec-findings/1',
  findings: findings.map((more) => ({ ...FINDING, ...more })),
});

interface Imported {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly { readonly became: string; readonly case: string }[];
  readonly unplaced: readonly { readonly result: number; readonly why: string }[];
}

const read = (told: Told): Imported => {
  assert.equal(told.status, 200, told.body);
  return JSON.parse(told.body) as Imported;
};

for (const where of databases) {
  const { name, skip } = where;

  test(`findings become cases, alike ones entries, and what came before adds nothing (${name})`, {
    skip,
  }, async (t) => {
    const { ask, store, triager } = await givenFindings(t, where);
    const json = document(
      {},
      { fingerprint: 'a2', line: 131, description: 'The length of the peer is not compared.' },
      { fingerprint: 'a3', distribution: 'Else-Where', proof: 'perl -e 1' },
      { fingerprint: 'a1', title: 'The same once more' },
    );
    const first = read(await ask('POST', '/findings', { as: triager, json }));
    assert.deepEqual(
      first.findings.map(({ became }) => became),
      ['case', 'entry', 'case', 'here'],
    );
    assert.deepEqual(first.counts, { case: 2, entry: 1, 'non-finding': 0, here: 1 });
    assert.equal(first.findings[1]?.case, first.findings[0]?.case);
    const again = read(await ask('POST', '/findings', { as: triager, json }));
    assert.deepEqual(again.counts, { case: 0, entry: 0, 'non-finding': 0, here: 4 });
    const [one, , other] = await store.transaction(async (tx) =>
      Promise.all(first.findings.map(({ case: id }) => readCase(tx, store.vault, id))),
    );
    assert.deepEqual(
      [one?.content.title, one?.content.distribution, one?.content.labels, other?.content.labels],
      [FINDING.title, 'Foo-Bar', ['needs a proof of concept'], []],
    );
    const acts = await store.transaction((tx) => tx.db.selectFrom('ledger').selectAll().execute());
    assert.deepEqual(
      acts.map(({ act, detail }) => [act, JSON.parse(detail).entry]),
      [
        ['report.import', 1],
        ['report.import', 0],
      ],
    );
  });

  test(`a finding is never added to a case that is not theirs, or closed (${name})`, { skip }, async (t) => {
    const { ask, store, triager, cna } = await givenFindings(t, where);
    const imported = async (as: MemberPrincipal, fingerprint: string) =>
      read(await ask('POST', '/findings', { as, json: document({ fingerprint }) })).findings[0] ??
      assert.fail();
    const first = await imported(triager, 'a1');
    await store.transaction((tx) =>
      tx.db.deleteFrom('case_members').where('member_id', '=', cna.id).execute(),
    );
    const second = await imported(cna, 'a2');
    assert.equal(second.became, 'case');
    await store.transaction(async (tx) => {
      const { vault } = store;
      const file = (await readCase(tx, vault, first.case)) ?? assert.fail();
      const { file: closed } = await closeCase(tx, vault, file, { outcome: 'spam', by: 'desk' });
      await changeCase(tx, vault, closed, { mergedInto: second.case });
    });
    // A merged case goes on in the other one.
    assert.deepEqual(await imported(triager, 'a3').then(({ became, case: id }) => [became, id]), [
      'entry',
      second.case,
    ]);
  });

  test(`known non-findings are closed at once, with the answer of the list (${name})`, {
    skip,
  }, async (t) => {
    const { ask, store, triager, cna } = await givenFindings(t, where);
    const known = {
      title: 'An eval in a test',
      answer: 'Tests run what their author wrote.',
      all: 'word:EVAL',
      any: 'file:t/eval.t file:t/basic.t',
    };
    assert.equal((await ask('POST', '/findings/known', { as: triager, json: known })).status, 404);
    const added = await ask('POST', '/findings/known', { as: cna, json: known });
    const [one] = JSON.parse(added.body).known as { id: string; all: string[] }[];
    assert.deepEqual(one?.all, ['word:eval']);
    const rows = await store.transaction((tx) => tx.db.selectFrom('settings').selectAll().execute());
    assert.doesNotMatch(JSON.stringify(rows), /eval|Tests run/);
    const json = document(
      { title: 'Runs eval of a string', file: 't/basic.t' },
      { fingerprint: 'a2', title: 'Runs eval of a string' },
    );
    const { findings } = read(await ask('POST', '/findings', { as: triager, json }));
    assert.deepEqual(
      findings.map(({ became }) => became),
      ['non-finding', 'case'],
    );
    await store.transaction(async (tx) => {
      const file = (await readCase(tx, store.vault, findings[0]?.case ?? '')) ?? assert.fail();
      assert.deepEqual([file.state.phase, file.state.outcome], ['closed', 'not-a-vulnerability']);
      const entries = await entriesOf(tx, store.vault, file);
      assert.match(JSON.stringify(entries.at(-1)?.body), /Tests run what their author wrote/);
    });
    const remove = (id = '') => ask('POST', '/findings/known/remove', { as: cna, json: { id } });
    assert.deepEqual([(await remove(one?.id)).status, (await remove(one?.id)).status], [200, 409]);
    const bad: [more: object, field: string][] = [
      [{ all: 'shingle:a' }, 'all'],
      [{ any: 'eval' }, 'any'],
      [{ all: '', any: '' }, 'all'],
      [{ title: ' ' }, 'title'],
    ];
    for (const [more, field] of bad) {
      const told = await ask('POST', '/findings/known', { as: cna, json: { ...known, ...more } });
      assert.deepEqual([told.status, Object.keys(JSON.parse(told.body).fields)], [422, [field]]);
    }
  });

  test(`five hundred findings at once (${name})`, { skip }, async (t) => {
    const { ask, triager } = await givenFindings(t, where);
    const json = document(
      ...Array.from({ length: 500 }, (_, i) => ({
        fingerprint: `f${i}`,
        distribution: `Foo-Bar${i % 25}`,
        file: `lib/Foo/Part${i}.pm`,
        routine: `handle_${i}`,
        title: `Trusts what part ${i} sends`,
        description: `Of ${i} bytes that come from ${i * 7} nobody compares field_${i} with limit_${i * 3}.`,
        weakness: `CWE-${100 + (i % 40)}`,
      })),
    );
    const { counts } = read(await ask('POST', '/findings', { as: triager, json }));
    assert.equal(counts.case, 500);
  });
}

test('a page takes a file, and shows what became of it', async (t) => {
  const { ask, triager } = await givenFindings(t, databases[0] ?? assert.fail());
  const boundary = 'xxBOUNDARYxx';
  const part = (about: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${about}\r\n\r\n${text}\r\n`;
  const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [RESULT] }] };
  const told = await ask('POST', '/findings', {
    as: triager,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, accept: 'text/html' },
    payload: `${part('name="distribution"', 'Foo-Bar')}${part('name="file"; filename="a.sarif"', JSON.stringify(log))}--${boundary}--\r\n`,
  });
  assert.equal(told.status, 200, told.body);
  assert.match(told.body, /1 new cases/);
  assert.match((await ask('GET', '/findings', { as: triager })).body, /"known":\[\]/);
});

const RESULT = {
  message: { text: 'Reads past the end\nof the header' },
  ruleId: 'EX1',
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: 'scan/Foo-Bar-1.02/lib/Foo/Bar.pm' },
        region: { startLine: 3 },
      },
    },
  ],
};

test('a SARIF log is findings, and what is none of them is told', () => {
  const results = [
    RESULT,
    { ...RESULT, properties: { distribution: 'Else::Where', tags: ['CWE-0079'] } },
    { ...RESULT, kind: 'pass' },
    { ...RESULT, suppressions: [{ kind: 'external' }] },
    { message: { text: 'Somewhere' } },
    { ...RESULT, message: {}, ruleId: '' },
    { ...RESULT, message: { text: 'x'.repeat(30_000) } },
  ];
  const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results }] };
  const { findings, unplaced } = parseFindings(Buffer.from(JSON.stringify(log)), 'a.sarif');
  const [first, second, last] = findings;
  assert.deepEqual(
    { ...first, fingerprint: '' },
    {
      source: 'x',
      fingerprint: '',
      distribution: 'Foo-Bar',
      version: '1.02',
      title: 'Reads past the end of the header',
      description: 'Reads past the end\nof the header',
      file: 'lib/Foo/Bar.pm',
      line: 3,
    },
  );
  assert.deepEqual(
    [second?.distribution, second?.version, second?.weakness],
    ['Else-Where', undefined, 'CWE-79'],
  );
  assert.equal(last?.description.length, 20_000);
  assert.notEqual(first?.fingerprint, second?.fingerprint);
  assert.deepEqual(unplaced, [
    { result: 3, why: 'it says pass' },
    { result: 4, why: 'it is suppressed' },
    { result: 5, why: 'it does not say of which distribution it is' },
    { result: 6, why: 'it has no words' },
  ]);
});

test('what is no document of findings is refused whole, with the path', () => {
  const of = (more: object): string => JSON.stringify(document(more));
  const cases: [text: string, code: string, words: RegExp][] = [
    ['', 'shape', /expected a value/],
    ['[]', 'shape', /expected an object/],
    ['{}', 'shape', /expected cpansec-findings\/1 or a SARIF log/],
    ['{"format":"cpansec-findings/2","findings":[]}', 'shape', /format: expected one of/],
    ['{"runs":[],"version":"2.0"}', 'shape', /version: expected 2\.1\.0/],
    [of({ title: 'a\nb' }), 'shape', /findings\[0\]\.title: expected one line/],
    [of({ title: ' ' }), 'shape', /title: expected a text/],
    [of({ distribution: '../etc' }), 'shape', /distribution: expected the name of a distribution/],
    [of({ line: 0 }), 'shape', /line: expected a whole number/],
    [of({ weakness: 'XSS' }), 'shape', /weakness: expected a weakness/],
    [of({ fingerprint: 'x'.repeat(201) }), 'shape', /fingerprint: expected at most 200/],
    [JSON.stringify(document(...Array.from({ length: 1001 }, () => ({})))), 'bounds', /at most 1000/],
    [`{"format":${'['.repeat(100)}`, 'bounds', /nested deeper/],
  ];
  for (const [text, code, words] of cases)
    assert.throws(
      () => parseFindings(Buffer.from(text), 'a.json'),
      (error) => error instanceof FindingsError && error.code === code && words.test(error.message),
      text.slice(0, 60),
    );
});
