/** What stands in a repository, each part verified by the one above it before anything is built on it. */
import { TufError } from './errors.ts';
import type { TufStore } from './keeping.ts';
import { checkSigners, type RoleKeys, type SignedMessage, type TufKey, type TufVerifier } from './keys.ts';
import { CLAIMED, type Edition, RECENTLY_CLAIMED, RELEASES } from './layout.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import {
  fileNameOf,
  type MetaFile,
  type Root,
  type SignedOf,
  type SuccinctRoles,
  type Targets,
  type TopRole,
} from './model.ts';
import type { Digest } from './ops.ts';

/** Of one file that we have written ourselves, in bytes. */
export const MAX_FILE: number = 64 * 1024 * 1024;

export interface RepositoryOps {
  readonly store: TufStore;
  readonly verifier: TufVerifier;
  readonly digest: Digest;
}

/** Keys, and how many of whose have to sign a role. */
export interface Delegator extends RoleKeys {
  readonly keys: ReadonlyMap<string, TufKey>;
}

/** Roles that are few, or that say whose keys others have. */
export const NAMED: readonly string[] = [
  'targets',
  'pause-index',
  'advisories',
  CLAIMED,
  RECENTLY_CLAIMED,
  RELEASES,
];

export interface Standing {
  readonly root: Root;
  /** As it was found; null before the first publication. */
  readonly announced: Uint8Array | null;
  readonly timestamp: Edition;
  readonly snapshot: Edition;
  /** Whether the root is newer than what the keys below it have signed. */
  readonly rotated: boolean;
  readonly meta: ReadonlyMap<string, MetaFile>;
  /** Of {@link NAMED}, those that stand. */
  readonly named: ReadonlyMap<string, Targets>;
}

export const NOTHING: Edition = { version: 0, expires: '1970-01-01T00:00:00Z' };

/** Throws `missing`, `threshold`, `hash`, `mix-and-match` and what reading metadata does. */
export async function loadStanding(pinned: Uint8Array, ops: RepositoryOps): Promise<Standing> {
  const roots = await loadRoots(pinned, ops);
  const root = newest(roots);
  const announced = await ops.store.read('timestamp.json', MAX_FILE);
  const nothing = { root, announced, timestamp: NOTHING, snapshot: NOTHING, rotated: false };
  if (announced === null) return { ...nothing, meta: new Map(), named: new Map() };
  const timestamp = parseMetadata(announced, 'timestamp');
  const snapshot = await readVersion('snapshot', 'snapshot', timestamp.signed.snapshot.version, ops);
  if (timestamp.signed.snapshot.hashes?.get('sha256') !== ops.digest('sha256', snapshot.bytes))
    throw new TufError('hash', 'is not the one that the timestamp names', { file: 'snapshot' });
  const old = [await isOfOlder(timestamp, roots, ops), await isOfOlder(snapshot, roots, ops)];
  const { meta } = snapshot.signed;
  const found = { ...nothing, timestamp: timestamp.signed, snapshot: snapshot.signed, meta };
  return {
    ...found,
    rotated: old.includes(true),
    named: await loadNamed({ ...found, named: new Map() }, roots, ops),
  };
}

/** Roots from the pinned one on, each signed by the one before it and by itself. */
export async function loadRoots(pinned: Uint8Array, ops: RepositoryOps): Promise<Root[]> {
  const roots = [parseMetadata(pinned, 'root').signed];
  for (;;) {
    const before = newest(roots);
    const bytes = await ops.store.read(metadataPath('root', before.version + 1), MAX_FILE);
    if (bytes === null) return roots;
    const next = parseMetadata(bytes, 'root', metadataPath('root', before.version + 1));
    await checkRoot(next, before, ops.verifier);
    roots.push(next.signed);
  }
}

/** Throws `mix-and-match`, `threshold`. */
export async function checkRoot(next: Metadata<Root>, before: Root, verifier: TufVerifier): Promise<void> {
  const { version } = next.signed;
  if (version !== before.version + 1)
    throw new TufError('mix-and-match', `version ${version} after ${before.version}`, { file: 'root' });
  for (const by of [before, next.signed])
    await checkBy(next, ofRoot(by, 'root'), `root ${version}`, verifier);
}

