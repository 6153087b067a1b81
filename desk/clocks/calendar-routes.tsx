/** A member's calendar: its address is made, told once, ended; programs read it. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { memberOf } from '../cases/index.ts';
import { endLinks } from '../people/index.ts';
import { Instant, Secret } from '../ui/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import { addressUntil, calendarFeed, calendarOf, newAddress } from './calendar.ts';

interface CalendarModel {
  /** Told once. */
  readonly address?: string;
  /** Null where there is none. */
  readonly until: string | null;
}

const common = {
  title: 'Your calendar',
  model: Type.Object({
    address: Type.Optional(Type.String()),
    until: Type.Union([Type.Null(), Type.String()]),
  }),
  page: calendarPage,
} as const;

const page = route({
  ...common,
  method: 'GET',
  path: '/calendar',
  act: 'calendar.own',
  handle: async (asked) => ({ model: { until: await addressUntil(asked.tx, memberOf(asked)) } }),
});

const make = route({
  ...common,
  method: 'POST',
  path: '/calendar',
  act: 'calendar.make',
  limit: 'write',
  handle: async (asked) => {
    const member = memberOf(asked);
    const address = `${asked.origin}/calendar/${await newAddress(asked.tx, member)}.ics`;
    return { model: { address, until: await addressUntil(asked.tx, member) } };
  },
});

const end = route({
  ...common,
  method: 'POST',
  path: '/calendar/end',
  act: 'calendar.own',
  limit: 'write',
  handle: async (asked) => {
    await endLinks(asked.tx, ['calendar'], memberOf(asked));
    asked.note({ ended: true });
    return { to: '/calendar', model: { until: null } };
  },
});

const feed = route({
  method: 'GET',
  path: '/calendar/:file',
  act: 'calendar.read',
  title: 'A calendar of clocks',
  params: Type.Object({ file: Type.String({ maxLength: 200 }) }),
  model: Type.Object({}),
  limit: 'link',
  handle: async ({ tx, vault, params: { file }, origin, has }) => {
    const member = await calendarOf(tx, file.replace(/\.ics$/, ''));
    if (member === null) throw notFound();
    const { bytes, etag, events } = await calendarFeed(tx, vault, member, origin);
    if (has === etag) return { unchanged: etag };
    // What a program has already is told again and again: only what is new to it stands in the log.
    tx.record({ actor: `member:${member}`, act: 'calendar.read', subject: '', detail: { events } });
    return { download: { name: 'clocks.ics', mediaType: 'text/calendar; charset=utf-8', bytes, etag } };
  },
});

export const calendarRoutes: readonly Route[] = [page, make, end, feed];

function calendarPage({ address, until }: CalendarModel): JSX.Element {
  return (
    <>
      <h1>Your calendar</h1>
      <p class="lead">
        Programs that show calendars can read the clocks of your cases: the reference, the kind of clock and a
        link, and nothing of what a case is about.
      </p>
      {address === undefined ? null : (
        <>
          <Secret label="Address" text={address} />
          <p>Whoever has it reads the same. Give it to no service that you would not tell your cases.</p>
        </>
      )}
      {until === null ? (
        <p>There is no address.</p>
      ) : (
        <p>
          The address holds until <Instant at={until} />.
        </p>
      )}
      <form method="post" action="/calendar">
        <button type="submit">
          {until === null ? 'Make an address' : 'Make another address; the one before ends'}
        </button>
      </form>
      {until === null ? null : (
        <form method="post" action="/calendar/end">
          <button type="submit" class="second">
            End it
          </button>
        </form>
      )}
    </>
  );
}
