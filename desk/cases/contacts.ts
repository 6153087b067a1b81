/** Whom to tell of a case: found in what members gave, kept in the case, and in which order they are tried. */
import { type Json, nullable, object, optional, string } from 'cpansec/base';
import { type Entry, entriesOf } from '../casefile/index.ts';
import {
  type AttemptEvent,
  type Contact,
  escalate,
  type FoundContacts,
  findContacts,
  type NextAttempt,
} from '../contacts/index.ts';
import { WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf, field } from './case-of.ts';
import { type GivenFile, readGiven } from './contacts-read.ts';
import type { Addressed } from './names.ts';

/** As the entry that keeps what was found says it; `found` is not for reading in a thread. */
const ACT = 'looked for contacts';
/** As moving in notes a contact that was known before. */
const KNOWN = 'noted a contact';

/** What was found before is replaced: only together can contacts be ranked. */
export async function findIn(by: By, files: readonly GivenFile[]): Promise<number> {
  const { tx, vault } = by;
  const file = await caseOf(tx, vault, by.caseId);
  const { distribution, modules } = file.content;
  if (distribution === null)
    throw new WebError('refused', 'Say first of which distribution the case is: contacts are found for one.');
  const { sources, notes } = await readGiven(files);
  const known = knownIn(await entriesOf(tx, vault, file, ['team']));
  const named = modules.length === 0 ? {} : { modules };
  const found = findContacts({ ...sources, ...named, distribution, known });
  const kept = { ...found, notes: [...notes, ...found.notes] };
  await told(by, file, ACT, {
    in: files.map(({ name }) => name).join(', '),
    contacts: found.contacts.length,
    found: JSON.stringify(kept),
  });
  return found.contacts.length;
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
  const last = entries.findLast(({ body }) => field(body, 'act') === ACT);
  if (last === undefined) return null;
  const { contacts, refused, notes } = keptIn(last.body);
  const { states, next, outcome } = escalate(
    contacts,
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

/** As {@link findIn} wrote it. */
function keptIn(body: Json): FoundContacts {
  return JSON.parse(string(field(body, 'found'))) as FoundContacts;
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
