/** The pages about people, and what coordinators decide on them. */
import Type from 'typebox';
import { type Route, route } from '../web/index.ts';
import type { PeopleConfig } from './config.ts';
import { inviteRoutes } from './invite-routes.tsx';
import { PeoplePage } from './list-page.tsx';
import { changeRole, changeState, endSessions, memberOf } from './member.ts';
import { MemberPage, RecoveryPage } from './member-page.tsx';
import { MEMBER_ID, memberModel, memberModels, ROLE } from './model.ts';
import { recoveryRoutes } from './recovery-routes.tsx';

export function peopleRoutes(config: PeopleConfig): Route[] {
  return [list, ...inviteRoutes(config), one, role, state, sessions, recovery, ...recoveryRoutes(config)];
}

const MEMBER = Type.Object({
  id: Type.String(),
  name: Type.String(),
  address: Type.Union([Type.String(), Type.Null()], { seen: ['coordinator'] }),
  role: ROLE,
  state: Type.Enum(['invited', 'active', 'suspended', 'left']),
  since: Type.String(),
  passkeys: Type.Integer(),
  recovery: Type.Union([
    Type.Null(),
    Type.Object({ askedBy: Type.String(), askedByName: Type.String(), endsAt: Type.String() }),
  ]),
});

const list = route({
  method: 'GET',
  path: '/people',
  act: 'member.list',
  title: 'People',
  model: Type.Object({ members: Type.Array(MEMBER) }),
  handle: async (asked) => ({ model: { members: await memberModels(asked) } }),
  page: ({ members }, { principal }) => <PeoplePage members={members} principal={principal} />,
});

const one = route({
  method: 'GET',
  path: '/people/:member',
  act: 'member.change',
  title: 'A member',
  params: MEMBER_ID,
  model: MEMBER,
  handle: async (asked) => {
    asked.note({ member: asked.params.member, read: true });
    return { model: await memberModel(asked, asked.params.member) };
  },
  page: (member) => <MemberPage member={member} />,
});

const role = route({
  method: 'POST',
  path: '/people/:member/role',
  act: 'member.change',
  title: 'Change the role of a member',
  params: MEMBER_ID,
  body: Type.Object({ role: ROLE }),
  model: Type.Object({}),
  limit: 'write',
  handle: async ({ tx, params: { member }, body, note }) => {
    note({ member, role: body.role });
    await changeRole(tx, member, body.role);
    return { to: `/people/${member}`, model: {} };
  },
});

const state = route({
  method: 'POST',
  path: '/people/:member/state',
  act: 'member.change',
  title: 'Suspend a member, let them in again, or let them go',
  params: MEMBER_ID,
  body: Type.Object({ state: Type.Enum(['active', 'suspended', 'left']) }),
  model: Type.Object({}),
  limit: 'write',
  handle: async ({ tx, params: { member }, body, note }) => {
    note({ member, state: body.state });
    await changeState(tx, member, body.state);
    return { to: '/people', model: {} };
  },
});

const sessions = route({
  method: 'POST',
  path: '/people/:member/sessions',
  act: 'member.change',
  title: 'End all sessions of a member',
  params: MEMBER_ID,
  model: Type.Object({}),
  limit: 'write',
  handle: async ({ tx, params: { member }, note }) => {
    const { id } = await memberOf(tx, member);
    note({ member, sessions: await endSessions(tx, id) });
    return { to: `/people/${member}`, model: {} };
  },
});

const recovery = route({
  method: 'GET',
  path: '/people/:member/recovery',
  act: 'member.confirm',
  title: 'A new way in for a member',
  params: MEMBER_ID,
  model: MEMBER,
  handle: async (asked) => {
    asked.note({ member: asked.params.member, read: true });
    return { model: await memberModel(asked, asked.params.member) };
  },
  page: (member) => <RecoveryPage member={member} />,
});
