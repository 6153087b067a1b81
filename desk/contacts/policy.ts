/** How contacts are ranked: data, for whoever runs a desk to change. */
import type { Flag, SourceKind } from './contact.ts';

export interface RankPolicy {
  /** By where a contact was seen; the best place counts. */
  readonly weights: Readonly<Record<SourceKind, number>>;
  /** Added for each further file that names the same contact, three times at most. */
  readonly agreement: number;
  /** Taken off for each flag. */
  readonly penalties: Readonly<Record<Flag, number>>;
  /** Addresses and domains that are the group's own: who writes there writes to us. */
  readonly own: readonly string[];
  /** Addresses and domains that templates leave behind. */
  readonly placeholders: readonly string[];
}

export const DEFAULT_RANKS: RankPolicy = {
  weights: {
    'security-policy': 100,
    'meta-security': 95,
    'security-section': 90,
    known: 85,
    repository: 75,
    'pause-owner': 70,
    'pause-uploader': 68,
    'meta-maintainer': 64,
    'meta-author': 60,
    'author-section': 58,
    'pause-co-maintainer': 50,
    'support-section': 40,
    bugtracker: 20,
  },
  agreement: 3,
  penalties: {
    'look-alike': 60,
    'spelled-out': 2,
    'cpan-forward': 40,
    'no-reply': 80,
    placeholder: 90,
    own: 95,
    unproven: 10,
    open: 0,
    closed: 90,
  },
  own: ['security.metacpan.org'],
  placeholders: [
    'a.u.thor@a.galaxy.far.far.away',
    'example.com',
    'example.net',
    'example.org',
    'foo.com',
    'domain.tld',
  ],
};
