/** Organisations are told of a case before its publication, each by its own link, and what they say comes back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { csafProblems } from '../../test/csaf-validator.ts';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenLetters, type Letters } from '../../test/given-letters.ts';
import {
  type Asking,
  type GivenServer,
  givenMember,
  givenServer,
  type Told,
} from '../../test/given-server.ts';
import { givenKey, ops, scratch } from '../../test/mail.ts';
import type { LinkPrincipal, MemberPrincipal } from '../access/index.ts';
import { openCase, readCase } from '../casefile/index.ts';
import { readMail } from '../mail/index.ts';
import { addContact, addOrganisation, contactOf, endContact, signAgreement } from '../organisations/index.ts';
import { changePerson } from '../people/index.ts';
import { caseRoutes, partRoutes, statementRoutes } from './index.ts';

const directory = scratch();
const [ada, desk] = await Promise.all(['ada', 'desk'].map((one) => givenKey(directory, one)));
assert.ok(ada !== undefined && desk !== undefined);

/** Every word of the case that a letter must not say. */
const CANARY = /CANARY|Foo-Bar|parse_header/;

interface Given extends Letters, GivenServer {
  readonly caseId: string;
  readonly by: MemberPrincipal;
  /** With a key, and without one; each with one contact. */
  readonly organisations: readonly [string, string];
  readonly contacts: readonly [string, string];
  does(path: string, json?: object, as?: MemberPrincipal): Promise<Told>;
}

async function givenNotice(t: TestContext, where: Where, end = '2026-12-05T12:00:00Z'): Promise<Given> {
  const letters = await givenLetters(t, where, { sign: desk?.desk ?? null });
  const { store, act } = letters;
  const server = givenServer(t, store, [...caseRoutes, ...partRoutes, ...statementRoutes]);
  const by = await givenMember(store, 'coordinator', true);
  const other = await givenMember(store, 'cna', true);
  const content = {
    title: 'CANARY versions before 1.42 for Perl read past the end',
    distribution: 'Foo-Bar',
    summary:
      'CANARY: parse_header() reads past the end of a header that somebody else has sent, and what stands there is told.',
    affected: [{ ranges: ['<1.42'], fixed: [] }],
    weaknesses: ['CWE-125'],
  };
  const { id: caseId } = await act((tx) => openCase(tx, store.vault, { content, reporter: null }));
  const does = async (path: string, json: object = {}, as = by): Promise<Told> => {
    const told = await server.ask('POST', `/cases/${caseId}/${path}`, { as, json });
    assert.equal(told.status, 200, `${path}: ${told.body}`);
    return told;
  };
  await does('take');
  for (const as of [by, other]) await does('vote', { vote: 'yes', interest: 'no', why: 'It is one.' }, as);
  await does('accept');
  await does('embargo', { end, why: 'The default.' });
  await does('reserve', { cve: 'CVE-2026-99990' });
  const [withKey, without] = [
    await givenOrganisation(letters, 'Example Linux', true),
    await givenOrganisation(letters, 'Example OS', false),
  ];
  return {
    ...{ ...letters, ...server, caseId, by, does },
    organisations: [withKey.id, without.id],
    contacts: [withKey.contact, without.contact],
  };
}

/** One contact of it, who signed the agreement. */
async function givenOrganisation({ store, act }: Letters, name: string, key: boolean) {
  const { vault } = store;
  return act(async (tx) => {
    const id = await addOrganisation(tx, vault, { name, kind: 'distributor', tlp: 'TLP:AMBER+STRICT' });
    const address = `${name.replace(' ', '.')}@example.com`.toLowerCase();
    const contact = await addContact(tx, vault, id, { name: `Ada of ${name}`, address });
    const found = await contactOf(tx, vault, contact);
    await signAgreement(tx, found, '1.1');
    const { armored = '', fingerprint = '' } = ada?.known ?? {};
    if (key)
      await changePerson(tx, vault, found.person, (before) => ({ ...before, key: { armored, fingerprint } }));
    return { id, contact };
  });
}

