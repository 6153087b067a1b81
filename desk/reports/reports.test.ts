import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenServer, givenMember, givenServer, ORIGIN } from '../../test/given-server.ts';
import type { Principal } from '../access/index.ts';
import { addEntry, entriesOf, readCase } from '../casefile/index.ts';
import { linkOf } from '../people/index.ts';
import type { Store } from '../store/index.ts';
import { type ByMail, EMPTY_REPORT, followRoutes, type Received, reportRoutes, takeReport } from './index.ts';

interface GivenReports extends GivenServer {
  readonly store: Store;
  readonly received: Received[];
  readonly suspects: string[];
}

async function givenReports(
  t: TestContext,
  { given }: Where,
  byMail: ByMail | null = null,
): Promise<GivenReports> {
  const { store } = await given(t);
  const received: Received[] = [];
  const suspects: string[] = [];
  const ops = {
    received: async (_: unknown, given: Received) => void received.push(given),
    suspect: async (_: unknown, caseId: string) => void suspects.push(caseId),
  };
  return {
    store,
    received,
    suspects,
    ...givenServer(t, store, [...reportRoutes(ops, byMail), ...followRoutes]),
  };
}

const filled = {
  where: 'Foo::Bar',
  what: 'Reads past the end\nof the buffer in parse_header()',
  credit: 'no',
};

/** As whoever has the link on the page. */
async function holder({ store }: GivenReports, link: string): Promise<Principal> {
  const secret = link.replace(`${ORIGIN}/l/`, '');
  const found = await store.transaction((tx) => linkOf(tx, secret));
  assert.ok(found !== null);
  return { kind: 'link', link: found.kind, subject: found.subject, caseId: found.caseId };
}

interface Receipt {
  readonly receipt: { readonly reference: string; readonly link: string };
}

async function reported(desk: GivenReports, more: Record<string, string> = {}): Promise<Principal> {
  const told = await desk.ask('POST', '/report', { json: { ...filled, ...more } });
  assert.equal(told.status, 200, told.body);
  return holder(desk, (JSON.parse(told.body) as Receipt).receipt.link);
}

