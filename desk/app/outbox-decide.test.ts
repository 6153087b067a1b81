/** What a person may say of a step of a publication, on the page of the outbox. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing } from '../../test/given-publication.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { outboxRoutes } from '../notices/index.ts';
import { StoreError } from '../store/index.ts';

for (const where of databases)
  test(`a step that did not happen is done again, and by members of its cases alone (${where.name})`, {
    skip: where.skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const caseId = await desk.ready('Foo-Bar', 'CVE-2099-90001');
    const prepared = await desk.post('/publications', { cases: [caseId], purpose: 'publish' });
    const { id, digest } = JSON.parse(prepared.body);
    assert.equal((await desk.post(`/publications/${id}/approve`, { digest }, desk.bob)).status, 200);
    desk.trees.fail = new StoreError('damaged', 'the tree cannot be made');
    await desk.settle();
    const [job] = await desk.act((tx) =>
      tx.db.selectFrom('outbox').select('id').where('state', '=', 'failed').execute(),
    );
    const { ask } = givenServer(t, desk.store, outboxRoutes);
    const decides = (decision: string, as = desk.ada) =>
      ask('POST', `/outbox/${job?.id}`, { as, json: { decision } });
    const stranger = await givenMember(desk.store, 'cna', true);
    assert.equal((await decides('again', stranger)).status, 404);
    const left = await decides('done');
    assert.equal(left.status, 409);
    assert.match(left.body, /the rest of the publication waits for it/);
    const page = await ask('GET', '/outbox', { as: desk.ada, headers: { accept: 'text/html' } });
    assert.match(page.body, /Did not happen/);
    assert.doesNotMatch(page.body, /Leave it/);
    desk.trees.fail = null;
    assert.equal((await decides('again')).status, 200);
    await desk.settle();
    const { body } = await desk.ask('GET', `/publications/${id}`, { as: desk.ada });
    assert.equal(JSON.parse(body).state, 'done');
  });