/** Throws `missing` for none. */
export function newest(roots: readonly Root[]): Root {
  const last = roots.at(-1);
  if (last === undefined) throw new TufError('missing', 'no root');
  return last;
}

export function ofRoot(root: Root, role: TopRole): Delegator {
  return { keys: root.keys, ...root.roles[role] };
}

/**
 * Whether it is the root before the last one whose keys signed it: so it is after a new root until it is signed anew.
 * Throws `threshold` where neither's did.
 */
async function isOfOlder(
  metadata: Metadata,
  roots: readonly Root[],
  { verifier }: RepositoryOps,
): Promise<boolean> {
  const { kind } = metadata.signed;
  const before = roots.at(-2);
  try {
    await checkBy(metadata, ofRoot(newest(roots), kind), kind, verifier);
    return false;
  } catch (error) {
    if (before === undefined) throw error;
    await checkBy(metadata, ofRoot(before, kind), kind, verifier);
    return true;
  }
}

async function loadNamed(
  standing: Standing,
  roots: readonly Root[],
  ops: RepositoryOps,
): Promise<ReadonlyMap<string, Targets>> {
  const named = new Map<string, Targets>();
  for (const name of NAMED) {
    const version = standing.meta.get(name)?.version;
    if (version === undefined) continue;
    const found = await readVersion('targets', name, version, ops);
    if (name === 'targets') await isOfOlder(found, roots, ops);
    else await checkBy(found, delegatorOf(name, { ...standing, named }), name, ops.verifier);
    named.set(name, found.signed);
  }
  return named;
}

/** Who says whose keys a role has: `name` is no role of the root but `targets`. Throws `missing`. */
export function delegatorOf(name: string, standing: Pick<Standing, 'root' | 'named'>): Delegator {
  const found = findDelegator(name, standing);
  if (found === null) throw new TufError('missing', 'nobody delegates to this role', { file: name });
  return found;
}

/** Of an author in both lists the first one's: clients do not look behind it. Null where nobody delegates to it. */
export function findDelegator(
  name: string,
  { root, named }: Pick<Standing, 'root' | 'named'>,
): Delegator | null {
  if (name === 'targets') return ofRoot(root, 'targets');
  for (const parent of ['targets', CLAIMED, RECENTLY_CLAIMED, RELEASES]) {
    const delegations = named.get(parent)?.delegations ?? null;
    if (delegations === null) continue;
    const { to, keys } = delegations;
    if ('bitLength' in to) {
      if (name.startsWith(`${to.namePrefix}-`)) return { keys, ...to };
    } else {
      const role = to.find((one) => one.name === name);
      if (role !== undefined) return { keys, ...role };
    }
  }
  return null;
}

/** Throws `missing` before the first release was laid out. */
export function binsOf(named: ReadonlyMap<string, Targets>): SuccinctRoles {
  const to = named.get(RELEASES)?.delegations?.to;
  if (to !== undefined && 'bitLength' in to) return to;
  throw new TufError('missing', 'has no bins', { file: RELEASES });
}

/** Throws `threshold`, naming the role. */
export async function checkBy(
  metadata: SignedMessage,
  { keys, ...role }: Delegator,
  name: string,
  verifier: TufVerifier,
): Promise<void> {
  await checkSigners(metadata, role, keys, verifier, name);
}

/** Throws `missing`, `mix-and-match`. */
export async function readVersion<K extends TopRole>(
  kind: K,
  name: string,
  version: number,
  { store }: Pick<RepositoryOps, 'store'>,
): Promise<Metadata<SignedOf[K]>> {
  const path = metadataPath(name, version);
  const bytes = await store.read(path, MAX_FILE);
  if (bytes === null) throw new TufError('missing', 'is not there', { file: path });
  const found = parseMetadata(bytes, kind, path);
  if (found.signed.version === version) return found;
  throw new TufError('mix-and-match', `says version ${found.signed.version}`, { file: path });
}

/** `3.targets.json`. */
export function metadataPath(role: string, version: number): string {
  return `${version}.${fileNameOf(role)}.json`;
}
