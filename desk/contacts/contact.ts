/** What a contact is, and what one was seen as. */
import type { Place } from 'cpansec/base';

export type Channel = 'mail' | 'private-report' | 'tracker';

/** Where a contact was seen. */
export type SourceKind =
  /** SECURITY.md and its like. */
  | 'security-policy'
  /** `x_security_contact` and its like in META. */
  | 'meta-security'
  /** A section on security in POD or a README. */
  | 'security-section'
  /** Somebody noted it before. */
  | 'known'
  /** 06perms: the owner, by the module list or first upload. */
  | 'pause-owner'
  /** The directory that the release stands in. */
  | 'pause-uploader'
  | 'pause-co-maintainer'
  | 'meta-author'
  /** `x_maintainers` in META. */
  | 'meta-maintainer'
  /** A section on authors or maintainers. */
  | 'author-section'
  /** A section on bugs or support. */
  | 'support-section'
  /** `resources.bugtracker`, or the queue that every distribution has. */
  | 'bugtracker'
  /** Computed of the repository's address. */
  | 'repository';

export type Flag =
  /** Letters that may look like others; the domain is shown as it is looked up, `xn--…`. */
  | 'look-alike'
  /** Written for people: `jane at perl dot example`. */
  | 'spelled-out'
  /** At cpan.org, which forwards no mail any more. */
  | 'cpan-forward'
  /** An address that no person reads. */
  | 'no-reply'
  /** Out of a template. */
  | 'placeholder'
  /** The group's own. */
  | 'own'
  /** Whether it exists or is switched on is not known: computed, and nobody has asked. */
  | 'unproven'
  /** The host says that it is switched on. */
  | 'open'
  /** The host says that it is switched off: nothing that is sent there arrives. */
  | 'closed';

/** Who reads it, as far as the source says. */
export interface Who {
  readonly name: string | null;
  readonly pauseId: string | null;
}

/** One contact in one place. */
export interface Seen {
  readonly channel: Channel;
  /** `jane@perl.example`, or an https or http address. */
  readonly address: string;
  readonly who: Who;
  /** Everybody can read what is sent there, so that no detail may be. */
  readonly public: boolean;
  readonly flags: readonly Flag[];
  readonly kind: SourceKind;
  readonly place: Place;
  /** The line it stands in, safe to print. */
  readonly evidence: string;
  /** Where it can be asked whether the channel is open: `{ "enabled": true }` (GitHub). */
  readonly check?: string;
}

/** Something that looked like a contact and is none that may be used. */
export interface Refused {
  readonly place: Place;
  /** As found, safe to print. */
  readonly found: string;
  readonly reason: RefusedReason;
}

export type RefusedReason =
  /** An invisible or combining character within. */
  | 'invisible'
  /** A letter outside ASCII before the `@`. */
  | 'not-ascii'
  /** A line break or other control character. */
  | 'control'
  /** A mail link that sets headers, recipients or a body. */
  | 'mailto-headers'
  /** Two `@`, a routing character, or other syntax that mail programs read in different ways. */
  | 'syntax'
  /** An address of the web that holds a user name or password. */
  | 'credentials';

/** What a source gave. */
export interface Gathered {
  readonly seen: readonly Seen[];
  readonly refused: readonly Refused[];
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

export function merged(parts: readonly Gathered[]): Gathered {
  return {
    seen: parts.flatMap(({ seen }) => seen),
    refused: parts.flatMap(({ refused }) => refused),
    notes: parts.flatMap(({ notes }) => notes),
  };
}
