/** Organisations sign up: a coordinator names them, their contacts sign the agreement and prove a key by a link. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenLetters, type Letters } from '../../test/given-letters.ts';
import { type GivenServer, givenMember, givenServer } from '../../test/given-server.ts';
import { givenKey, ops, scratch } from '../../test/mail.ts';
import type { LinkPrincipal } from '../access/index.ts';
import { readMail } from '../mail/index.ts';
import { keyRoutes } from '../notices/index.ts';
import { erasePerson, exportPerson } from '../people/index.ts';
import { contactOf, contactsOf, listOrganisations, organisationRoutes } from './index.ts';

const directory = scratch();
const [ada, desk] = await Promise.all(['ada', 'desk'].map((one) => givenKey(directory, one)));
assert.ok(ada !== undefined && desk !== undefined);

interface Given extends Letters, GivenServer {
  readonly organisation: string;
  readonly contact: string;
  readonly as: LinkPrincipal;
}

async function givenOrganisation(t: TestContext, where: Where): Promise<Given> {
  const letters = await givenLetters(t, where, { sign: desk?.desk ?? null });
  const server = givenServer(t, letters.store, [...organisationRoutes, ...keyRoutes]);
  const by = await givenMember(letters.store, 'coordinator', true);
  const form = { name: 'Example Linux', kind: 'distributor', tlp: 'TLP:AMBER' };
  const added = await server.ask('POST', '/organisations', { as: by, form });
  const organisation = String(added.headers.location).replace('/organisations/', '');
  const person = { name: 'Ada', address: 'ada@example.com' };
  const joined = await server.ask('POST', `/organisations/${organisation}/contacts`, {
    as: by,
    form: person,
  });
  assert.equal(joined.status, 303, joined.body);
  const [contact] = await letters.act((tx) => contactsOf(tx, letters.store.vault, organisation));
  const as: LinkPrincipal = { kind: 'link', link: 'organisation', subject: contact?.id ?? '', caseId: null };
  return { ...letters, ...server, organisation, contact: contact?.id ?? '', as };
}

const contactIn = ({ act, store, contact }: Given) => act((tx) => contactOf(tx, store.vault, contact));

for (const where of databases) {
  const { name, skip } = where;
  test(`a contact gets a letter, signs the agreement and proves a key (${name})`, { skip }, async (t) => {
    const given = await givenOrganisation(t, where);
    const { ask, as, sent, work } = given;
    await work();
    const [letter] = sent.splice(0);
    assert.equal(letter?.to, 'ada@example.com');
    assert.match(letter?.text ?? '', /Subject: Agreement before you are told, version 1\.1/);
    assert.match(letter?.text ?? '', /https:\/\/desk\.example\.org\/l\//);
    const page = await ask('GET', '/my-organisation', { as, headers: { accept: 'text/html' } });
    assert.match(
      page.body,
      /Example Linux.*Ada, you are told.*TLP:RED unless it bears another label.*I sign it/s,
    );
    assert.equal((await ask('POST', '/my-organisation/sign', { as, json: { version: '0.9' } })).status, 200);
    assert.equal((await contactIn(given)).agreement, null, 'they did not read that one');
    assert.equal((await ask('POST', '/my-organisation/sign', { as, json: { version: '1.1' } })).status, 200);
    const { agreement, agreedAt } = await contactIn(given);
    assert.deepEqual([agreement, agreedAt], ['1.1', '2026-11-25T12:00:00.000Z']);
    assert.equal((await ask('POST', '/my-organisation/sign', { as, json: { version: '1.1' } })).status, 409);
    const key = ada.known.armored;
    assert.equal((await ask('POST', '/my-organisation/key', { as, json: { key } })).status, 200);
    await work();
    const [coded] = sent.splice(0);
    const opening = { at: '2026-11-25T13:00:00Z', deskKeys: [ada.desk] };
    const { text } = await readMail(Buffer.from(coded?.text ?? '', 'latin1'), ops(opening));
    const code = /^\w{4}-\w{4}-\w{4}$/m.exec(text)?.[0] ?? assert.fail(text);
    assert.equal((await ask('POST', '/my-organisation/key/code', { as, json: { code } })).status, 200);
    assert.equal((await contactIn(given)).fingerprint, ada.known.fingerprint);
    const list = await ask('GET', '/organisations', { as: await givenMember(given.store, 'cna') });
    const [{ ready, contacts }] = (
      JSON.parse(list.body) as { organisations: [{ ready: number; contacts: number }] }
    ).organisations;
    assert.deepEqual([ready, contacts], [1, 1]);
  });

  test(`a contact who was ended comes in no more, and is written to no more (${name})`, {
    skip,
  }, async (t) => {
    const given = await givenOrganisation(t, where);
    const { ask, as, act, organisation, contact, store, sent, work } = given;
    await work();
    sent.splice(0);
    const by = await givenMember(store, 'coordinator', true);
    const form = { contact };
    const linksOf = () =>
      act((tx) => tx.db.selectFrom('links').select('id').where('kind', '=', 'organisation').execute());
    const before = await linksOf();
    assert.equal(
      (await ask('POST', `/organisations/${organisation}/contacts/again`, { as: by, form })).status,
      303,
    );
    await work();
    const after = await linksOf();
    assert.deepEqual([before.length, after.length], [1, 1]);
    assert.notDeepEqual(after, before, 'the first one leads nowhere');
    assert.equal(
      (await ask('POST', `/organisations/${organisation}/contacts/end`, { as: by, form })).status,
      303,
    );
    assert.deepEqual(await linksOf(), []);
    assert.equal((await ask('GET', '/my-organisation', { as })).status, 404);
    assert.equal((await ask('GET', '/my-organisation/key', { as })).status, 404);
    for (const path of ['again', 'end'])
      assert.equal(
        (await ask('POST', `/organisations/${organisation}/contacts/${path}`, { as: by, form })).status,
        404,
      );
  });

  test(`an organisation is changed once, by a coordinator (${name})`, { skip }, async (t) => {
    const { ask, as, organisation, store, act } = await givenOrganisation(t, where);
    const path = `/organisations/${organisation}`;
    const by = await givenMember(store, 'coordinator', true);
    const form = { name: 'Example OS', kind: 'other', tlp: 'TLP:GREEN', state: 'paused', revision: '1' };
    assert.equal((await ask('POST', path, { as: by, form })).status, 303);
    assert.equal((await ask('POST', path, { as: by, form })).status, 422, 'of an older revision');
    const [changed] = await act((tx) => listOrganisations(tx, store.vault));
    assert.deepEqual(changed, {
      ...{ id: organisation, name: 'Example OS', kind: 'other' },
      ...{ tlp: 'TLP:GREEN', state: 'paused', revision: 2 },
    });
    const left = { ...form, state: 'left', revision: '2' };
    assert.equal((await ask('POST', path, { as: by, form: left })).status, 303);
    assert.equal((await ask('GET', '/my-organisation', { as })).status, 404, 'who left comes in no more');
    for (const [role, proved, status] of [
      ['coordinator', false, 403],
      ['cna', true, 404],
      ['triager', true, 404],
    ] as const)
      assert.equal(
        (await ask('POST', path, { as: await givenMember(store, role, proved), form })).status,
        status,
      );
    const cna = await givenMember(store, 'cna');
    assert.doesNotMatch((await ask('GET', path, { as: cna })).body, /ada@example\.com/, 'for coordinators');
    assert.match((await ask('GET', path, { as: by })).body, /ada@example\.com/);
    const [{ id: contact, person } = assert.fail()] = await act((tx) =>
      contactsOf(tx, store.vault, organisation),
    );
    const held = JSON.stringify(await act((tx) => exportPerson(tx, store.vault, person)));
    assert.match(held, new RegExp(`"contactOf":\\[\\{"id":"${contact}"`));
    await act((tx) => erasePerson(tx, store.vault, person));
    assert.match((await ask('GET', path, { as: by })).body, /"name":"erased"/);
  });
}
