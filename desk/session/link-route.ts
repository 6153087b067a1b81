import Type from 'typebox';
import type { LinkKind } from '../access/index.ts';
import { linkOf } from '../people/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import { LINK } from './sessions.ts';

const LEADS_TO: Readonly<Record<LinkKind, string | null>> = {
  bootstrap: '/welcome',
  invitation: '/welcome',
  recovery: '/welcome',
  reporter: '/my-report',
  participant: '/my-part',
  organisation: '/my-organisation',
  // The address of a calendar is no way in.
  calendar: null,
};

/** Opening a link uses nothing up: programs that look at mail open links as well. */
export const linkRoute: Route = route({
  method: 'GET',
  path: '/l/:secret',
  act: 'session.start',
  title: 'Open a link',
  params: Type.Object({ secret: Type.String({ maxLength: 200 }) }),
  model: Type.Object({}),
  limit: 'link',
  handle: async ({ tx, params: { secret }, note }) => {
    const link = await linkOf(tx, secret);
    const to = link === null ? null : LEADS_TO[link.kind];
    if (link === null || to === null) throw notFound();
    note({ link: link.kind, subject: link.subject });
    const maxAge = Math.floor((Date.parse(link.endsAt) - Date.parse(tx.now)) / 1000);
    return { to, cookies: [{ name: LINK, value: secret, maxAge }] };
  },
});
