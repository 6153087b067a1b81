/** How a case becomes public: who may prepare and approve it, what they look at, and when it begins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing, type Publishing } from '../../test/given-publication.ts';
import { givenMember } from '../../test/given-server.ts';
import {
  approved,
  CVE,
  NOTHING,
  ONCE,
  outside,
  prepared,
  shown,
  WANTED,
} from '../../test/prepared-publication.ts';
import { addFile, changeCase, happen, readCase, TEAM } from '../casefile/index.ts';

const DAY = 86_400_000;

for (const where of databases) {
  const { name, skip } = where;

  test(`nobody approves what they changed last, and nobody what they have not seen (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { store, act } = desk;
    const id = await prepared(desk, [await desk.ready('Foo-Bar', CVE)]);
    const { digest } = await shown(desk, id);
    const own = await desk.post(`/publications/${id}/approve`, { digest });
    assert.equal(own.status, 409);
    assert.match(own.body, /Another person approves/);
    // A second account of the same person.
    const twin = await givenMember(store, 'cna', true);
    const caseId = await firstCase(desk, id);
    await act(async (tx) => {
      const { person_id } = await tx.db
        .selectFrom('members')
        .select('person_id')
        .where('id', '=', desk.ada.id)
        .executeTakeFirstOrThrow();
      await tx.db.updateTable('members').set({ person_id }).where('id', '=', twin.id).execute();
      const row = { case_id: caseId, member_id: twin.id, part: 'member' as const, since: tx.now };
      await tx.db.insertInto('case_members').values(row).execute();
    });
    assert.match(
      (await desk.post(`/publications/${id}/approve`, { digest }, twin)).body,
      /Another person approves/,
    );
    // Bob has a page that is older than the words of it.
    const key = 'announcement';
    const { texts } = await shown(desk, id);
    const text = texts.find((one) => one.key === key) ?? assert.fail();
    const changed = { key, subject: text.subject, text: `${text.text}\nOne word more.\n`, do: 'keep' };
    assert.equal((await desk.post(`/publications/${id}/text`, changed)).status, 200);
    const stale = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
    assert.match(stale.body, /no longer what you looked at/);
    // Bob changes it himself: then it is not his to approve, but Ada's.
    assert.equal(
      (await desk.post(`/publications/${id}/text`, { ...changed, do: 'reset' }, desk.bob)).status,
      200,
    );
    const now = await shown(desk, id);
    assert.match(
      (await desk.post(`/publications/${id}/approve`, { digest: now.digest }, desk.bob)).body,
      /Another/,
    );
    // The case itself changes: somebody stands for it anew before anybody approves.
    await act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      await changeCase(tx, store.vault, file, { content: { summary: `${file.content.summary} Twice.` } });
    });
    const other = await shown(desk, id);
    assert.equal(other.seen, false);
    assert.match(
      (await desk.post(`/publications/${id}/approve`, { digest: other.digest })).body,
      /no longer what/,
    );
    assert.equal((await desk.post(`/publications/${id}/look`, {}, desk.bob)).status, 200);
    assert.equal((await desk.post(`/publications/${id}/approve`, { digest: other.digest })).status, 200);
    const refused = await act((tx) =>
      tx.db.selectFrom('ledger').select('detail').where('act', '=', 'publication.approve').execute(),
    );
    assert.equal(refused.filter(({ detail }) => detail.includes('"refused":true')).length, 5);
  });

  test(`an embargo holds it, its early end lets it go, a later one keeps it (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { store, act, clock, process } = desk;
    const caseId = await desk.ready('Foo-Bar', CVE);
    const end = new Date(clock.now + 10 * DAY).toISOString().replace('.000Z', 'Z');
    const later = new Date(clock.now + 12 * DAY).toISOString().replace('.000Z', 'Z');
    const by = `member:${desk.ada.id}`;
    const happens = (event: Parameters<typeof happen>[3]): Promise<unknown> =>
      act(async (tx) =>
        happen(tx, store.vault, (await readCase(tx, store.vault, caseId)) ?? assert.fail(), event),
      );
    await happens({ type: 'default-embargo', proposal: 'p', end, why: 'as usual', by });
    const id = await prepared(desk, [caseId]);
    assert.equal((await shown(desk, id)).beginning.at, end);
    await approved(desk, id);
    const passes = async (days: number): Promise<void> => {
      clock.now += days * DAY;
      process.wall += days * DAY;
      process.monotonic += days * DAY;
      await desk.settle();
    };
    // Of the embargo itself the reporter hears.
    const unsaid = async (): Promise<object> => ({ ...(await outside(desk)), letters: 0 });
    await passes(9);
    assert.deepEqual(await unsaid(), NOTHING);
    // It is put off after the approval.
    const reporter =
      (await desk.file(caseId)).state.participants.find(({ id: who }) => who !== TEAM)?.id ?? '';
    await happens({ type: 'propose', participant: reporter, proposal: 'q', end: later, why: 'asked', by });
    await happens({ type: 'accept', participant: TEAM, proposal: 'q', by });
    await passes(1.5);
    assert.deepEqual(await unsaid(), NOTHING);
    // Somebody else makes it public.
    await happens({ type: 'observe', what: 'P', confirmedBy: by, by });
    await desk.settle();
    assert.equal((await shown(desk, id)).state, 'done');
    assert.deepEqual(await unsaid(), { ...ONCE, letters: 0 });
    assert.equal(
      desk.sent.filter(({ text }) => /^Subject: CVE-2099-90001 Foo-Bar: published/m.test(text)).length,
      1,
    );
  });

  test(`a clock that was set publishes nothing (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const id = await prepared(desk, [await desk.ready('Foo-Bar', CVE)], {
      notBefore: new Date(desk.clock.now + DAY).toISOString().replace('.000Z', 'Z'),
    });
    await approved(desk, id);
    desk.clock.now += 2 * DAY;
    desk.process.wall += 2 * DAY;
    await assert.rejects(desk.settle(), { code: 'clock' }, 'whoever runs it is told, once');
    await desk.settle();
    assert.deepEqual(await outside(desk), NOTHING);
    desk.process.monotonic += 2 * DAY;
    await desk.settle();
    assert.deepEqual(await outside(desk), ONCE);
  });

  test(`what changes after the approval comes back, and whoever answers for it must still be there (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { store, act, clock, process } = desk;
    const caseId = await desk.ready('Foo-Bar', CVE);
    const notBefore = new Date(clock.now + DAY).toISOString().replace('.000Z', 'Z');
    const id = await prepared(desk, [caseId], { notBefore });
    await approved(desk, id);
    await act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      await changeCase(tx, store.vault, file, {
        content: { title: 'Foo::Bar versions before 1.24 for Perl do worse' },
      });
    });
    await desk.settle();
    assert.equal((await shown(desk, id)).state, 'prepared');
    assert.match((await desk.timeline(caseId)).join('\n'), /the approval of its publication ended/);
    assert.equal((await desk.post(`/publications/${id}/look`, {})).status, 200);
    await approved(desk, id);
    await act((tx) =>
      tx.db.updateTable('members').set({ state: 'suspended' }).where('id', '=', desk.bob.id).execute(),
    );
    clock.now += 2 * DAY;
    process.wall += 2 * DAY;
    process.monotonic += 2 * DAY;
    await desk.settle();
    assert.equal((await shown(desk, id)).state, 'prepared');
    assert.deepEqual(await outside(desk), NOTHING);
  });

  test(`whoever is not of every case sees none of it (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { act, ask } = desk;
    const [one, two] = [await desk.ready('Foo-Bar', CVE), await desk.ready('Other', 'CVE-2099-90002')];
    await act((tx) =>
      tx.db
        .deleteFrom('case_members')
        .where('case_id', '=', two)
        .where('member_id', '=', desk.bob.id)
        .execute(),
    );
    const id = await prepared(desk, [one, two]);
    const { digest } = await shown(desk, id);
    const triager = await givenMember(desk.store, 'triager', true);
    const participant = { kind: 'link', link: 'participant', subject: 'x', caseId: one } as const;
    for (const as of [desk.bob, triager, participant, undefined]) {
      const who = as === undefined ? {} : { as };
      for (const path of ['', '/text?key=announcement'])
        assert.equal((await ask('GET', `/publications/${id}${path}`, who)).status, 404);
      for (const [path, json] of [
        ['', { wanted: [] }],
        ['/look', {}],
        ['/approve', { digest }],
        ['/text', { key: 'announcement', subject: 'x', text: 'x', do: 'keep' }],
        ['/patches', { case: one, file: 'x', version: '1', do: 'add' }],
        ['/take-back', { why: 'x' }],
      ] as const)
        assert.equal((await ask('POST', `/publications/${id}${path}`, { ...who, json })).status, 404, path);
    }
    for (const as of [triager, participant])
      assert.equal(
        (await ask('POST', '/publications', { as, json: { cases: [one], purpose: 'publish' } })).status,
        404,
      );
    const others = { as: desk.bob, json: { cases: [one, two], purpose: 'publish' } };
    assert.equal((await ask('POST', '/publications', others)).status, 404);
    assert.doesNotMatch((await desk.page('/publications', desk.bob)).body, new RegExp(id));
    const twice = await desk.post('/publications', { cases: [one], purpose: 'publish' });
    assert.match(twice.body, /is open already/);
  });

  test(`words by hand are linted, and cannot carry a header (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const id = await prepared(desk, [await desk.ready('Foo-Bar', CVE)]);
    const smuggled = {
      ...{ key: 'announcement', do: 'keep', text: 'CVE-2099-90001 is public.\n' },
      subject: 'CVE-2099-90001\r\nBcc: everybody@example.org',
    };
    assert.equal((await desk.post(`/publications/${id}/text`, smuggled)).status, 200);
    const { problems, digest } = await shown(desk, id);
    assert.ok(problems.some((problem) => problem.startsWith('announcement:')));
    const { status, body } = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
    assert.equal(status, 409);
    assert.match(body, /cannot be published as it is/);
    await desk.settle();
    assert.deepEqual(await outside(desk), NOTHING);
  });

  test(`when it begins is part of what is approved, and whoever approves must still be of the case (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await desk.ready('Foo-Bar', CVE);
    const notBefore = new Date(desk.clock.now + DAY).toISOString().replace('.000Z', 'Z');
    const id = await prepared(desk, [caseId], { notBefore });
    const { digest } = await shown(desk, id);
    assert.equal((await desk.post(`/publications/${id}`, { notBefore: '', wanted: WANTED })).status, 200);
    assert.match(
      (await desk.post(`/publications/${id}/approve`, { digest }, desk.bob)).body,
      /no longer what you/,
    );
    assert.equal((await desk.post(`/publications/${id}`, { notBefore, wanted: WANTED })).status, 200);
    await approved(desk, id);
    await desk.act((tx) =>
      tx.db
        .updateTable('case_members')
        .set({ part: 'conflict' })
        .where('member_id', '=', desk.bob.id)
        .where('case_id', '=', caseId)
        .execute(),
    );
    for (const one of ['wall', 'monotonic'] as const) desk.process[one] += 2 * DAY;
    desk.clock.now += 2 * DAY;
    await desk.settle();
    assert.equal((await shown(desk, id)).state, 'prepared');
    assert.deepEqual(await outside(desk), NOTHING);
  });

  test(`what the store would refuse of a patch is said before anybody approves (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await desk.ready('Foo-Bar', CVE);
    await desk.act(async (tx) => {
      const file = (await readCase(tx, desk.store.vault, caseId)) ?? assert.fail();
      const note = { name: 'note.txt', bytes: Buffer.from('no diff'), audience: 'team' };
      await addFile(tx, desk.store.vault, file, note);
    });
    const id = await prepared(desk, [caseId]);
    const { body } = await desk.ask('GET', `/publications/${id}`, { as: desk.ada });
    const file = JSON.parse(body).cases[0].files[0].id;
    await desk.post(`/publications/${id}/patches`, { case: caseId, file, version: '1.23', do: 'add' });
    assert.match((await shown(desk, id)).problems.join(), /note\.txt: /);
  });

  test(`what was prepared is taken back, and nothing of it can be read (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await desk.ready('Foo-Bar', CVE);
    const id = await prepared(desk, [caseId]);
    await approved(desk, id);
    assert.equal(
      (await desk.post(`/publications/${id}/take-back`, { why: 'not yet' }, desk.bob)).status,
      200,
    );
    await desk.settle();
    assert.deepEqual(await outside(desk), NOTHING);
    assert.equal((await desk.file(caseId)).state.phase, 'coordinate');
    assert.equal((await desk.page(`/publications/${id}`)).status, 404);
    const keys = await desk.act((tx) =>
      tx.db
        .selectFrom('publications')
        .innerJoin('keys', 'keys.id', 'publications.key_id')
        .select('keys.destroyed_at')
        .execute(),
    );
    assert.ok(keys.every(({ destroyed_at }) => destroyed_at !== null));
  });
}

async function firstCase(desk: Publishing, id: string): Promise<string> {
  const [found] = await desk.act((tx) =>
    tx.db.selectFrom('publication_cases').select('case_id').where('publication_id', '=', id).execute(),
  );
  return found?.case_id ?? assert.fail();
}
