import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { lintRecord } from 'cpansec/advisories';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenLetters } from '../../test/given-letters.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import type { MemberPrincipal } from '../access/index.ts';
import { caseRoutes, draftOf } from '../cases/index.ts';
import { EMPTY_REPORT, takeReport } from '../reports/index.ts';
import { incidentRoutes } from './index.ts';
import type { KnownDistribution } from './uploads.ts';

const KNOWN: readonly KnownDistribution[] = [
  {
    distribution: 'Example-Dist',
    releases: [
      { version: '1.3', date: '2026-10-01', author: 'EXAMPLE' },
      { version: '1.4', date: '2026-11-20', author: 'EXAMPLE' },
      { version: '1.5', date: null, author: 'EXAMPLE' },
      { version: '1.6', date: '2026-11-21' },
    ],
  },
  { distribution: 'Other-Dist', releases: [{ version: '0.1', date: '2026-11-20', author: 'OTHER' }] },
];

async function* uploads(distribution: string | null): AsyncIterable<KnownDistribution> {
  for (const one of KNOWN) if (distribution === null || one.distribution === distribution) yield one;
}

async function given(t: TestContext, where: Where) {
  const letters = await givenLetters(t, where);
  const { store } = letters;
  const coordinator = await givenMember(store, 'coordinator', true);
  const unproved: MemberPrincipal = { ...coordinator, proved: false };
  const triager = await givenMember(store, 'triager');
  const { ask } = givenServer(t, store, [...caseRoutes, ...incidentRoutes(uploads)]);
  const form = (path: string, fields: Record<string, string>, as = coordinator): Promise<Told> =>
    ask('POST', path, { as, form: fields });
  const page = async (path: string, as = coordinator): Promise<string> => {
    const told = await ask('GET', path, { as, headers: { accept: 'text/html' } });
    assert.equal(told.status, 200, told.body);
    return told.body;
  };
  const opened = async (): Promise<string> => {
    const fields = { title: 'Example-Dist 1.4 sends secrets away', kind: 'malicious-release', summary: '' };
    const { headers } = await form('/incidents/new', fields);
    return /^\/cases\/([^/]+)\/incident$/.exec(String(headers.location))?.[1] ?? assert.fail();
  };
  return { ...letters, coordinator, unproved, triager, ask, form, page, opened };
}

type Desk = Awaited<ReturnType<typeof given>>;

/** Acts of one incident. */
async function incident(desk: Desk) {
  const id = await desk.opened();
  const post = (path: string, fields: Record<string, string>, as?: MemberPrincipal): Promise<Told> =>
    desk.form(`/cases/${id}/incident${path}`, fields, as);
  const done = async (path: string, fields: Record<string, string>): Promise<void> => {
    const told = await post(path, fields);
    assert.equal(told.status, 303, told.body);
  };
  const kept = async () => (await desk.file(id)).content.incident ?? assert.fail();
  return { id, post, done, kept, shown: () => desk.page(`/cases/${id}/incident`) };
}

const BOUNDARY = 'xxBOUNDARYxx';

