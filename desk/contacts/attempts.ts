/** The log of attempts to reach somebody, as data, and what follows from it: whom to try next, and when. */
import { array, compareText, instant, object, oneOf, type Shape, string } from 'cpansec/base';
import type { Channel } from './contact.ts';
import { ContactError } from './errors.ts';

const ATTEMPT_EVENTS = ['sent', 'bounced-transient', 'bounced-permanent', 'answered'] as const;
export type AttemptEventKind = (typeof ATTEMPT_EVENTS)[number];

/** One thing that happened with one contact. */
export interface AttemptEvent {
  readonly channel: Channel;
  /** As the contact has it. */
  readonly address: string;
  /** RFC 3339 UTC to the second. */
  readonly at: string;
  readonly event: AttemptEventKind;
  /** What the other side said: a bounce's status, never a letter's content. */
  readonly note: string;
}

/** Oldest first. */
export type AttemptLog = readonly AttemptEvent[];

/** The log as stored JSON; throws `ShapeError` with the path. */
export const attemptLogShape: Shape<AttemptEvent[]> = array(
  object({
    channel: oneOf('mail', 'private-report', 'tracker'),
    address: string,
    at: instant,
    event: oneOf(...ATTEMPT_EVENTS),
    note: string,
  }),
);

const MAX_EVENTS = 1000;

/**
 * The log with one more event. Throws `log-order` for an event before the last one, and for a bounce of what was
 * never sent; an answer may come from whoever was told by somebody else. Throws `log-too-large`.
 */
export function withEvent(log: AttemptLog, event: AttemptEvent): AttemptEvent[] {
  const last = log.at(-1);
  if (log.length >= MAX_EVENTS) throw new ContactError('log-too-large', `more than ${MAX_EVENTS} events`);
  if (last !== undefined && event.at < last.at)
    throw new ContactError('log-order', `${event.at} is before ${last.at}, the last event`);
  if (event.event.startsWith('bounced') && !log.some((one) => isOf(one, event) && one.event === 'sent'))
    throw new ContactError('log-order', 'a bounce of what was never sent');
  return [...log, event];
}

type Addressed = Pick<AttemptEvent, 'channel' | 'address'>;

function isOf(one: Addressed, other: Addressed): boolean {
  return one.channel === other.channel && one.address.toLowerCase() === other.address.toLowerCase();
}

/** All of it data that a desk may change; times in hours. */
export interface EscalationPolicy {
  /** After a letter, for how long an answer is waited for. */
  readonly answerWithin: number;
  /** Letters to one contact, the first included. */
  readonly letters: number;
  /** After a bounce that may pass, when the same letter goes again. */
  readonly retryAfter: number;
  /** Bounces that may pass, after which they count as ones that do not. */
  readonly transientBounces: number;
  /** From the first letter to one contact to the first to the next, an answer missing. */
  readonly nextAfter: number;
  /** Whether public channels are asked at the end, for a private one and without any detail. */
  readonly publicLast: boolean;
}

/** Another contact after three days, a second letter after a week, two letters each. */
export const DEFAULT_ESCALATION: EscalationPolicy = {
  answerWithin: 168,
  letters: 2,
  retryAfter: 24,
  transientBounces: 3,
  nextAfter: 72,
  publicLast: true,
};

export type AttemptState =
  /** Nothing was sent. */
  | 'untried'
  /** Sent, and the time for an answer is not over. */
  | 'waiting'
  /** Sent as often as it may be, and no answer in the time for it. */
  | 'silent'
  /** It cannot be delivered. */
  | 'unreachable'
  | 'answered';

export interface ContactState {
  readonly channel: Channel;
  readonly address: string;
  readonly state: AttemptState;
  readonly sent: number;
  /** The last letter. */
  readonly lastSent: string | null;
  /** When this contact is to be written to (again); null when it is not. */
  readonly due: string | null;
  readonly why: string;
}

