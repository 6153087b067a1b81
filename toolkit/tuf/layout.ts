/**
 * How the repository of CPAN is laid out, as metadata that nobody has signed yet.
 *
 *     root                   3 of 5, offline
 *     targets                2 of 3, offline; no files
 *       pause-index          online: the indexes of CPAN
 *       advisories           online: our manifest and index, the log's policy; patches, overlay, the history
 *                            of PAUSE's keys
 *       claimed              keys of targets: authors who sign themselves, each a role with keys of their own
 *       recently-claimed     online: the same until people meet
 *       releases             keys of targets; everything else ends here
 *         bin-000 … bin-fff   online: every release, by the first 12 bits of its path's SHA-256
 */
import type { RoleKeys, TufKey } from './keys.ts';
import type { DelegatedRole, Delegations, Root, SuccinctRoles, Targets } from './model.ts';

export const RELEASES = 'releases';
/** Short: a snapshot names every bin. */
const BINS = 'bin';
export const CLAIMED = 'claimed';
export const RECENTLY_CLAIMED = 'recently-claimed';
/** Files at the same place with other content every hour. */
const INDEXES = ['modules/*', 'authors/*', 'indices/*'];
/** Below the top of the public tree. */
const OURS = [
  'manifest.json',
  'log/policy',
  'index/*',
  'patches/*',
  'patches/*/*',
  'overlay/*',
  'overlay/*/*',
  'pause-keys/*',
];

/** Keys, and how many of them have to sign. */
export interface Quorum {
  readonly keys: readonly TufKey[];
  readonly threshold: number;
}

export type OnlineQuorums = Readonly<Record<'pause-index' | 'advisories' | 'recently-claimed', Quorum>>;

/** Version and last instant of a draft. */
export interface Edition {
  readonly version: number;
  readonly expires: string;
}

export function rootOf(
  roles: Readonly<Record<'root' | 'timestamp' | 'snapshot' | 'targets', Quorum>>,
  edition: Edition,
): Root {
  const { root, timestamp, snapshot, targets } = roles;
  return {
    kind: 'root',
    ...edition,
    consistentSnapshot: true,
    keys: keysOf([root, timestamp, snapshot, targets]),
    roles: {
      root: roleOf(root),
      timestamp: roleOf(timestamp),
      snapshot: roleOf(snapshot),
      targets: roleOf(targets),
    },
  };
}

/** `offline` signs claimed and releases: whoever signs targets. */
export function targetsOf(offline: Quorum, online: OnlineQuorums, edition: Edition): Targets {
  const to: DelegatedRole[] = [
    {
      name: 'pause-index',
      ...roleOf(online['pause-index']),
      terminating: false,
      paths: { patterns: INDEXES },
    },
    { name: 'advisories', ...roleOf(online.advisories), terminating: false, paths: { patterns: OURS } },
    { name: CLAIMED, ...roleOf(offline), terminating: false, paths: { patterns: AUTHORS } },
    {
      name: RECENTLY_CLAIMED,
      ...roleOf(online['recently-claimed']),
      terminating: false,
      paths: { patterns: AUTHORS },
    },
    {
      name: RELEASES,
      ...roleOf(offline),
      terminating: true,
      paths: { hashPrefixes: [...'0123456789abcdef'] },
    },
  ];
  const keys = keysOf([offline, online['pause-index'], online.advisories, online[RECENTLY_CLAIMED]]);
  return withDelegations(edition, { keys, to });
}

/** The role whose bins have every release. */
export function releasesOf(bins: Quorum, edition: Edition, bitLength: number): Targets {
  const to: SuccinctRoles = { ...roleOf(bins), bitLength, namePrefix: BINS };
  return withDelegations(edition, { keys: keysOf([bins]), to });
}

/** An author who signs what they release. */
export interface Claim extends Quorum {
  /** Id at PAUSE. */
  readonly author: string;
}

/** Of `claimed` or `recently-claimed`. */
export function claimsOf(claims: readonly Claim[], edition: Edition): Targets {
  let delegations: Delegations = { keys: new Map(), to: [] };
  for (const claim of claims) delegations = withClaim(delegations, claim);
  return withDelegations(edition, delegations);
}

/** The author's claim in the place of an older one. Their directories are looked up there and nowhere behind it. */
export function withClaim(delegations: Delegations | null, claim: Claim): Delegations {
  const { keys, to } = withoutClaim(delegations, claim.author);
  const role: DelegatedRole = {
    name: authorRole(claim.author),
    ...roleOf(claim),
    terminating: true,
    paths: { patterns: below(authorDirectory(claim.author)) },
  };
  return { keys: new Map([...keys, ...keysOf([claim])]), to: [...listOf(to), role] };
}

/** Keys that nobody else has go too. */
export function withoutClaim(delegations: Delegations | null, author: string): Delegations {
  if (delegations === null) return { keys: new Map(), to: [] };
  const to = listOf(delegations.to).filter(({ name }) => name !== authorRole(author));
  const used = new Set(to.flatMap(({ keyids }) => keyids));
  return { keys: new Map([...delegations.keys].filter(([keyid]) => used.has(keyid))), to };
}

function listOf(to: Delegations['to']): readonly DelegatedRole[] {
  return 'bitLength' in to ? [] : to;
}

/** Nothing in it, for nobody. */
export function emptyTargets(edition: Edition): Targets {
  return { kind: 'targets', ...edition, targets: new Map(), delegations: null };
}

export function authorRole(author: string): string {
  return `author-${author}`;
}

/** `authors/id/A/AB/ABC`. */
export function authorDirectory(author: string): string {
  return `authors/id/${author.slice(0, 1)}/${author.slice(0, 2)}/${author}`;
}

/** A `*` stands for a part of a path: authors have directories of up to two levels. */
function below(directory: string): string[] {
  return [`${directory}/*`, `${directory}/*/*`, `${directory}/*/*/*`];
}

const AUTHORS = below('authors/id/*/*/*');

function roleOf({ keys, threshold }: Quorum): RoleKeys {
  return { keyids: keys.map(({ keyid }) => keyid), threshold };
}

function keysOf(quorums: readonly Quorum[]): Map<string, TufKey> {
  return new Map(quorums.flatMap(({ keys }) => keys.map((key): [string, TufKey] => [key.keyid, key])));
}

function withDelegations(edition: Edition, delegations: Delegations): Targets {
  return { ...emptyTargets(edition), delegations };
}
