/**
 * What people sign, over days and on machines without a network: a *draft* is metadata that nobody has signed yet,
 * each signature a few bytes of its own, and whoever reads the digest of a draft aloud says what everybody signs.
 */
import { compareBytes, toHex } from '../base/index.ts';
import { TufError } from './errors.ts';
import { countSigners, type TufSignature, type TufSigner, type TufVerifier } from './keys.ts';
import {
  CLAIMED,
  type Claim,
  claimsOf,
  type Edition,
  type Quorum,
  RELEASES,
  releasesOf,
  rootOf,
  targetsOf,
} from './layout.ts';
import { encodeMetadata, signedBytes } from './metadata.ts';
import type { Root, TargetFile, Targets } from './model.ts';
import { expiryAfter, isLessThan } from './schedule.ts';
import { type Delegator, findDelegator, ofRoot } from './standing.ts';

/** Who signs what, as people have agreed. */
export interface TufLayout {
  readonly roles: Readonly<Record<LayoutRole, Quorum>>;
  /** Authors who sign for themselves, by what people sign. */
  readonly claims: readonly Claim[];
  /** 2^bits bins. */
  readonly binBits: number;
}

export const LAYOUT_ROLES = [
  'root',
  'targets',
  'timestamp',
  'snapshot',
  'pause-index',
  'advisories',
  'recently-claimed',
  'bins',
] as const;
export type LayoutRole = (typeof LAYOUT_ROLES)[number];

/** Newest metadata by role: what was published, or is drafted. */
export type Editions = ReadonlyMap<string, Root | Targets>;

/** How long what people sign holds, in days; they meet again so long before its end. */
export const OFFLINE_DAYS = 365;
export const OFFLINE_NOTICE_DAYS = 60;

/**
 * Drafts of what the layout has otherwise than what stands, of what runs out within {@link OFFLINE_NOTICE_DAYS},
 * and of the roles that are named; in the order in which they are signed.
 */
export function draftsOf(
  layout: TufLayout,
  stands: Editions,
  { now, anew = [] }: { readonly now: Date; readonly anew?: readonly string[] },
): Map<string, Root | Targets> {
  const drafts = new Map<string, Root | Targets>();
  for (const [role, make] of Object.entries(MAKERS)) {
    const old = stands.get(role);
    const isDue =
      old === undefined || anew.includes(role) || isLessThan(old.expires, OFFLINE_NOTICE_DAYS, now);
    if (!isDue && compareBytes(signedBytes(make(layout, old)), signedBytes(old)) === 0) continue;
    drafts.set(
      role,
      make(layout, { version: (old?.version ?? 0) + 1, expires: expiryAfter(now, OFFLINE_DAYS) }),
    );
  }
  return drafts;
}

/** What each role that people sign says by the layout. */
const MAKERS: Readonly<Record<string, (layout: TufLayout, edition: Edition) => Root | Targets>> = {
  root: ({ roles }, edition) => rootOf(roles, editionOf(edition)),
  targets: ({ roles }, edition) => targetsOf(roles.targets, roles, editionOf(edition)),
  [CLAIMED]: ({ claims }, edition) => claimsOf(claims, editionOf(edition)),
  [RELEASES]: ({ roles, binBits }, edition) => releasesOf(roles.bins, editionOf(edition), binBits),
};

function editionOf({ version, expires }: Edition): Edition {
  return { version, expires };
}

/** What an author signs next: what they signed before, and more. */
export function draftTargets(
  old: Targets | null,
  added: ReadonlyMap<string, TargetFile>,
  now: Date,
): Targets {
  return {
    kind: 'targets',
    version: (old?.version ?? 0) + 1,
    expires: expiryAfter(now, OFFLINE_DAYS),
    targets: new Map([...(old?.targets ?? []), ...added]),
    delegations: null,
  };
}

/** Somebody whose signatures a draft needs. */
export interface Approver extends Delegator {
  /** `root 1`. */
  readonly name: string;
}

/**
 * Who has to sign: of a root the one before it and itself, else whoever delegates to the role. `editions` has drafts
 * where there are any, `before` what was published. Throws `missing`.
 */
export function approversOf(role: string, editions: Editions, before: Editions): Approver[] {
  const root = rootIn(editions, role);
  if (role === 'root') {
    const old = before.get('root');
    const roots = old?.kind === 'root' && old.version < root.version ? [old, root] : [root];
    return roots.map((one) => ({ name: `root ${one.version}`, ...ofRoot(one, 'root') }));
  }
  const named = new Map(
    [...editions].flatMap(([name, one]) => (one.kind === 'targets' ? [[name, one] as const] : [])),
  );
  const delegator = findDelegator(role, { root, named });
  if (delegator === null) throw new TufError('missing', 'nobody delegates to this role', { file: role });
  return [{ name: role, ...delegator }];
}

function rootIn(editions: Editions, file: string): Root {
  const root = editions.get('root');
  if (root?.kind === 'root') return root;
  throw new TufError('missing', 'no root says who signs', { file });
}

/** How far the signing is for one of its approvers. */
export interface Progress {
  readonly name: string;
  readonly threshold: number;
  /** Ids of keys. */
  readonly signed: readonly string[];
  readonly missing: readonly string[];
}

/** A signature that does not hold is none. */
export async function progressOf(
  signed: Root | Targets,
  signatures: readonly TufSignature[],
  approvers: readonly Approver[],
  verifier: TufVerifier,
): Promise<Progress[]> {
  const message = signedBytes(signed);
  const progress: Progress[] = [];
  for (const { name, threshold, keyids, keys } of approvers) {
    const by = new Set<string>();
    for (const keyid of keyids) {
      const one = { keyids: [keyid], threshold: 1 };
      if ((await countSigners({ signatures, message }, one, keys, verifier)) === 1) by.add(keyid);
    }
    progress.push({ name, threshold, signed: [...by], missing: keyids.filter((keyid) => !by.has(keyid)) });
  }
  return progress;
}

/** The metadata, with the signatures that count. Throws `threshold`, saying how many are missing. */
export async function finalizeDraft(
  signed: Root | Targets,
  signatures: readonly TufSignature[],
  approvers: readonly Approver[],
  verifier: TufVerifier,
): Promise<Uint8Array> {
  const progress = await progressOf(signed, signatures, approvers, verifier);
  for (const { name, threshold, signed: by } of progress)
    if (by.length < threshold)
      throw new TufError('threshold', `signed by ${by.length} of the ${threshold} keys that it needs`, {
        file: name,
      });
  const counted = new Set(progress.flatMap(({ signed: by }) => by));
  return encodeMetadata(
    signed,
    signatures.filter(({ keyid }) => counted.has(keyid)),
  );
}

/** What a key signs of a draft. */
export async function signDraft(signed: Root | Targets, { key, sign }: TufSigner): Promise<TufSignature> {
  return { keyid: key.keyid, sig: toHex(await sign(signedBytes(signed))) };
}
