import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { addEntry, openCase, readCase } from '../casefile/index.ts';
import { createPerson } from '../people/index.ts';
import { newId } from '../store/index.ts';
import { caseRoutes } from './index.ts';

const BOUNDARY = 'xxBOUNDARYxx';

function multipart(files: readonly (readonly [name: string, bytes: string | Buffer])[]): Buffer {
  const parts = files.flatMap(([name, bytes]) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`,
    bytes,
    '\r\n',
  ]);
  return Buffer.concat([...parts, `--${BOUNDARY}--\r\n`].map((part) => Buffer.from(part)));
}

const META = JSON.stringify({
  name: 'Foo-Bar',
  version: '1.0',
  author: ['Jane Doe <jane@perl.example>'],
  license: ['perl_5'],
  abstract: 'x',
  dynamic_config: 0,
  generated_by: 'x',
  release_status: 'stable',
  'meta-spec': { version: 2 },
});

const FILES = [
  ['META.json', META],
  ['SECURITY.md', 'Write to <security@perl.example>. Not to eve@evil.example%0aBcc\n'],
  ['01mailrc.txt.gz', gzipSync('alias JANE "Jane Doe <jane@perl.example>"\n')],
  ['06perms.txt', 'File: 06perms.txt\n'],
] as const;

interface Model {
  readonly contacts: {
    readonly next: { readonly address: string; readonly why: string } | null;
    readonly outcome: string;
    readonly contacts: readonly {
      readonly rank: number;
      readonly address: string;
      readonly state: string;
      readonly sources: readonly { readonly place: string; readonly evidence: string }[];
    }[];
    readonly notes: readonly string[];
  } | null;
}

const read = (told: Told): NonNullable<Model['contacts']> => {
  assert.equal(told.status, 200, told.body);
  return (JSON.parse(told.body) as Model).contacts ?? assert.fail('nothing was found');
};

for (const { name, skip, given } of databases) {
  test(`contacts are found in what is given, kept, and tried in their order (${name})`, {
    skip,
  }, async (t) => {
    let now = new Date('2026-11-25T12:00:00.000Z');
    const { store } = await given(t, () => now);
    const as = await givenMember(store, 'triager');
    const { ask } = givenServer(t, store, caseRoutes);
    const content = { title: 'Reads too far', distribution: 'Foo-Bar' };
    const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
    const find = (files: readonly (readonly [string, string | Buffer])[]) =>
      ask('POST', `/cases/${id}/contacts/find`, {
        as,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        payload: multipart(files),
      });
    const found = read(await find(FILES));
    assert.deepEqual(
      found.contacts.slice(0, 2).map(({ rank, address }) => [rank, address]),
      [
        [1, 'security@perl.example'],
        [2, 'jane@perl.example'],
      ],
    );
    assert.deepEqual(found.contacts[0]?.sources[0]?.place, 'SECURITY.md:1');
    assert.deepEqual([found.next?.address, found.next?.why], ['security@perl.example', 'the best contact']);
    assert.match(found.notes.join('\n'), /06perms\.txt/);
    const attempt = (address: string, outcome: string) =>
      ask('POST', `/cases/${id}/attempts`, { as, json: { channel: 'mail', address, outcome } });
    await attempt('security@perl.example', 'sent');
    now = new Date('2026-11-25T13:00:00.000Z');
    const bounced = read(await attempt('security@perl.example', 'bounced-permanent'));
    assert.deepEqual(
      [bounced.next?.address, bounced.contacts[0]?.state],
      ['jane@perl.example', 'mail cannot be delivered'],
    );
    const page = await ask('GET', `/cases/${id}`, { as, headers: { accept: 'text/html' } });
    assert.match(page.body, /Try next: <code>jane@perl\.example<\/code> by mail/);
    assert.doesNotMatch(page.body, /\{&quot;contacts/);
    const answered = read(await attempt('elsewhere', 'answered'));
    assert.deepEqual([answered.next, answered.outcome], [null, 'reached']);
  });

  test(`a letter of the desk counts for whom it went to, and whoever agreed has answered (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const as = await givenMember(store, 'cna');
    const { ask } = givenServer(t, store, caseRoutes);
    const content = { title: 'Reads too far', distribution: 'Foo-Bar' };
    const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
    await ask('POST', `/cases/${id}/contacts/find`, {
      as,
      json: { name: 'SECURITY.md', text: 'Mail <security@perl.example>.' },
    });
    const participant = newId();
    const wrote = (outcome: string) =>
      store.transaction(async (tx) => {
        const file = (await readCase(tx, store.vault, id)) ?? assert.fail();
        const body = { channel: 'mail', outcome, participant, note: '5.1.1' };
        await addEntry(tx, store.vault, file, { kind: 'attempt', actor: 'desk', audience: 'team', body });
      });
    await store.transaction(async (tx) => {
      const person = await createPerson(tx, store.vault, { name: '', address: 'security@perl.example' });
      const row = {
        id: participant,
        case_id: id,
        person_id: person,
        party: newId(),
        role: 'maintainer',
      } as const;
      await tx.db
        .insertInto('participants')
        .values({ ...row, created_at: tx.now })
        .execute();
    });
    await wrote('sent');
    await wrote('bounced-permanent');
    const bounced = read(await ask('GET', `/cases/${id}`, { as }));
    assert.equal(bounced.contacts[0]?.state, 'mail cannot be delivered');
    const page = await ask('GET', `/cases/${id}`, { as, headers: { accept: 'text/html' } });
    assert.match(page.body, /by mail: it cannot be delivered/);
    await store.transaction((tx) =>
      tx.db.updateTable('participants').set({ agreed_at: tx.now }).where('id', '=', participant).execute(),
    );
    assert.equal(read(await ask('GET', `/cases/${id}`, { as })).outcome, 'reached');
  });

  test(`a text is pasted, known contacts count, and nothing is found for nobody (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const as = await givenMember(store, 'triager');
    const { ask } = givenServer(t, store, caseRoutes);
    const opened = (distribution: string | null) =>
      store.transaction((tx) => openCase(tx, store.vault, { content: { distribution }, reporter: null }));
    const file = await opened('Foo-Bar');
    await store.transaction(async (tx) => {
      const body = { act: 'noted a contact', address: 'old@perl.example', name: 'Old', note: 'by hand' };
      const read = (await readCase(tx, store.vault, file.id)) ?? assert.fail();
      await addEntry(tx, store.vault, read, { kind: 'act', actor: 'desk', audience: 'team', body });
      // As a letter of the desk is noted: whom it went to, and no address.
      const sent = { channel: 'mail', outcome: 'sent', participant: 'ID', note: 'first-contact' };
      await addEntry(tx, store.vault, read, { kind: 'attempt', actor: 'desk', audience: 'team', body: sent });
    });
    const find = (id: string, form: Record<string, string>) =>
      ask('POST', `/cases/${id}/contacts/find`, { as, json: form });
    const { contacts } = read(
      await find(file.id, { name: 'SECURITY.md', text: 'Mail <security@perl.example>, please.' }),
    );
    assert.deepEqual(
      contacts.slice(0, 2).map(({ address }) => address),
      ['security@perl.example', 'old@perl.example'],
    );
    assert.equal((await find(file.id, { text: ' ' })).status, 422);
    assert.equal((await find((await opened(null)).id, { text: 'x' })).status, 409);
    const stranger = await givenMember(store, 'triager');
    const told = await ask('POST', `/cases/${file.id}/contacts/find`, { as: stranger, json: { text: 'x' } });
    assert.equal(told.status, 404);
  });
}
