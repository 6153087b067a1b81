import Type from 'typebox';
import { type Route, route } from './route.ts';

/** Whether the desk and its database answer; says nothing else. */
export const health: Route = route({
  method: 'GET',
  path: '/health',
  act: 'desk.public',
  title: 'Whether the desk answers',
  model: Type.Object({ ok: Type.Boolean() }),
  handle: async ({ tx }) => {
    await tx.db.selectFrom('ledger_tail').select('seq').executeTakeFirstOrThrow();
    return { model: { ok: true } };
  },
});
