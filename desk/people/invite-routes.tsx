import Type from 'typebox';
import type { Transaction, Vault } from '../store/index.ts';
import { type Route, route } from '../web/index.ts';
import type { PeopleConfig } from './config.ts';
import { type Invited, invite, inviteAgain } from './invite.ts';
import { InvitePage, LinkPage } from './invite-page.tsx';
import { linkPath } from './link.ts';
import { namedMember } from './member.ts';
import { MEMBER_ID, ROLE } from './model.ts';
import { typedPerson } from './person.ts';
import type { Notice } from './recovery.ts';
import { after, type LinkTimes } from './times.ts';

const WORDS = Type.Record(Type.String(), Type.String());

const LINK = Type.Object({
  member: Type.String(),
  name: Type.String(),
  link: Type.String(),
  endsAt: Type.String(),
});

const FORM = Type.Object({ typed: WORDS, problems: WORDS });

export function inviteRoutes({ times, tell }: PeopleConfig): Route[] {
  const make = route({
    method: 'POST',
    path: '/people/invite',
    act: 'member.invite',
    title: 'Invite somebody',
    body: Type.Object({
      name: Type.String({ maxLength: 100 }),
      address: Type.String({ maxLength: 254 }),
      role: ROLE,
    }),
    model: Type.Object({ made: Type.Optional(LINK), ...FORM.properties }),
    limit: 'write',
    handle: async ({ tx, vault, body, origin, note }) => {
      const invited = await invite(tx, vault, { ...typedPerson(body), role: body.role }, times);
      note({ member: invited.member, role: body.role });
      await tell(tx, letterTo(invited));
      return {
        model: { made: await linkModel({ tx, vault, origin }, invited, times), typed: {}, problems: {} },
      };
    },
    page: ({ made, typed, problems }) =>
      made === undefined ? <InvitePage typed={typed} problems={problems} /> : <LinkPage {...made} />,
    again: async ({ body }, problems) => ({ typed: body, problems }),
  });
  const again = route({
    method: 'POST',
    path: '/people/:member/link',
    act: 'member.invite',
    title: 'A new link for somebody who is invited',
    params: MEMBER_ID,
    model: LINK,
    limit: 'write',
    handle: async ({ tx, vault, params, origin, note }) => {
      note({ member: params.member, again: true });
      const invited = await inviteAgain(tx, params.member, times);
      await tell(tx, letterTo(invited));
      return { model: await linkModel({ tx, vault, origin }, invited, times) };
    },
    page: (made) => <LinkPage {...made} />,
  });
  return [form, make, again];
}

const form = route({
  method: 'GET',
  path: '/people/invite',
  act: 'member.invite',
  title: 'Invite somebody',
  model: FORM,
  handle: async ({ note }) => {
    note({ form: true });
    return { model: { typed: {}, problems: {} } };
  },
  page: (model) => <InvitePage {...model} />,
});

/** It has a link of its own: of the two the first that is used ends the other. */
function letterTo({ member }: Invited): Notice {
  return { about: 'invited', subject: member, to: [member] };
}

interface Making {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly origin: string;
}

async function linkModel(
  { tx, vault, origin }: Making,
  { member, secret }: Invited,
  { invitation }: LinkTimes,
): Promise<{ member: string; name: string; link: string; endsAt: string }> {
  const { name } = await namedMember(tx, vault, member);
  return { member, name, link: `${origin}${linkPath(secret)}`, endsAt: after(tx.now, invitation) };
}
