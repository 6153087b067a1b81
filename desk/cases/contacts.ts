/** Whom to tell of a case: found in what members gave, kept in the case, and in which order they are tried. */
import { type Json, nullable, object, optional, string } from 'cpansec/base';
import { type CaseFile, type Entry, entriesOf } from '../casefile/index.ts';
import {
  type AttemptEvent,
  type Contact,
  type ContactSources,
  escalate,
  type FoundContacts,
  findContacts,
  type NextAttempt,
} from '../contacts/index.ts';
import { WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf, field } from './case-of.ts';
import { type GivenFile, readGiven } from './contacts-read.ts';
import { checkedIn, type Kept, lastAsked } from './host-answers.ts';
import type { Addressed } from './names.ts';

/** As the entry that keeps what was found says it; `found` is not for reading in a thread. */
const ACT = 'looked for contacts';
/** As moving in notes a contact that was known before. */
const KNOWN = 'noted a contact';

/** What was found in files before is replaced, since only together can contacts be ranked; what a host said stays. */
export async function findIn(by: By, files: readonly GivenFile[]): Promise<number> {
  const { tx, vault } = by;
  const file = await caseOf(tx, vault, by.caseId);
  const { sources, notes } = await readGiven(files);
  const entries = await entriesOf(tx, vault, file, ['team']);
  const host = lastAsked(entries);
  const documents = [...sources.documents, ...(host?.documents ?? [])];
  const found = findContacts({ ...aboutCase(file, entries, host), ...sources, documents });
  const kept = { ...found, notes: [...notes, ...found.notes] };
  await told(by, file, ACT, { in: files.map(({ name }) => name).join(', '), ...bodyOf(kept) });
  return found.contacts.length;
}

/** What a host said just now, ranked with what was found before: the body of an entry. */
export function foundWith(file: CaseFile, entries: readonly Entry[], host: Kept): Record<string, Json> {
  const last = lastFound(entries);
  const about = { ...aboutCase(file, entries, host), documents: host.documents };
  const found = findContacts({ ...about, before: last?.found.contacts ?? [] });
  const { refused = [], notes = [] } = last?.found ?? {};
  const all = {
    contacts: found.contacts,
    refused: unique([...refused, ...found.refused]),
    notes: unique([...notes, ...found.notes]),
  };
  return { act: ACT, in: `what the host of ${host.repository} says`, ...bodyOf(all) };
}

function unique<T>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function bodyOf(found: FoundContacts): Record<string, Json> {
  return { contacts: found.contacts.length, found: JSON.stringify(found) };
}

/** Throws `refused` for a case of no distribution. */
function aboutCase({ content }: CaseFile, entries: readonly Entry[], host: Kept | null): ContactSources {
  const { distribution, modules } = content;
  if (distribution === null)
    throw new WebError('refused', 'Say first of which distribution the case is: contacts are found for one.');
  const named = modules.length === 0 ? {} : { modules };
  const asked = host === null ? {} : { repository: host.repository, checked: checkedIn(host) };
  return { ...named, ...asked, distribution, known: knownIn(entries) };
}

function knownIn(entries: readonly Entry[]): { address: string; note: string }[] {
  return entries.flatMap(({ body }) => {
    if (field(body, 'act') !== KNOWN) return [];
    const { address, note } = object({ address: string, note: string })(body);
    return [{ address, note: note === '' ? 'noted before' : note }];
  });
}

export interface CaseContacts {
  readonly at: string;
  readonly contacts: readonly (Contact & { readonly state: string })[];
  readonly refused: FoundContacts['refused'];
  readonly notes: readonly string[];
  /** Whom to write to next; null when somebody has answered, or nobody is left. */
  readonly next: NextAttempt | null;
  readonly outcome: string;
}

export interface Attempted {
  readonly entries: readonly Entry[];
  /** Of maintainers, by id of the participant. */
  readonly addresses: ReadonlyMap<string, Addressed>;
}

/** What the last search found, and what follows from the attempts; null where nobody has looked. */
export function contactsOf({ entries, addresses }: Attempted, now: string): CaseContacts | null {
  const last = lastFound(entries);
  if (last === null) return null;
  const { contacts, refused, notes } = last.found;
  const tried = contacts.filter(({ flags }) => !flags.includes('closed'));
  const { states, next, outcome } = escalate(
    tried,
    [...attemptsIn(entries, addresses), ...answersIn(addresses)],
    now,
  );
  const why = new Map(states.map(({ channel, address, why }) => [`${channel} ${address}`, why]));
  return {
    at: last.at,
    contacts: contacts.map((contact) => ({
      ...contact,
      state: why.get(`${contact.channel} ${contact.address}`) ?? '',
    })),
    refused,
    notes,
    next,
    outcome,
  };
}

interface LastFound {
  readonly at: string;
  readonly found: FoundContacts;
}

export function lastFound(entries: readonly Entry[]): LastFound | null {
  const last = entries.findLast(({ body }) => field(body, 'act') === ACT);
  if (last === undefined) return null;
  return { at: last.at, found: JSON.parse(string(field(last.body, 'found'))) as FoundContacts }; // as `bodyOf` wrote it
}

/** A letter of ours names whom it went to, not the address. */
const attemptShape = object({
  channel: string,
  address: optional(string),
  participant: optional(nullable(string)),
  outcome: string,
});

/** Whoever came by their link has answered. */
function answersIn(addresses: ReadonlyMap<string, Addressed>): AttemptEvent[] {
  return [...addresses.values()].flatMap(({ address, agreedAt }) =>
    agreedAt === null
      ? []
      : [{ channel: 'mail', address, at: agreedAt.replace(/\.\d+Z$/, 'Z'), event: 'answered', note: '' }],
  );
}

/** Whatever reached somebody in another way tells of the person, and counts as an answer of theirs. */
function attemptsIn(entries: readonly Entry[], addresses: ReadonlyMap<string, Addressed>): AttemptEvent[] {
  return entries.flatMap(({ kind, at, body }) => {
    if (kind !== 'attempt') return [];
    const { channel, participant, outcome, ...typed } = attemptShape(body);
    const address = typed.address ?? addresses.get(participant ?? '')?.address ?? '';
    const known = (['private-report', 'tracker'] as const).find((one) => one === channel) ?? 'mail';
    const event = (['sent', 'answered', 'bounced-permanent', 'bounced-transient'] as const).find(
      (one) => one === outcome,
    );
    if (event === undefined) return [];
    return [{ channel: known, address, at: at.replace(/\.\d+Z$/, 'Z'), event, note: '' }];
  });
}
