/** What members see and decide of their own ways in. */
import Type from 'typebox';
import { asMember, endSessions, memberOf, readPerson } from '../people/index.ts';
import { type Route, route } from '../web/index.ts';
import { AccountPage } from './account-page.tsx';
import type { SessionConfig } from './config.ts';
import { listPasskeys } from './passkeys.ts';
import { endSession, listSessions } from './sessions.ts';
import { listTokens } from './tokens.ts';

const MAYBE = Type.Union([Type.String(), Type.Null()]);

const ACCOUNT = Type.Object({
  mailKey: MAYBE,
  passkeys: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), createdAt: Type.String(), usedAt: MAYBE }),
  ),
  sessions: Type.Array(
    Type.Object({
      id: Type.String(),
      createdAt: Type.String(),
      seenAt: Type.String(),
      endsAt: Type.String(),
      current: Type.Boolean(),
    }),
  ),
  tokens: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      scopes: Type.Array(Type.String()),
      createdAt: Type.String(),
      endsAt: Type.String(),
      usedAt: MAYBE,
    }),
  ),
});

export function accountRoutes({ policy }: SessionConfig): Route[] {
  const page = route({
    method: 'GET',
    path: '/account',
    act: 'session.own',
    title: 'Account',
    model: ACCOUNT,
    handle: async ({ tx, vault, principal }) => {
      const { id, session } = asMember(principal);
      const sessions = await listSessions(tx, id, policy);
      return {
        model: {
          mailKey: (await readPerson(tx, vault, (await memberOf(tx, id)).person))?.key?.fingerprint ?? null,
          passkeys: await listPasskeys(tx, vault, id),
          sessions: sessions.map((row) => ({ ...row, current: row.id === session })),
          tokens: [...(await listTokens(tx, vault, id))].map((row) => ({ ...row, scopes: [...row.scopes] })),
        },
      };
    },
    page: (model) => <AccountPage {...model} />,
  });
  return [page, endOne, endOthers];
}

const endOne = route({
  method: 'POST',
  path: '/account/sessions/end',
  act: 'session.own',
  title: 'End a session',
  body: Type.Object({ id: Type.String({ maxLength: 64 }) }),
  model: Type.Object({}),
  handle: async ({ tx, principal, body, note }) => {
    note({ ended: 1 });
    await endSession(tx, asMember(principal).id, body.id);
    return { to: '/account', model: {} };
  },
});

const endOthers = route({
  method: 'POST',
  path: '/account/sessions/end-others',
  act: 'session.own',
  title: 'End every other session',
  model: Type.Object({}),
  handle: async ({ tx, principal, note }) => {
    const { id, session } = asMember(principal);
    note({ ended: await endSessions(tx, id, session) });
    return { to: '/account', model: {} };
  },
});
