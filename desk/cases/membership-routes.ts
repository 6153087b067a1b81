/** Who belongs to a case, and who comes to it by a link. */
import Type from 'typebox';
import { type Route, route } from '../web/index.ts';
import { byOf, CASE, deed, words } from './deed.ts';
import { endLinksOf } from './links.ts';
import * as membership from './membership.ts';

/** Whoever leaves is not shown the case again. */
const conflict = route({
  method: 'POST',
  path: '/cases/:case/conflict',
  act: 'case.conflict',
  title: 'Declare an interest',
  limit: 'write',
  params: CASE,
  body: Type.Object({ why: words(500) }),
  model: Type.Object({}),
  handle: async (asked) => {
    await membership.declareConflict(byOf(asked), asked.body.why);
    return { to: '/cases', model: {} };
  },
});

const addMember = deed({
  path: 'members',
  act: 'case.members',
  title: 'Ask a member into a case',
  body: Type.Object({ member: words(30) }),
  run: (by, { member }) => membership.addMember(by, member),
});

const restrict = deed({
  path: 'restrict',
  act: 'case.members',
  title: 'Keep a case to some members',
  // A form with nobody chosen sends no list.
  body: Type.Object({
    members: Type.Optional(Type.Array(Type.String({ maxLength: 30 }), { maxItems: 100 })),
  }),
  run: (by, { members = [] }) => membership.restrictTo(by, members),
});

const breakGlass = deed({
  path: 'break-glass',
  act: 'case.break-glass',
  title: 'Come into a case unasked',
  body: Type.Object({ why: words(500) }),
  run: (by, { why }) => membership.breakGlass(by, why),
});

const endLink = deed({
  path: 'links/end',
  act: 'case.links',
  title: 'End the link of somebody from outside',
  body: Type.Object({ participant: words(30), instead: Type.Enum(['letter', 'nothing']) }),
  run: async (by, { participant, instead }, { note }) => {
    await endLinksOf(by, participant, instead);
    note({ participant, instead });
  },
});

export const membershipRoutes: readonly Route[] = [conflict, addMember, restrict, breakGlass, endLink];
