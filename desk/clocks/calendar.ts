/** The clocks of a member's cases as a calendar: a reference, the kind of clock and a link, and nothing of a case. */
import { encodeUtf8, toHex } from 'cpansec/base';
import { formatCalendar } from 'cpansec/formats';
import { nodeSha256 } from 'cpansec/io';
import { CLOCK_WORDS } from '../disclosure/index.ts';
import { endLinks, LINK_TIMES, linkOf, makeLink } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { type OpenClock, openClocks } from './open-clocks.ts';

/** Days ahead that the calendar has. */
const AHEAD = 400;
/** Hours between two looks of a program. */
const EVERY = 1;

/** The secret of a new address; the one before ends. */
export async function newAddress(tx: Transaction, member: string): Promise<string> {
  await endLinks(tx, ['calendar'], member);
  return makeLink(tx, { kind: 'calendar', subject: member, seconds: LINK_TIMES.calendar });
}

/** Until when the address of a member holds; null where they have none. */
export async function addressUntil(tx: Transaction, member: string): Promise<string | null> {
  const row = await tx.db
    .selectFrom('links')
    .select('ends_at')
    .where('kind', '=', 'calendar')
    .where('subject', '=', member)
    .where('ends_at', '>', tx.now)
    .executeTakeFirst();
  return row?.ends_at ?? null;
}

/** Whose calendar the secret opens; null for any other secret, and for who is no longer of the team. */
export async function calendarOf(tx: Transaction, secret: string): Promise<string | null> {
  const link = await linkOf(tx, secret);
  if (link?.kind !== 'calendar') return null;
  const row = await tx.db
    .selectFrom('members')
    .select('id')
    .where('id', '=', link.subject)
    .where('state', '=', 'active')
    .where('role', 'in', ['coordinator', 'cna', 'triager'])
    .executeTakeFirst();
  return row?.id ?? null;
}

export interface Feed {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly events: number;
}

/** The same bytes as long as no clock of theirs changes. */
export async function calendarFeed(
  tx: Transaction,
  vault: Vault,
  member: string,
  origin: string,
): Promise<Feed> {
  const { clocks } = await openClocks(tx, vault, member, AHEAD);
  const events = clocks.map((clock) => eventOf(clock, origin));
  const product = '-//cpansec//desk//EN';
  const bytes = encodeUtf8(formatCalendar({ product, name: 'Clocks of the desk', every: EVERY, events }));
  return { bytes, etag: `"${toHex(nodeSha256(bytes)).slice(0, 32)}"`, events: events.length };
}

function eventOf({ id, caseId, reference, kind, due, changedAt }: OpenClock, origin: string) {
  const url = `${origin}/cases/${caseId}`;
  return {
    uid: `${id.replace(':', '-')}.${caseId}@${new URL(origin).hostname}`,
    ...{ stamp: changedAt, at: due, url, description: url },
    summary: `${reference}: ${CLOCK_WORDS[kind]}`,
  };
}
