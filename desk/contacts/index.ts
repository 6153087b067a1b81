/**
 * contacts: whom to tell of a vulnerability in a distribution, where that is written, and what came of trying.
 *
 *     const release = await readRelease(streamFile(path), 'J/JA/JANE/Foo-1.0.tar.gz', unpackers); // cpansec/io
 *     const found = findContacts({ ...release, distribution: 'Foo', permissions, people });
 *     found.contacts[0]; // { channel: 'mail', address: 'security@perl.example', rank: 1, public: false, why: […], … }
 *
 *     await guardedFetch(found.contacts[1].check, { limit: 10_000 });  // public servers of https, and nothing else
 *
 *     const log = withEvent([], { channel: 'mail', address, at, event: 'sent', note: '' });
 *     escalate(found.contacts, log, now).next; // whom to try next, and when
 *
 * Words: a *channel* is mail, a private report at a host of repositories, or a tracker; what is *public* everybody
 * can read, so that no detail may go there. A *sighting* is one place that names a contact. What only looks like a
 * contact, or could be another one, is *refused* with its place: nothing is repaired.
 *
 * Links: RFC 5321 section 4.1.2, RFC 6068 (mailto), perlpod, CPAN::Meta::Spec, PAUSE's 06perms and 01mailrc,
 * IANA's registries of special-purpose addresses.
 */
export { type AskAddress, askHost, canAskHost, type HostAnswer, type HostAnswers } from './ask-host.ts';
export {
  type AttemptEvent,
  type AttemptEventKind,
  type AttemptLog,
  type AttemptState,
  attemptLogShape,
  type ContactState,
  contactState,
  DEFAULT_ESCALATION,
  type Escalation,
  type EscalationPolicy,
  escalate,
  type NextAttempt,
  withEvent,
} from './attempts.ts';
export type { Channel, Flag, Refused, RefusedReason, SourceKind, Who } from './contact.ts';
export { ContactError, type ContactErrorCode } from './errors.ts';
export { type Allowance, type GuardedAnswer, type GuardOptions, guardedFetch } from './fetch-guard.ts';
export { type Contact, type ContactSources, type FoundContacts, findContacts } from './find.ts';
export { type People, readPeople, readPermissions } from './pause.ts';
export { DEFAULT_RANKS, type RankPolicy } from './policy.ts';
export { type Release, readRelease } from './release.ts';
export { type RepositoryLinks, repositoryLinks } from './repository.ts';
export type { ContactDocument } from './sections.ts';
