import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blastRadius, buildGraph } from 'cpansec/dependants';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { openCase } from '../casefile/index.ts';
import { radiusRoutes } from './index.ts';

/** Top asks for Mid, which asks for Base; Other asks for Base as well; Alone for nothing. */
const { graph } = buildGraph({
  asOf: '2026-11-25T00:00:00Z',
  distributions: ['Base', 'Mid', 'Top', 'Other', 'Alone'],
  distributionOf: (module) => module,
  described: [
    ['Mid', 'Base'],
    ['Other', 'Base'],
    ['Top', 'Mid'],
    ['Alone', null],
  ].map(([distribution, module]) => ({
    distribution: distribution ?? '',
    version: '1.0',
    requirements: module == null ? [] : [{ phase: 'runtime', relationship: 'requires', module }],
  })),
});

const ops = { asOf: graph.asOf, radius: (name: string) => blastRadius(graph, name) };
const [sqlite] = databases;

test('who depends on what a case is about: ranked, with a picture and its table', async (t) => {
  const { store } = (await sqlite?.given(t)) ?? assert.fail();
  const as = await givenMember(store, 'triager');
  const opened = async (distribution: string | null): Promise<string> =>
    (
      await store.transaction((tx) =>
        openCase(tx, store.vault, { content: { distribution }, reporter: null }),
      )
    ).id;
  const { ask } = givenServer(t, store, radiusRoutes(ops));
  const read = async (distribution: string | null, accept = 'application/json') =>
    (await ask('GET', `/cases/${await opened(distribution)}/radius`, { as, headers: { accept } })).body;
  const { radius, asOf } = JSON.parse(await read('Base'));
  assert.deepEqual([radius.total, radius.perDepth, asOf], [3, [2, 1], '2026-11-25T00:00:00Z']);
  assert.deepEqual(radius.reached[0], {
    distribution: 'Mid',
    version: '1.0',
    depth: 1,
    relation: 'runtime requires',
    dependants: 1,
    chain: ['Mid'],
  });
  const page = await read('Base', 'text/html');
  assert.match(
    page,
    /<svg class="rings" role="img" aria-label="Base in the middle; 2 directly, 1 by 2 links"/,
  );
  assert.doesNotMatch(page, /<[^>]* style=/);
  assert.match(page, /Top → Mid/);
  assert.doesNotMatch(await read('Alone', 'text/html'), /<svg class=.rings/);
  assert.match(await read('Never-There', 'text/html'), /does not have Never-There/);
  assert.match(await read(null, 'text/html'), /does not say of which distribution/);
  const bare = givenServer(t, store, radiusRoutes(null));
  const told = await bare.ask('GET', `/cases/${await opened('Base')}/radius`, {
    as,
    headers: { accept: 'text/html' },
  });
  assert.match(told.body, /no graph of dependencies/);
  const stranger = await givenMember(store, 'triager');
  const id = await opened('Base');
  await store.transaction((tx) =>
    tx.db.deleteFrom('case_members').where('member_id', '=', stranger.id).execute(),
  );
  assert.equal((await ask('GET', `/cases/${id}/radius`, { as: stranger })).status, 404);
});
