/** How a case becomes public: who may, when, and that each step is done once whatever happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing, LIST, type Publishing } from '../../test/given-publication.ts';
import { givenMember } from '../../test/given-server.ts';
import {
  addFile,
  changeCase,
  happen,
  type Incident,
  openCase,
  readCase,
  shredCase,
  TEAM,
  wantAmendment,
} from '../casefile/index.ts';
import { MailError } from '../mail/index.ts';

const CVE = 'CVE-2099-90001';
const DAY = 86_400_000;

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly digest: string;
  readonly seen: boolean;
  readonly problems: readonly string[];
  readonly beginning: { readonly at: string | null };
  readonly texts: readonly { readonly key: string; readonly subject: string; readonly text: string }[];
  readonly steps: readonly {
    readonly kind: string;
    readonly state: string;
    readonly problem: string | null;
    readonly proof: string | null;
  }[];
}

const shown = async (desk: Publishing, id: string, as = desk.ada): Promise<Shown> => {
  const { status, body } = await desk.ask('GET', `/publications/${id}`, { as });
  assert.equal(status, 200, body);
  return JSON.parse(body);
};

const WANTED = ['announcement', 'post:mastodon'];

async function prepared(desk: Publishing, cases: readonly string[], more: object = {}): Promise<string> {
  const { status, body } = await desk.post('/publications', {
    cases,
    purpose: 'publish',
    wanted: WANTED,
    ...more,
  });
  assert.equal(status, 200, body);
  return JSON.parse(body).id;
}

async function approved(desk: Publishing, id: string): Promise<void> {
  const { digest, problems } = await shown(desk, id);
  assert.deepEqual(problems, []);
  const { status, body } = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
  assert.equal(status, 200, body);
}

const steps = async (desk: Publishing, id: string): Promise<string[]> =>
  (await shown(desk, id)).steps.map(({ kind, state, problem }) =>
    problem === null ? `${kind} ${state}` : `${kind} ${state}: ${problem}`,
  );

const ALL_DONE = ['record', 'tree', 'disclosed', 'cve', 'list', 'letters', 'post', 'follow-up'].map(
  (kind) => `${kind} done`,
);

/** How often each of the things outside happened. */
async function outside(desk: Publishing): Promise<Record<string, number>> {
  const puts = desk.services.requests.filter((one) => /^(POST|PUT) \/api\/cve\//.test(one));
  return {
    revisions: (await desk.published.revisionNumbers('CPANSA-Foo-Bar-2099-90001')).length,
    trees: desk.trees.made,
    records: desk.services.records.size,
    puts: puts.length,
    announced: desk.sent.filter(({ to }) => to === LIST).length,
    letters: desk.sent.filter(({ to }) => to !== LIST).length,
    posts: desk.posted.size,
  };
}

const ONCE = { revisions: 1, trees: 1, records: 1, puts: 1, announced: 1, letters: 1, posts: 1 };
const NOTHING = { revisions: 0, trees: 0, records: 0, puts: 0, announced: 0, letters: 0, posts: 0 };

const INCIDENT: Incident = {
  ...{ kind: 'malicious-release', account: 'EXAMPLE', since: null, until: null, repository: null },
  recordId: 'CPANSA-Exemple-Dist-2099-0001',
  releases: [{ distribution: 'Exemple-Dist', version: null, author: null, on: null, verdict: 'malicious' }],
  indicators: [
    ...(['domain', 'file'] as const).map((type, i) => ({
      ...{ id: `i${i}`, type, value: type === 'file' ? 'inner.pl' : 'collect.example.net' },
      ...({ note: '', confidence: 'high', published: type === 'domain' } as const),
    })),
  ],
  ...{ course: [], evidence: [], requests: [] },
};

/** An incident that two have decided to speak of, and that has no CVE id. */
async function incident({ act, store, ada }: Publishing): Promise<string> {
  const by = `member:${ada.id}`;
  const content = {
    title: 'Exemple-Dist sends the environment of whoever installs it to a stranger',
    summary:
      'Makefile.PL runs the code, so that installing is enough. Nothing of it does what it says it does.',
    incident: INCIDENT,
  };
  return act(async (tx) => {
    let file = await openCase(tx, store.vault, { kind: 'incident', content, reporter: null });
    for (const event of [
      { type: 'phase', step: 'TRIAGE', by },
      { type: 'manage', participant: TEAM, step: 'VALIDATE', by },
      { type: 'manage', participant: TEAM, step: 'ACCEPT', by },
      { type: 'phase', step: 'COORDINATE', by },
    ] as const)
      ({ file } = await happen(tx, store.vault, file, event));
    return file.id;
  });
}

for (const where of databases) {
  const { name, skip } = where;

  test(`malicious releases become a record and a notice, without a CVE id (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await incident(desk);
    const id = await prepared(desk, [caseId]);
    await approved(desk, id);
    await desk.settle();
    assert.deepEqual(await steps(desk, id), [
      ...['record done', 'tree done', 'disclosed done', 'list done', 'post done', 'follow-up done'],
    ]);
    const { record } = (await desk.published.latest('CPANSA-Exemple-Dist-2099-0001')) ?? assert.fail();
    assert.deepEqual(record.malicious, {
      indicators: [{ type: 'domain', value: 'collect.example.net' }],
    });
    assert.deepEqual(record.affected[0]?.ranges, ['>=0']);
    const notice = desk.sent.find(({ to }) => to === LIST)?.text ?? '';
    assert.match(notice, /^Subject: Malicious: Exemple-Dist: /m);
    assert.match(notice, /Remove Exemple-Dist in these versions/);
    assert.match(notice, /domain collect\[\.\]example\[\.\]net/);
    assert.doesNotMatch(notice, /inner\.pl|collect\.example/);
    assert.equal(desk.services.records.size, 0);
  });

  test(`two people, and everything goes out once (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await desk.ready('Foo-Bar', CVE);
    const id = await prepared(desk, [caseId]);
    await desk.settle();
    assert.deepEqual(await outside(desk), NOTHING);
    await approved(desk, id);
    await desk.settle();
    assert.deepEqual(await steps(desk, id), ALL_DONE);
    assert.deepEqual(await outside(desk), ONCE);
    assert.equal((await shown(desk, id)).state, 'done');
    const { state, facts } = await desk.file(caseId);
    assert.equal(state.phase, 'follow-up');
    assert.notEqual(state.published, null);
    assert.notEqual(facts.disclosed, null);
    assert.notEqual(facts.recorded, null);
    const announced = desk.sent.find(({ to }) => to === LIST)?.text ?? '';
    assert.match(announced, /^Subject: .*CVE-2099-90001/m);
    assert.match(announced, /^Reply-To: <?desk@example\.org>?\r$/m);
    assert.match(announced, /https:\/\/security\.example\.org\/\S*CPANSA-Foo-Bar-2099-90001/);
    assert.equal(desk.services.ids.get(CVE)?.state, 'PUBLISHED');
    assert.match([...desk.posted.values()][0] ?? '', /CVE-2099-90001/);
  });

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

  test(`between any two steps something breaks, and each is done once or waits for a person (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const id = await prepared(desk, [await desk.ready('Foo-Bar', CVE)]);
    await approved(desk, id);
    const again = async (): Promise<void> => {
      desk.clock.now += 6 * 3_600_000;
      desk.process.wall += 6 * 3_600_000;
      desk.process.monotonic += 6 * 3_600_000;
      await desk.settle();
    };
    // CVE Services took the record, and the answer was lost: the next look finds it there.
    desk.services.faults.push(null, null, 'lost');
    // The mail server may have the announcement.
    desk.trouble.push(new MailError('uncertain', 'the connection broke off'));
    await desk.settle();
    await again();
    assert.deepEqual((await steps(desk, id)).slice(0, 5), [
      ...ALL_DONE.slice(0, 4),
      'list uncertain: uncertain',
    ]);
    await again();
    assert.equal((await outside(desk)).announced, 0);
    // A person looks at the list's archive, and says that it is there.
    await desk.act((tx) =>
      tx.db
        .updateTable('outbox')
        .set({ state: 'done', problem: null })
        .where('state', '=', 'uncertain')
        .execute(),
    );
    await again();
    assert.deepEqual(await steps(desk, id), ALL_DONE);
    assert.deepEqual(await outside(desk), { ...ONCE, announced: 0 });
  });

  test(`two processes look at one publication (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const id = await prepared(desk, [await desk.ready('Foo-Bar', CVE)]);
    await approved(desk, id);
    await Promise.all([desk.settle(), desk.settle(), desk.settle()]);
    await desk.settle();
    assert.deepEqual(await steps(desk, id), ALL_DONE);
    assert.deepEqual(await outside(desk), ONCE);
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

  test(`what is public is corrected, then withdrawn (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { store, act } = desk;
    const caseId = await desk.ready('Foo-Bar', CVE);
    const first = await prepared(desk, [caseId]);
    await approved(desk, first);
    await desk.settle();
    await act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      const wanted = await wantAmendment(tx, store.vault, file, { kind: 'correct', cve: CVE, why: '1.23' });
      await changeCase(tx, store.vault, wanted, {
        content: { affected: [{ ranges: ['<1.23'], fixed: ['>=1.23'] }] },
      });
    });
    const second = await prepared(desk, [caseId], { purpose: 'correct', why: '1.23 has the fix as well' });
    assert.deepEqual(
      (await steps(desk, second)).map((step) => step.split(' ')[0]),
      [...['record', 'tree', 'cve', 'list', 'letters']],
    );
    await approved(desk, second);
    await desk.settle();
    assert.notEqual((await desk.file(caseId)).facts.amendments[0]?.done, null, 'what was owed is done');
    const corrected = await desk.published.latest('CPANSA-Foo-Bar-2099-90001');
    assert.equal(corrected?.revision, 2);
    assert.deepEqual(corrected?.record.affected[0]?.ranges, ['<1.23']);
    assert.equal(corrected?.record.history.at(-1)?.change, '1.23 has the fix as well');
    const third = await prepared(desk, [caseId], { purpose: 'withdraw', why: 'It is no vulnerability' });
    await approved(desk, third);
    await desk.settle();
    assert.equal((await shown(desk, third)).state, 'done');
    assert.equal(
      (await desk.published.latest('CPANSA-Foo-Bar-2099-90001'))?.record.withdrawn?.kind,
      'rejected',
    );
    assert.equal(desk.services.ids.get(CVE)?.state, 'REJECTED');
    assert.equal(desk.trees.made, 3);
  });

  test(`a file of a case goes out as its patch, before the record (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { store, act } = desk;
    const caseId = await desk.ready('Foo-Bar', CVE);
    const bytes = Buffer.from(
      '--- a/lib/Foo/Bar.pm\n+++ b/lib/Foo/Bar.pm\n@@ -1 +1 @@\n-my $end = $length;\n+my $end = $length - 1;\n',
    );
    await act(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      await addFile(tx, store.vault, file, { name: 'end.patch', bytes, audience: 'team' });
    });
    const id = await prepared(desk, [caseId]);
    const { body } = await desk.ask('GET', `/publications/${id}`, { as: desk.ada });
    const [file] = JSON.parse(body).cases[0].files;
    assert.equal(file.name, 'end.patch');
    const before = (await shown(desk, id)).digest;
    const chosen = { case: caseId, file: file.id, version: '1.23', do: 'add' };
    assert.equal((await desk.post(`/publications/${id}/patches`, chosen)).status, 200);
    assert.notEqual((await shown(desk, id)).digest, before);
    assert.match((await desk.page(`/publications/${id}`)).body, /end\.patch<\/a> for 1\.23/);
    await approved(desk, id);
    await desk.settle();
    assert.deepEqual(await steps(desk, id), ['patch done', ...ALL_DONE]);
    const [key = ''] = JSON.parse((await shown(desk, id)).steps[0]?.proof ?? '{}').keys;
    assert.deepEqual(Buffer.from((await desk.published.patch(key)) ?? []), bytes);
    const elsewhere = await desk.post(`/publications/${id}/patches`, { ...chosen, case: 'x' });
    assert.equal(elsewhere.status, 404);
  });

  test(`a publication that cannot be read holds up no other (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const cases = [await desk.ready('Foo-Bar', CVE), await desk.ready('Other', 'CVE-2099-90002')] as const;
    const [broken, whole] = [await prepared(desk, [cases[0]]), await prepared(desk, [cases[1]])];
    for (const id of [broken, whole]) await approved(desk, id);
    await desk.act((tx) =>
      tx.db
        .updateTable('publications')
        .set({ sealed: new Uint8Array(40) })
        .where('id', '=', broken)
        .execute(),
    );
    await assert.rejects(desk.settle(), { code: 'damaged' });
    assert.equal((await shown(desk, whole)).state, 'done');
    assert.equal(desk.services.records.size, 1);
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

  test(`a published case is destroyed, and the list goes on (${name})`, { skip }, async (t) => {
    const desk = await givenPublishing(t, where);
    const { act, store } = desk;
    const caseId = await desk.ready('Foo-Bar', CVE);
    const id = await prepared(desk, [caseId]);
    await approved(desk, id);
    await desk.settle();
    await act(async (tx) => {
      await shredCase(tx, store.vault, (await readCase(tx, store.vault, caseId)) ?? assert.fail());
    });
    assert.equal((await desk.page('/publications')).status, 200);
    assert.equal((await desk.page(`/publications/${id}`)).status, 404);
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