const tell = (
  { ask, by, caseId }: Given,
  form: Record<string, string>,
  asking: Partial<Asking> = {},
): Promise<Told> => ask('POST', `/cases/${caseId}/early-notice`, { as: by, form, ...asking });

/** As whom a contact comes by the letter. */
async function holderOf({ act, caseId }: Given, contact: string): Promise<LinkPrincipal> {
  const row = await act((tx) =>
    tx.db
      .selectFrom('early_notices')
      .select('participant_id')
      .where('contact_id', '=', contact)
      .executeTakeFirstOrThrow(),
  );
  return { kind: 'link', link: 'participant', subject: row.participant_id, caseId };
}

interface ProofJson {
  readonly notices: readonly Record<string, unknown>[];
}

async function proof({ ask, by, caseId }: Given): Promise<ProofJson['notices']> {
  const { status, body } = await ask('GET', `/cases/${caseId}/early-notice.json`, { as: by });
  assert.equal(status, 200, body);
  return (JSON.parse(body) as ProofJson).notices;
}

const DOCUMENT = readFileSync(new URL('../../docs/formats/early-notice.md', import.meta.url), 'utf8');
const [, EXAMPLE = ''] = /```json\n([^`]+)```/.exec(DOCUMENT) ?? [];

/** Of the proof and of its first notice. */
function membersOf(text: string): string[][] {
  const found = JSON.parse(text) as ProofJson;
  return [found, found.notices[0] ?? {}].map((one) => Object.keys(one).sort());
}

for (const where of databases) {
  const { name, skip } = where;

  test(`two organisations are told, one by an encrypted letter, and neither letter says anything (${name})`, {
    skip,
  }, async (t) => {
    const given = await givenNotice(t, where);
    const { ask, by, caseId, organisations, contacts, sent, work, act } = given;
    const [first] = organisations;
    for (const organisation of organisations) {
      const told = await tell(given, { organisation });
      assert.equal(told.status, 303, told.body);
    }
    await work();
    const mails = sent.splice(0).toSorted((a, b) => a.to.localeCompare(b.to));
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['example.linux@example.com', 'example.os@example.com'],
    );
    const [sealed, clear] = mails;
    assert.match(sealed?.text ?? '', /\nSubject: \[\.\.\.\]\r/);
    const opening = { at: '2026-11-25T13:00:00Z', deskKeys: [ada.desk] };
    const { text } = await readMail(Buffer.from(sealed?.text ?? '', 'latin1'), ops(opening));
    for (const words of [text, clear?.text ?? '']) {
      assert.match(words, /TLP:AMBER\+STRICT/);
      assert.match(words, /2026-12-05\s+12:00 UTC/);
      assert.match(words, /https:\/\/desk\.example\.org\/l\//);
      assert.doesNotMatch(words, CANARY);
    }

    // Told once, and nothing of the case before they accept.
    assert.equal((await tell(given, { organisation: first })).status, 409);
    const as = await holderOf(given, contacts[0]);
    const before = await ask('GET', '/my-part', { as });
    assert.doesNotMatch(before.body, /CANARY/);
    for (const path of ['/my-part/statement', '/my-part/csaf'])
      assert.equal((await ask('GET', path, { as })).status, 404);
    const { agreement } = JSON.parse(before.body) as { agreement: unknown };
    assert.equal(agreement, null, 'they signed it once');
    given.clock.now += 3_600_000;
    assert.equal((await ask('POST', '/my-part/accept', { as })).status, 200);
    given.clock.now += 60_000;
    assert.match((await ask('GET', '/my-part', { as })).body, /CANARY.*"early":true/);
    const lines = (await proof(given)).toSorted((a, b) => String(a.contact).localeCompare(String(b.contact)));
    const signed = { version: '1.1', on: '2026-11-25' };
    const told = { toldAt: '2026-11-25T12:00:00.000Z', agreement: signed, why: '', statement: null };
    assert.deepEqual(
      lines.map(({ participant, ...line }) => line),
      [
        {
          ...{ contact: 'Ada of Example Linux', organisation: 'Example Linux', kind: 'distributor', ...told },
          ...{ acceptedAt: '2026-11-25T13:00:00.000Z', readAt: '2026-11-25T13:01:00.000Z' },
        },
        {
          ...{ contact: 'Ada of Example OS', organisation: 'Example OS', kind: 'distributor', ...told },
          ...{ acceptedAt: null, readAt: null },
        },
      ],
    );
    const json = await ask('GET', `/cases/${caseId}/early-notice.json`, { as: by });
    assert.deepEqual(membersOf(json.body), membersOf(EXAMPLE), 'as docs/formats/early-notice.md has it');
    const { body } = await ask('GET', `/cases/${caseId}/early-notice.txt`, { as: by });
    assert.match(
      body,
      /Example OS, Ada of Example OS\n {2}agreement: {2}version 1\.1, 2026-11-25\n.*\n {2}accepted: {3}no\n/,
    );

    // Whoever is ended as a contact comes in no more.
    await act((tx) => endContact(tx, contacts[1]));
    const row = await act((tx) =>
      tx.db.selectFrom('participants').select('barred_at').where('barred_at', 'is not', null).execute(),
    );
    assert.equal(row.length, 1);
  });

  test(`an organisation says how it stands, and a member takes it into the case (${name})`, {
    skip,
  }, async (t) => {
    const given = await givenNotice(t, where);
    const { ask, by, caseId, organisations, contacts, act, store } = given;
    await tell(given, { organisation: organisations[0] });
    await tell(given, { organisation: organisations[1] });
    const [as, other] = [await holderOf(given, contacts[0]), await holderOf(given, contacts[1])];
    for (const one of [as, other])
      assert.equal((await ask('POST', '/my-part/accept', { as: one })).status, 200);
    const say = (form: Record<string, string>) => ask('POST', '/my-part/statement', { as, form });
    assert.equal((await say({ name: 'libfoo-bar-perl', status: 'not_affected' })).status, 422, 'why?');
    const purl = 'pkg:deb/example/libfoo-bar-perl';
    const said = { name: 'libfoo-bar-perl', purl, status: 'fixed', version: '1.41-2', note: 'SECRETNOTE' };
    assert.equal((await say(said)).status, 303);
    assert.doesNotMatch(
      (await ask('GET', '/my-part', { as: other })).body,
      /SECRETNOTE|libfoo-bar-perl|1\.41-2/,
    );
    assert.equal((await ask('GET', '/my-part/statement', { as: other })).body.includes('libfoo'), false);
    const file = () => act(async (tx) => (await readCase(tx, store.vault, caseId)) ?? assert.fail());
    assert.deepEqual((await file()).content.products, [], 'nobody looked yet');
    const form = { participant: as.subject };
    assert.equal((await ask('POST', `/cases/${caseId}/early-notice/accept`, { as: by, form })).status, 303);
    const [product, ...more] = (await file()).content.products;
    const { id, ...words } = product ?? assert.fail();
    assert.deepEqual(words, {
      ...{ ...said, justification: null, by: 'Example Linux', on: '2026-11-25', published: false },
    });
    assert.deepEqual(more, []);
    assert.equal(
      (await ask('POST', `/cases/${caseId}/early-notice/accept`, { as: by, form })).status,
      409,
      'once',
    );
    assert.match(
      (await ask('GET', '/my-part/statement', { as, headers: { accept: 'text/html' } })).body,
      /has taken it over/,
    );
    // Another word of theirs changes the same product.
    assert.equal((await say({ ...said, status: 'affected', version: '' })).status, 303);
    assert.equal((await file()).content.products[0]?.status, 'fixed');
    await ask('POST', `/cases/${caseId}/early-notice/accept`, { as: by, form: { ...form, publish: 'yes' } });
    const [changed, ...others] = (await file()).content.products;
    assert.deepEqual(
      [changed?.id, changed?.status, changed?.published, others.length],
      [id, 'affected', true, 0],
    );
  });

  test(`they alone get the draft as CSAF, valid and under its label (${name})`, { skip }, async (t) => {
    const given = await givenNotice(t, where);
    const { ask, organisations, contacts, does, caseId, act } = given;
    await tell(given, { organisation: organisations[0] });
    const as = await holderOf(given, contacts[0]);
    await ask('POST', '/my-part/accept', { as });
    const { status, body } = await ask('GET', '/my-part/csaf', { as });
    assert.equal(status, 200);
    const csaf = JSON.parse(body);
    assert.deepEqual(await csafProblems(csaf), []);
    const { tracking, distribution } = csaf.document;
    assert.deepEqual([tracking.status, tracking.version], ['draft', '0']);
    assert.equal(distribution.tlp.label, 'AMBER');
    assert.match(distribution.text, /^TLP:AMBER\+STRICT: .+ Under embargo until 2026-12-05T12:00:00Z\.$/);
    await does('participants', { name: 'A maintainer', role: 'maintainer' });
    const row = await act((tx) =>
      tx.db
        .selectFrom('participants')
        .select('id')
        .where('role', '=', 'maintainer')
        .executeTakeFirstOrThrow(),
    );
    const maintainer: LinkPrincipal = { kind: 'link', link: 'participant', subject: row.id, caseId };
    await ask('POST', '/my-part/accept', { as: maintainer });
    assert.equal((await ask('GET', '/my-part/csaf', { as: maintainer })).status, 404);
    assert.equal((await ask('GET', '/my-part/statement', { as: maintainer })).status, 404);
  });

  test(`outside of the usual time a reason is kept, and nobody is told without an embargo (${name})`, {
    skip,
  }, async (t) => {
    const given = await givenNotice(t, where, '2027-02-01T12:00:00Z');
    const { ask, by, caseId, organisations, does } = given;
    const early = await tell(given, { organisation: organisations[0] });
    assert.equal(early.status, 422);
    assert.match(early.body, /too early or too late/);
    assert.deepEqual(await proof(given), []);
    const why = 'It takes long to build.';
    assert.equal((await tell(given, { organisation: organisations[0], why })).status, 303);
    assert.equal((await proof(given))[0]?.why, why);
    await does('observe', { what: 'P' });
    assert.equal((await tell(given, { organisation: organisations[1], why })).status, 409);
    const page = await ask('GET', `/cases/${caseId}/early-notice`, {
      as: by,
      headers: { accept: 'text/html' },
    });
    assert.match(page.body, /This case has none/);
  });

  test(`who may not be told is named with the reason (${name})`, { skip }, async (t) => {
    const given = await givenNotice(t, where);
    const { store, act, ask, by, caseId } = given;
    const { vault } = store;
    const low = await act(async (tx) => {
      const id = await addOrganisation(tx, vault, {
        name: 'Example BSD',
        kind: 'distributor',
        tlp: 'TLP:GREEN',
      });
      await addContact(tx, vault, id, { name: 'Bob', address: 'bob@example.com' });
      return id;
    });
    const unsigned = await act(async (tx) => {
      const id = await addOrganisation(tx, vault, {
        name: 'Example PM',
        kind: 'package-manager',
        tlp: 'TLP:RED',
      });
      await addContact(tx, vault, id, { name: 'Eve', address: 'eve@example.com' });
      return id;
    });
    const page = await ask('GET', `/cases/${caseId}/early-notice`, {
      as: by,
      headers: { accept: 'text/html' },
    });
    assert.match(page.body, /Example BSD: gets nothing beyond TLP:GREEN, and the case is TLP:AMBER\+STRICT/);
    assert.match(page.body, /Example PM: nobody there has signed version 1\.1 of the agreement/);
    for (const organisation of [low, unsigned])
      assert.equal((await tell(given, { organisation })).status, 409);
    assert.equal((await tell(given, { organisation: '0'.repeat(26) })).status, 404);
    assert.deepEqual(await proof(given), []);
    const triager = await givenMember(store, 'triager', true);
    assert.equal((await tell(given, { organisation: low }, { as: triager })).status, 404);
    assert.equal((await tell(given, { organisation: low }, { as: { ...by, proved: false } })).status, 403);
  });
}
