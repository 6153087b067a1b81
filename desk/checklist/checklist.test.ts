/** How a case becomes public: what goes out, and that each step is done once whatever happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing, LIST, type Publishing } from '../../test/given-publication.ts';
import {
  approved,
  CVE,
  NOTHING,
  ONCE,
  outside,
  prepared,
  shown,
  steps,
} from '../../test/prepared-publication.ts';
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

const ALL_DONE = ['record', 'tree', 'disclosed', 'cve', 'list', 'letters', 'post', 'follow-up'].map(
  (kind) => `${kind} done`,
);

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
}
