import Type from 'typebox';
import type { MemberPrincipal, Principal } from '../access/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import type { PeopleConfig } from './config.ts';
import { LinkPage } from './invite-page.tsx';
import { linkPath } from './link.ts';
import { namedMember } from './member.ts';
import { MEMBER_ID } from './model.ts';
import { askRecovery, confirmRecovery, refuseRecovery } from './recovery.ts';
import { after } from './times.ts';

export function recoveryRoutes(config: PeopleConfig): Route[] {
  return [askRoute(config), answerRoute(config)];
}

/** Of a route that only members reach. */
export function asMember(principal: Principal): MemberPrincipal {
  if (principal.kind !== 'member') throw notFound();
  return principal;
}

function askRoute({ times, tell }: PeopleConfig): Route {
  return route({
    method: 'POST',
    path: '/people/:member/recovery',
    act: 'member.recover',
    title: 'Ask for a new way in for a member',
    params: MEMBER_ID,
    model: Type.Object({}),
    limit: 'write',
    handle: async ({ tx, principal, params: { member }, note }) => {
      note({ member });
      await tell(tx, await askRecovery(tx, { by: asMember(principal).id, subject: member }, times));
      return { to: `/people/${member}`, model: {} };
    },
  });
}

function answerRoute({ times, tell }: PeopleConfig): Route {
  return route({
    method: 'POST',
    path: '/people/:member/recovery/answer',
    act: 'member.confirm',
    title: 'Confirm or refuse a new way in for a member',
    params: MEMBER_ID,
    body: Type.Object({ answer: Type.Enum(['confirm', 'refuse']) }),
    model: Type.Object({ name: Type.String(), link: Type.String(), endsAt: Type.String() }),
    limit: 'write',
    handle: async ({ tx, vault, principal, params: { member }, body: { answer }, origin, note }) => {
      note({ member, answer });
      const between = { by: asMember(principal).id, subject: member };
      if (answer === 'refuse') {
        await tell(tx, await refuseRecovery(tx, between));
        return { to: '/people' };
      }
      const { secret, notice } = await confirmRecovery(tx, between, times);
      await tell(tx, notice);
      const { name } = await namedMember(tx, vault, member);
      const link = `${origin}${linkPath(secret)}`;
      return { model: { name, link, endsAt: after(tx.now, times.recovery) } };
    },
    page: (made) => <LinkPage {...made} recovery />,
  });
}