for (const where of databases) {
  const { name, skip } = where;

  test(`the form says where mail comes in, and with which key it is sealed (${name})`, {
    skip,
  }, async (t) => {
    const key = { fingerprint: 'ABCD1234', armored: 'armored' };
    const table: [byMail: ByMail | null, page: RegExp, key: number][] = [
      [null, /^(?![\s\S]*Or write to)/, 404],
      [{ address: 'desk@example.org', key: null }, /others may read mail on its way/, 404],
      [{ address: 'desk@example.org', key }, /<code>ABCD 1234<\/code>/, 200],
    ];
    for (const [byMail, page, status] of table) {
      const { ask } = await givenReports(t, where, byMail);
      assert.match((await ask('GET', '/report', { headers: { accept: 'text/html' } })).body, page);
      const missing = await ask('POST', '/report', { form: {} });
      assert.match(missing.body, page);
      const told = await ask('GET', '/openpgp-key.asc');
      assert.equal(told.status, status);
      if (status === 200) assert.equal(told.body, 'armored');
    }
  });

  test(`a report becomes a case of the whole team, and whoever made it follows it (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenReports(t, where);
    const triager = await givenMember(desk.store, 'triager');
    const as = await reported(desk);
    const caseId = as.kind === 'link' ? (as.caseId ?? '') : '';
    const file = await desk.store.transaction((tx) => readCase(tx, desk.store.vault, caseId));
    assert.equal(file?.content.title, 'Reads past the end');
    assert.equal(file?.content.distribution, 'Foo-Bar');
    const members = await desk.store.transaction((tx) =>
      tx.db.selectFrom('case_members').select('member_id').execute(),
    );
    assert.deepEqual(
      members.map(({ member_id }) => member_id),
      [triager.id],
    );
    const page = await desk.ask('GET', '/my-report', { as, headers: { accept: 'text/html' } });
    assert.match(page.body, /It was received\. Nobody has taken it on yet\./);
    // A stranger, and the reporter of another case.
    assert.equal((await desk.ask('GET', '/my-report')).status, 404);
    const other = await reported(desk, { where: 'Other' });
    const theirs = JSON.parse((await desk.ask('GET', '/my-report', { as: other })).body) as {
      reference: string;
    };
    assert.notEqual(
      theirs.reference,
      JSON.parse((await desk.ask('GET', '/my-report', { as })).body).reference,
    );
  });

  test(`the reporter sees what is said to them, and nothing else of the case (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenReports(t, where);
    const { store } = desk;
    const as = await reported(desk);
    const caseId = as.kind === 'link' ? (as.caseId ?? '') : '';
    await desk.ask('POST', '/my-report/message', { as, json: { text: 'More: it crashes.' } });
    await store.transaction(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      const say = (audience: string, text: string) =>
        addEntry(tx, store.vault, file, { kind: 'message', actor: 'member:m', audience, body: { text } });
      await say('reporter', 'Thank you.');
      await say('team', 'INTERNAL');
      await say('maintainers', 'INTERNAL');
    });
    const { body } = await desk.ask('GET', '/my-report', { as });
    assert.doesNotMatch(body, /INTERNAL/);
    const { messages } = JSON.parse(body) as { messages: { own: boolean; text: string }[] };
    assert.deepEqual(
      messages.map(({ own, text }) => [own, text]),
      [
        [true, 'More: it crashes.'],
        [false, 'Thank you.'],
      ],
    );
  });

  test(`a form that lacks something keeps what was typed (${name})`, { skip }, async (t) => {
    const desk = await givenReports(t, where);
    const told = await desk.ask('POST', '/report', { form: { where: 'Foo', what: '', how: '<b>typed</b>' } });
    assert.equal(told.status, 422);
    assert.match(told.body, /Say in a sentence what it is\./);
    assert.match(told.body, /&lt;b>typed&lt;\/b>/);
    const address = await desk.ask('POST', '/report', { form: { ...filled, address: 'nonsense' } });
    assert.match(address.body, /This is no e-mail address\./);
    const count = await desk.store.transaction((tx) => tx.db.selectFrom('cases').select('id').execute());
    assert.deepEqual(count, []);
    const receipt = await desk.ask('POST', '/report', { form: { ...filled, address: 'finder@example.org' } });
    assert.match(receipt.body, /Your private link/);
    assert.equal(desk.received[0]?.address, 'finder@example.org');
  });

  test(`what a program filled in is answered alike and kept apart (${name})`, { skip }, async (t) => {
    const desk = await givenReports(t, where);
    const honest = await desk.ask('POST', '/report', { form: filled });
    const program = await desk.ask('POST', '/report', {
      form: { ...filled, website: 'https://spam.example' },
    });
    const words = (body: string): string => body.replaceAll(/[A-Z0-9]{4}-[A-Z0-9]{4}|\/l\/[\w-]+/g, '…');
    assert.equal(words(program.body), words(honest.body));
    assert.equal(desk.suspects.length, 1);
    assert.equal(desk.received.length, 1);
  });

  test(`reports of one thing find each other; the same one twice is one (${name})`, { skip }, async (t) => {
    const desk = await givenReports(t, where);
    const { store } = desk;
    const report = { ...EMPTY_REPORT, ...filled, credit: 'no' } as const;
    const take = (more: object) =>
      store.transaction((tx) =>
        takeReport(tx, store.vault, {
          channel: 'mail',
          report: { ...report, ...more },
          person: null,
          files: [],
          ...('source' in more ? { source: String(more.source) } : {}),
        }),
      );
    const first = await take({ source: 'a@example.org' });
    assert.deepEqual(first.alike, []);
    const again = await take({ source: 'a@example.org' });
    assert.deepEqual([again.caseId, again.secret], [first.caseId, null]);
    const second = await take({ source: 'b@example.org', what: 'parse_header() is unsafe' });
    assert.deepEqual(
      second.alike.map(({ caseId }) => caseId),
      [first.caseId],
    );
    assert.deepEqual((await take({ where: 'Elsewhere', what: 'Nothing alike' })).alike, []);
  });

  test(`credit is chosen, a report withdrawn while nobody works on it (${name})`, { skip }, async (t) => {
    const desk = await givenReports(t, where);
    const as = await reported(desk);
    await desk.ask('POST', '/my-report/credit', { as, json: { credit: 'by-name', creditName: 'A. Finder' } });
    const seen = JSON.parse((await desk.ask('GET', '/my-report', { as })).body) as Record<string, unknown>;
    assert.deepEqual([seen.credit, seen.creditName, seen.open], ['by-name', 'A. Finder', true]);
    const withdrawn = await desk.ask('POST', '/my-report/withdraw', { as });
    assert.equal(withdrawn.status, 200, JSON.stringify([withdrawn.body, desk.lines.at(-1)]));
    const after = JSON.parse((await desk.ask('GET', '/my-report', { as })).body) as Record<string, unknown>;
    assert.deepEqual([after.status, after.open], ['It was withdrawn, and is closed.', false]);
    assert.equal((await desk.ask('POST', '/my-report/message', { as, json: { text: 'late' } })).status, 409);
  });

  test(`files come with the form and go back to whoever sent them, as downloads only (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenReports(t, where);
    const form = new FormData();
    for (const [key, value] of Object.entries(filled)) form.set(key, value);
    form.set('files', new File(['<script>alert(1)</script>'], 'poc.html', { type: 'text/html' }));
    const sent = new Response(form);
    const told = await desk.ask('POST', '/report', {
      headers: { 'content-type': sent.headers.get('content-type') ?? '' },
      payload: Buffer.from(await sent.arrayBuffer()),
    });
    const as = await holder(desk, (JSON.parse(told.body) as Receipt).receipt.link);
    const { files } = JSON.parse((await desk.ask('GET', '/my-report', { as })).body) as {
      files: { id: string; name: string }[];
    };
    const got = await desk.ask('GET', `/my-report/files/${files[0]?.id}`, { as });
    assert.equal(got.body, '<script>alert(1)</script>');
    assert.equal(got.headers['content-type'], 'application/octet-stream');
    assert.match(String(got.headers['content-disposition']), /^attachment; filename="poc\.html"/);
    assert.match(String(got.headers['content-security-policy']), /sandbox/);
    const other = await reported(desk);
    assert.equal((await desk.ask('GET', `/my-report/files/${files[0]?.id}`, { as: other })).status, 404);
  });

  test(`a flood of reports is told to wait (${name})`, { skip }, async (t) => {
    const desk = await givenReports(t, where);
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await desk.ask('POST', '/report', { json: filled })).status);
    assert.deepEqual(
      statuses.slice(0, 10),
      Array.from({ length: 10 }, () => 200),
    );
    assert.deepEqual(statuses.slice(10), [429, 429]);
  });
}

test('nothing of a report stands in the audit log or in the lines of the server', async (t) => {
  const [where = assert.fail()] = databases;
  const desk = await givenReports(t, where);
  const as = await reported(desk, { what: 'CANARY here', where: 'Canary-Dist' });
  await desk.ask('POST', '/my-report/message', { as, json: { text: 'CANARY again' } });
  const ledger = await desk.store.transaction((tx) => tx.db.selectFrom('ledger').selectAll().execute());
  assert.ok(ledger.length >= 2);
  assert.doesNotMatch(JSON.stringify([ledger, desk.lines]), /canary/i);
  const caseId = as.kind === 'link' ? (as.caseId ?? '') : '';
  const entries = await desk.store.transaction(async (tx) => {
    const file = (await readCase(tx, desk.store.vault, caseId)) ?? assert.fail();
    return entriesOf(tx, desk.store.vault, file);
  });
  assert.match(JSON.stringify(entries), /CANARY again/);
});
