import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { databases } from '../../test/given-desk.ts';
import { deskServer, route } from './index.ts';

const limited = route({
  method: 'GET',
  path: '/limited',
  act: 'desk.public',
  title: 'Limited',
  limit: 'report',
  model: Type.Object({}),
  handle: async () => ({ model: {} }),
});

test('behind proxies each client has limits of its own; without them nobody chooses who they are', async (t) => {
  const { store } = await (databases[0] ?? assert.fail()).given(t);
  const statuses = async (proxies: number): Promise<number[]> => {
    const server = deskServer({
      store,
      routes: [limited],
      origin: 'https://desk.example.org',
      authenticate: async () => [],
      frame: { name: 'Desk', assets: {} },
      assets: new Map(),
      proxies,
      log: () => {},
    });
    const told: number[] = [];
    for (let i = 0; i < 12; i++) {
      const headers = { 'x-forwarded-for': `192.0.2.${i}` };
      told.push(
        (await server.inject({ url: '/limited', headers, remoteAddress: '198.51.100.1' })).statusCode,
      );
    }
    await server.close();
    return told;
  };
  assert.deepEqual((await statuses(0)).slice(-2), [429, 429]);
  assert.deepEqual((await statuses(1)).slice(-2), [200, 200]);
});