function evidence(from: string, name: string, bytes: string): Buffer {
  const field = (about: string, content: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${about}\r\n\r\n${content}\r\n`;
  const file = field(`name="evidence"; filename="${name}"`, bytes);
  return Buffer.from(`${field('name="from"', from)}${file}--${BOUNDARY}--\r\n`, 'latin1');
}

for (const where of databases) {
  const { name, skip } = where;

  test(`an incident is acted on at once, and its clocks are its own (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { triager, form, file, page } = desk;
    const fields = { title: 'x', kind: 'metadata' };
    assert.equal((await form('/incidents/new', fields, triager)).status, 404);
    assert.equal((await form('/incidents/new', { ...fields, title: ' ' })).status, 422);
    const id = await desk.opened();
    const opened = await file(id);
    assert.deepEqual(
      [opened.kind, opened.state.phase, opened.state.incident, opened.tlp],
      ['incident', 'coordinate', true, 'TLP:RED'],
    );
    assert.equal(opened.dueAt, '2026-11-25T16:00:00Z', 'four hours to the first request');
    const shown = await page(`/cases/${id}`, triager);
    assert.match(shown, /This is an incident\./);
    assert.match(shown, /ask for containment/);
    assert.doesNotMatch(
      shown,
      /write to the maintainers|Propose an end|Find contacts|CVE id out of the pool/,
    );
  });

  test(`a report is taken for an incident, once, and before it is decided (${name})`, { skip }, async (t) => {
    const { store, form, page, triager, file, coordinator } = await given(t, where);
    const report = { ...EMPTY_REPORT, where: 'Example-Dist', what: 'It sends my environment away' };
    const { caseId } = await store.transaction((tx) =>
      takeReport(tx, store.vault, { channel: 'form', report, person: null, files: [] }),
    );
    assert.match(await page(`/cases/${caseId}`), /href="\/cases\/[^"]+\/incident\/begin"/);
    assert.match(await page(`/cases/${caseId}/incident/begin`), /There is no way back/);
    const begin = (as: MemberPrincipal): Promise<Told> =>
      form(`/cases/${caseId}/incident/begin`, { kind: 'compromised-account' }, as);
    assert.equal((await begin(triager)).status, 404);
    assert.equal((await begin(coordinator)).headers.location, `/cases/${caseId}/incident`);
    assert.equal((await begin(coordinator)).status, 409);
    const { kind, state, content } = await file(caseId);
    assert.deepEqual(
      [kind, state.phase, content.incident?.kind],
      ['incident', 'coordinate', 'compromised-account'],
    );
  });

  test(`what is known of it, and what of that is wrong (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { post, done, kept, shown } = await incident(desk);
    const facts = { kind: 'malicious-release', account: 'example', since: '2026-11-19', until: '2026-11-21' };
    await done('', {
      ...facts,
      recordId: 'CPANSA-Example-Dist-2026-0007',
      repository: 'https://example.org/r',
    });
    assert.match(await shown(), /EXAMPLE.*2026-11-19 to 2026-11-21.*CPANSA-Example-Dist-2026-0007/s);
    await done('/releases', { distribution: 'Example-Dist', version: '1.4' });
    const table: [path: string, fields: Record<string, string>, words: RegExp][] = [
      ['', { ...facts, account: 'a b' }, /account-problem">A PAUSE id/],
      ['', { ...facts, since: 'monday' }, /since-problem">A day/],
      ['', { ...facts, until: '2026-11-01' }, /until-problem">It ends before/],
      ['', { ...facts, repository: 'ftp://x' }, /repository-problem">An https/],
      ['', { ...facts, recordId: 'mine' }, /recordId-problem">An id that nothing/],
      ['/releases', { distribution: 'A::B', version: '1' }, /distribution-problem/],
      ['/releases', { distribution: 'A-B', version: '1;2' }, /version-problem/],
      ['/releases/judge', { verdict: 'malicious' }, /Choose some first/],
      [
        '/indicators',
        { type: 'domain', value: 'nothing', confidence: 'low' },
        /value-problem">This is no domain/,
      ],
      ['/course', { at: '2026-11-20', what: 'x', source: 'y' }, /at-problem">An instant/],
      ['/course', { at: '2026-11-26T00:00:00Z', what: 'x', source: 'y' }, /at-problem">It has not come/],
    ];
    for (const [path, fields, words] of table) {
      const told = await post(path, fields);
      assert.deepEqual(
        [told.status, words.test(told.body)],
        [422, true],
        `${path}: ${told.body.slice(0, 3000)}`,
      );
    }
    assert.equal((await kept()).account, 'EXAMPLE');
  });

  test(`uploads are found, judged, and become a record that the lint passes (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { id, post, done, kept } = await incident(desk);
    await done('', {
      ...{ kind: 'malicious-release', account: 'EXAMPLE', since: '2026-11-19' },
      recordId: 'CPANSA-Example-Dist-2026-0007',
    });
    const found = await desk.page(`/cases/${id}/incident/uploads`);
    assert.match(found, /3 may be affected\. Of 1 nobody knows who uploaded them, of 1 when\./);
    assert.doesNotMatch(found, /Other-Dist|1\.3</);
    await done('/uploads', { upload: 'Example-Dist 1.4 EXAMPLE 2026-11-20' });
    await done('/releases', { distribution: 'Example-Dist', version: '1.6' });
    await done('/releases', { distribution: 'Exemple-Dist', version: '*' });
    await done('/releases', { distribution: 'Example-Dist', version: '1.4' });
    assert.equal((await kept()).releases.length, 3, 'what is there stays as it is');
    await done('/releases/judge', { verdict: 'malicious', release: 'Example-Dist 1.4' });
    await done('/releases/judge', { verdict: 'malicious', release: 'Exemple-Dist, every version' });
    assert.equal((await post('/releases/judge', { verdict: 'clean', release: 'None 1' })).status, 404);
    await done('/indicators', {
      ...{ type: 'url', value: 'hxxps://collect[.]example[.]net/e', note: 'in Makefile.PL' },
      ...{ confidence: 'high', publish: 'yes' },
    });
    await done('/indicators', { type: 'file', value: 'inner/secret', confidence: 'low' });
    const record = draftOf(await desk.file(id));
    assert.deepEqual(record.malicious, {
      indicators: [{ type: 'url', value: 'https://collect.example.net/e', note: 'in Makefile.PL' }],
    });
    assert.deepEqual(
      record.affected.map(({ distribution, ranges, fixed }) => [distribution, ranges, fixed]),
      [
        ['Example-Dist', ['==1.4'], []],
        ['Exemple-Dist', ['>=0'], []],
      ],
    );
    const errors = lintRecord(record).filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      [record.id, record.weaknesses, errors],
      ['CPANSA-Example-Dist-2026-0007', ['CWE-506'], []],
    );
  });

  test(`an indicator is kept as it is and shown so that nobody opens it (${name})`, { skip }, async (t) => {
    const desk = await given(t, where);
    const { id, done, kept, post, shown } = await incident(desk);
    await done('/indicators', {
      type: 'domain',
      value: 'collect.example.net',
      confidence: 'low',
      note: 'a <b>',
    });
    const again = { type: 'domain', value: 'collect[.]example[.]net', confidence: 'high' };
    assert.match((await post('/indicators', again)).body, /value-problem">It is there/);
    await done('/course', {
      at: '2026-11-20T10:00:00Z',
      what: 'Example-Dist 1.4 is uploaded',
      source: 'PAUSE',
    });
    await done('/course', { at: '2026-11-19T10:00:00Z', what: 'The account is taken', source: 'its owner' });
    const html = await shown();
    assert.match(html, /collect\[\.\]example\[\.\]net.*a &lt;b>/s);
    assert.match(html, /The account is taken.*Example-Dist 1\.4 is uploaded/s);
    const thread = await desk.page(`/cases/${id}`);
    for (const text of [html, thread]) assert.doesNotMatch(text, /collect\.example/);
    const [one] = (await kept()).indicators;
    assert.equal(one?.value, 'collect.example.net');
    await done('/indicators/forget', { indicator: `${one?.id}` });
    assert.equal((await post('/indicators/forget', { indicator: `${one?.id}` })).status, 404);
  });

  test(`evidence leaves the vault as an attachment, and the chain says who has it (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { id, post, done, kept, shown } = await incident(desk);
    const put = (payload: Buffer): Promise<Told> =>
      desk.ask('POST', `/cases/${id}/incident/evidence`, {
        as: desk.triager,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, accept: 'text/html' },
        payload,
      });
    assert.equal((await put(evidence('PAUSE', 'Example-Dist-1.4.tar.gz', 'PK\u0003<script>'))).status, 303);
    const [piece] = (await kept()).evidence;
    const file = piece?.file ?? assert.fail();
    await done('/evidence/pass', {
      file,
      who: 'A. Admin of PAUSE',
      what: 'fetched it from the incoming folder',
    });
    const copy = await post('/evidence/take', { file, why: 'to read Makefile.PL in a sandbox' });
    assert.match(String(copy.headers['content-type']), /^application\/octet-stream/);
    assert.match(
      String(copy.headers['content-disposition']),
      /^attachment;.*Example-Dist-1\.4\.tar\.gz\.evidence/,
    );
    assert.equal(copy.body, 'PK\u0003<script>');
    const chain = (await kept()).evidence[0]?.custody ?? [];
    assert.deepEqual(
      chain.map(({ who, what }) => [who.replace(/:.*/, ''), what.replace(/[0-9a-f]{64}/, 'SUM')]),
      [
        ['member', 'put it into the vault; SHA-256 SUM'],
        ['A. Admin of PAUSE', 'fetched it from the incoming folder'],
        ['member', 'took a copy: to read Makefile.PL in a sandbox'],
      ],
    );
    assert.match(await shown(), /triager: put it into the vault.*coordinator: took a copy/s);
    const plain = await desk.ask('GET', `/cases/${id}/files/${file}`, { as: desk.triager });
    assert.equal(plain.status, 409, 'no way around the chain');
    assert.equal((await post('/evidence/take', { file: 'none', why: 'x' })).status, 404);
  });

  test(`others are asked by letter or by hand, with a passkey, and what they do is noted (${name})`, {
    skip,
  }, async (t) => {
    const desk = await given(t, where);
    const { id, post, done, kept, shown } = await incident(desk);
    const freeze = { measure: 'freeze-account', to: 'pause' };
    assert.equal((await post('/requests', freeze)).status, 409, 'no account is named');
    await done('', { kind: 'compromised-account', account: 'EXAMPLE' });
    await done('/releases', { distribution: 'Example-Dist', version: '1.4' });
    assert.notEqual((await post('/requests', freeze, desk.unproved)).status, 303);
    assert.equal((await kept()).requests.length, 0);
    assert.equal((await post('/requests', { ...freeze, to: 'metacpan' })).status, 422);
    const block = { measure: 'block-download', to: 'mirrors' };
    assert.match((await post('/requests', block)).body, /address-block-download-problem">An address of mail/);
    await done('/requests', freeze);
    await done('/requests', { ...block, address: 'mirrors@example.org' });
    await done('/requests', { measure: 'remove-release', to: 'pause', hand: 'yes' });
    assert.match(await shown(), /letter: ready.*sent by hand/s);
    await desk.work();
    assert.deepEqual(desk.sent.map(({ to }) => to).sort(), ['mirrors@example.org', 'modules@perl.org']);
    const [second, first] = desk.sent.toSorted((a, b) => (a.to < b.to ? -1 : 1));
    assert.match(first?.text ?? '', /Subject: \[[^\]]+\] Freeze a PAUSE account\r\n/);
    assert.match(first?.text ?? '', /\r\n\r\nEXAMPLE\r\n\r\n/);
    assert.match(second?.text ?? '', /\r\nExample-Dist 1\.4\r\n/);
    assert.match((await desk.timeline(id)).join('\n'), /mail-out team: .*freeze account/);
    assert.match(await shown(), /letter: done/);
    const request = (await kept()).requests[0]?.id ?? assert.fail();
    desk.clock.now += 3_600_000;
    await done('/requests/answer', { request, state: 'acknowledged', note: 'within the hour' });
    desk.clock.now += 3_600_000;
    await done('/requests/answer', { request, state: 'done' });
    assert.equal((await post('/requests/answer', { request, state: 'refused' })).status, 409);
    const { facts } = await desk.file(id);
    assert.deepEqual(
      facts.containment?.map(({ what, answered, ended }) => [what, answered, ended]),
      [
        ['freeze the account: the administrators of PAUSE', '2026-11-25T13:00:00Z', '2026-11-25T14:00:00Z'],
        ['block downloads of the releases: the operators of the mirrors', null, null],
        ['remove the releases from the index: the administrators of PAUSE', null, null],
      ],
    );
  });

  test(`a case that is no incident has no such page (${name})`, { skip }, async (t) => {
    const { store, ask, coordinator } = await given(t, where);
    const report = { ...EMPTY_REPORT, where: 'Foo', what: 'x' };
    const { caseId } = await store.transaction((tx) =>
      takeReport(tx, store.vault, { channel: 'form', report, person: null, files: [] }),
    );
    for (const path of ['', '/uploads'])
      assert.equal((await ask('GET', `/cases/${caseId}/incident${path}`, { as: coordinator })).status, 404);
  });
}
