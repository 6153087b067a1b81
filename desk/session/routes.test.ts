/** What holds of every route of people and sessions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPeople } from '../../test/given-people.ts';
import { rules } from '../access/index.ts';
import { LINK_TIMES, peopleRoutes } from '../people/index.ts';
import { SESSION_POLICY, sessionRoutes } from './index.ts';

const config = { times: LINK_TIMES, tell: async () => {}, deskName: 'Desk', policy: SESSION_POLICY };
const routes = [...sessionRoutes(config), ...peopleRoutes(config)];
const where = databases[0] ?? assert.fail();
const pathOf = (path: string) => path.replace(':member', '0'.repeat(26)).replace(':secret', 'x');

test('a form of another site does nothing, whatever it is for', async (t) => {
  const { first } = await givenPeople(t, where);
  const ada = await first();
  const posts = routes.filter(({ method }) => method === 'POST');
  assert.ok(posts.length > 15);
  for (const { path } of posts)
    for (const origin of ['https://evil.example', 'null'])
      assert.equal((await ada.post(pathOf(path), {}, { origin })).status, 403, path);
  assert.equal((await ada.get('/account')).status, 200);
});

test('who is nobody reaches what everybody may, and nothing else', async (t) => {
  const { visitor } = await givenPeople(t, where);
  const stranger = visitor();
  for (const { method, path, act } of routes) {
    const told = await (method === 'GET' ? stranger.get(pathOf(path)) : stranger.post(pathOf(path)));
    if (rules[act].anyone !== true) assert.equal(told.status, 404, `${method} ${path}`);
  }
});

test('whatever changes who may come in asks for a passkey just now', async (t) => {
  const { first, pass } = await givenPeople(t, where);
  const ada = await first();
  pass(600);
  const free = [/^\/sign-/, /^\/prove/, /^\/welcome/, /^\/account\/(sessions|tokens\/revoke)/];
  for (const { method, path } of routes) {
    if (method !== 'POST' || free.some((pattern) => pattern.test(path))) continue;
    assert.equal((await ada.post(pathOf(path))).status, 403, path);
  }
});
