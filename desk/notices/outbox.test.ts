import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenCase, givenLetters } from '../../test/given-letters.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { MailError } from '../mail/index.ts';
import { enqueueLetter, outboxRoutes, reportOps } from './index.ts';

for (const where of databases) {
  const { name, skip } = where;

  test(`what nobody can tell is decided by a person (${name})`, { skip }, async (t) => {
    const desk = await givenLetters(t, where);
    const { store, act, trouble } = desk;
    const { caseId, participant } = await givenCase(desk, { name: 'Ada', address: 'ada@example.com' });
    const { ask } = givenServer(t, store, outboxRoutes);
    const member = await givenMember(store, 'cna');
    const as = { ...member, proved: true };
    trouble.push(new MailError('uncertain', '250 CANARY'), new MailError('rejected', '550 CANARY'));
    await act((tx) =>
      reportOps(store.vault).received(tx, { caseId, participant, address: 'ada@example.com' }),
    );
    await desk.work();
    await act((tx) => enqueueLetter(tx, store.vault, { to: { participant }, letter: 'news', fields: {} }));
    await desk.work();
    const page = await ask('GET', '/outbox', { as, headers: { accept: 'text/html' } });
    assert.match(page.body, /May have been sent[\s\S]*It arrived/);
    assert.match(page.body, /Was not sent[\s\S]*Leave it/);
    assert.doesNotMatch(page.body, /CANARY|ada@|acknowledgement/);
    const { waiting } = JSON.parse((await ask('GET', '/outbox', { as })).body) as {
      waiting: { id: string; state: string }[];
    };
    const idOf = (state: string) => waiting.find((job) => job.state === state)?.id ?? assert.fail();
    const decided = (state: string, decision: string, by = as) =>
      ask('POST', `/outbox/${idOf(state)}`, { as: by, json: { decision } });

    assert.equal((await decided('uncertain', 'done', { ...as, proved: false })).status, 403);
    assert.equal((await decided('uncertain', 'done', { ...as, role: 'triager' })).status, 404);
    assert.equal((await decided('uncertain', 'burn')).status, 422);
    assert.equal((await desk.file(caseId)).facts.acknowledged, null);
    assert.equal((await decided('uncertain', 'done')).status, 200);
    assert.equal((await desk.file(caseId)).facts.acknowledged, '2026-11-25T12:00:00Z');
    assert.equal((await decided('uncertain', 'done')).status, 409, 'once');
    assert.equal((await decided('failed', 'again')).status, 200);
    await desk.work();
    assert.deepEqual([(await desk.jobs()).sort(), desk.sent.length], [['done', 'done'], 1]);
    assert.equal((await ask('POST', '/outbox/none', { as, json: { decision: 'done' } })).status, 404);
  });
}