/** How one contact stands at an instant. */
export function contactState(
  contact: Addressed,
  log: AttemptLog,
  now: string,
  policy: EscalationPolicy = DEFAULT_ESCALATION,
): ContactState {
  const events = log.filter((event) => isOf(event, contact));
  const letters = events.filter(({ event }) => event === 'sent');
  const lastSent = letters.at(-1)?.at ?? null;
  const base = { channel: contact.channel, address: contact.address, sent: letters.length, lastSent };
  const state = (state: AttemptState, due: string | null, why: string): ContactState => ({
    ...base,
    state,
    due,
    why,
  });
  const last = events.at(-1);
  if (events.some(({ event }) => event === 'answered')) return state('answered', null, 'has answered');
  if (last === undefined || lastSent === null) return state('untried', now, 'was not written to');
  const passing = events.filter(({ event }) => event === 'bounced-transient').length;
  if (events.some(({ event }) => event === 'bounced-permanent'))
    return state('unreachable', null, 'mail cannot be delivered');
  if (passing >= policy.transientBounces)
    return state('unreachable', null, `did not take mail ${passing} times`);
  if (last.event === 'bounced-transient')
    return state('waiting', later(last.at, policy.retryAfter), 'did not take mail, and may later');
  const end = later(lastSent, policy.answerWithin);
  if (letters.length - passing < policy.letters)
    return state('waiting', end, 'has not answered: a second letter');
  return end > now
    ? state('waiting', null, 'may still answer')
    : state('silent', null, `no answer since ${lastSent}`);
}

function later(instant: string, hours: number): string {
  return `${new Date(Date.parse(instant) + hours * 3_600_000).toISOString().slice(0, 19)}Z`;
}

/** A contact as `findContacts` ranks it. */
export type Ranked = Addressed & { readonly public: boolean };

export interface NextAttempt {
  readonly channel: Channel;
  readonly address: string;
  /** Not before then. */
  readonly at: string;
  readonly why: string;
  /** Everybody reads it: only the question for a private channel may go there. */
  readonly public: boolean;
}

export interface Escalation {
  readonly states: readonly ContactState[];
  /** Whom to write to next; null when somebody has answered, or nobody is left. */
  readonly next: NextAttempt | null;
  /**
   * `reached`: somebody answered. `open`: letters are to be written or may still be answered. `silent`: all were
   * written to, nobody answered, but some letter arrived. `unreachable`: no letter can be delivered anywhere.
   */
  readonly outcome: 'reached' | 'open' | 'silent' | 'unreachable';
}

/** What follows from the log at an instant. The contacts stand in the order in which they are tried. */
export function escalate(
  contacts: readonly Ranked[],
  log: AttemptLog,
  now: string,
  policy: EscalationPolicy = DEFAULT_ESCALATION,
): Escalation {
  const tried = contacts.filter((contact) => policy.publicLast || !contact.public);
  const ordered = [...tried.filter((one) => !one.public), ...tried.filter((one) => one.public)];
  const states = ordered.map((contact) => contactState(contact, log, now, policy));
  const outcome = outcomeOf(states, log);
  if (outcome !== 'open') return { states, next: null, outcome };
  const isPublic = (at: number): boolean => ordered[at]?.public === true;
  return { states, next: nextOf(states, isPublic, log, now, policy), outcome };
}

function outcomeOf(states: readonly ContactState[], log: AttemptLog): Escalation['outcome'] {
  if (log.some(({ event }) => event === 'answered')) return 'reached';
  if (states.some(({ state }) => state === 'untried' || state === 'waiting')) return 'open';
  return states.some(({ state }) => state === 'silent') ? 'silent' : 'unreachable';
}

/** The earliest of: a letter that is due again, and the first letter to the next contact. */
function nextOf(
  states: readonly ContactState[],
  isPublic: (at: number) => boolean,
  log: AttemptLog,
  now: string,
  policy: EscalationPolicy,
): NextAttempt | null {
  const untried = states.findIndex(({ state }) => state === 'untried');
  const due = states.flatMap(({ channel, address, due, why, state }, i) => {
    if (due === null || (state === 'untried' && i !== untried)) return [];
    const at = state === 'untried' ? firstLetterAt(states.slice(0, i), log, now, policy) : due;
    return [
      { channel, address, at, why: state === 'untried' ? whyNext(states, i) : why, public: isPublic(i) },
    ];
  });
  return due.sort((a, b) => compareText(a.at, b.at))[0] ?? null;
}

/** At once when nobody before it can be reached, else some time after the first letter to the one before it. */
function firstLetterAt(
  before: readonly ContactState[],
  log: AttemptLog,
  now: string,
  { nextAfter }: EscalationPolicy,
): string {
  const waiting = before.filter(({ state }) => state === 'waiting').at(-1);
  if (waiting === undefined) return now;
  const first = log.find((event) => isOf(event, waiting) && event.event === 'sent');
  const at = first === undefined ? now : later(first.at, nextAfter);
  return at > now ? at : now;
}

function whyNext(states: readonly ContactState[], at: number): string {
  const before = states.slice(0, at).filter(({ state }) => state !== 'untried');
  const last = before.at(-1);
  return last === undefined ? 'the best contact' : `the next contact: ${last.address} ${last.why}`;
}
