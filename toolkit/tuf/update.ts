/** The update of a client, step by step as in section 5 of the specification, whose numbers stand beside the steps. */
import { checkBytes, checkFresh, checkNoneOlder, checkNotOlder, checkVersion, hasExpired } from './check.ts';
import { TufError } from './errors.ts';
import { checkSigners, type RoleKeys, type TufKey } from './keys.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import { fetched, fromMirrors } from './mirrors.ts';
import {
  fileNameOf,
  isTopRole,
  type MetaFile,
  type Root,
  type SignedOf,
  type Snapshot,
  type Targets,
  type Timestamp,
  type TopRole,
} from './model.ts';
import type { FetchBytes, TufOps } from './ops.ts';

/** Most that is taken: bytes of a role and of a file, roots one after the other, roles that are asked for one path. */
export interface TufLimits {
  readonly root: number;
  readonly timestamp: number;
  readonly snapshot: number;
  readonly targets: number;
  readonly file: number;
  readonly rotations: number;
  readonly roles: number;
}

export const TUF_LIMITS: TufLimits = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 8_000_000,
  targets: 8_000_000,
  file: 1 << 30,
  rotations: 256,
  roles: 32,
};

/** The top roles as of one update. */
export interface Trusted {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/** Another process kept something else meanwhile: what is kept has to be looked at again. */
export class Overtaken extends Error {}

/** Whose signatures count. */
export interface Authority {
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
}

/** Metadata of a version that was signed for. */
export interface Pinned<K extends 'snapshot' | 'targets'> {
  readonly kind: K;
  readonly name: string;
  readonly meta: MetaFile;
  readonly by: Authority;
}

export interface UpdateOptions {
  readonly ops: TufOps;
  readonly limits: TufLimits;
  /** The first is asked for the top roles. Without any, what is kept is read, expired or not. */
  readonly mirrors: readonly FetchBytes[];
}

/** What is kept and what mirrors show, judged as of one instant (5.1). */
export class Update {
  readonly #ops: TufOps;
  readonly #limits: TufLimits;
  readonly #mirrors: readonly FetchBytes[];
  readonly #at: Date;
  /** Of the root: metadata stands at names with its version. */
  #consistent = true;

  constructor({ ops, limits, mirrors }: UpdateOptions) {
    this.#ops = ops;
    this.#limits = limits;
    this.#mirrors = mirrors;
    this.#at = ops.now();
  }

  /** The top roles. Throws {@link Overtaken}, and `TufError`. */
  async run(): Promise<Trusted> {
    const root = await this.#root(await keptRoot(this.#ops));
    this.#consistent = root.signed.consistentSnapshot;
    const timestamp = await this.#timestamp(root.signed);
    const snapshot = await this.#snapshot(root.signed, timestamp.signed);
    const by = authority(root.signed, 'targets');
    const meta = metaOf(snapshot.signed, 'targets');
    const targets = await this.pinned({ kind: 'targets', name: 'targets', meta, by }); // 5.6
    return { root, timestamp, snapshot, targets };
  }

  /** 5.3: each root is signed by the one before it and by itself. */
  async #root(kept: Metadata<Root>): Promise<Metadata<Root>> {
    const [fetch] = this.#mirrors;
    if (fetch === undefined) return kept;
    const { rotations } = this.#limits;
    let root = kept;
    for (
      let next = await this.#nextRoot(fetch, root);
      next !== null;
      next = await this.#nextRoot(fetch, root)
    ) {
      if (next.signed.version - kept.signed.version > rotations)
        throw new TufError('too-many', `more than ${rotations} new roots at once`, { file: 'root' });
      // 5.3.11, so that versions that a stolen key signed are forgotten; done before the root tells that it was.
      if (isRotated(root.signed, next.signed)) await this.#forget();
      await this.#keep('root', next, root.bytes); // 5.3.8
      root = next;
    }
    checkFresh(root.signed, 'root', this.#at); // 5.3.10
    return root;
  }

  /** Null where the mirror has none. */
  async #nextRoot(fetch: FetchBytes, { signed }: Metadata<Root>): Promise<Metadata<Root> | null> {
    const [version, file, limit] = [signed.version + 1, 'root', this.#limits.root];
    const bytes = await fetched(fetch, { path: `${version}.root.json`, file, limit }); // 5.3.3
    if (bytes === null) return null;
    const next = parseMetadata(bytes, 'root');
    await checkSigned(next, authority(signed, 'root'), file, this.#ops); // 5.3.4
    await checkSigned(next, authority(next.signed, 'root'), file, this.#ops);
    checkVersion(next.signed, version, file); // 5.3.5
    return next;
  }

  async #forget(): Promise<void> {
    await this.#ops.cache.remove('timestamp');
    await this.#ops.cache.remove('snapshot');
  }

  /** 5.4 */
  async #timestamp(root: Root): Promise<Metadata<Timestamp>> {
    const [file, by] = ['timestamp', authority(root, 'timestamp')];
    const bytes = await this.#ops.cache.load(file);
    const kept = await this.#believed(bytes, 'timestamp', file, by);
    if (this.#mirrors.length === 0) return kept ?? nothingKept(file);
    const check = async (bytes: Uint8Array): Promise<Metadata<Timestamp>> => {
      const read = parseMetadata(bytes, 'timestamp');
      await checkSigned(read, by, file, this.#ops); // 5.4.2
      if (kept !== null) checkNotOlder(kept.signed, read.signed); // 5.4.3
      // Of a version that is known already, the one that was seen first counts.
      const newest = kept?.signed.version === read.signed.version ? kept : read;
      checkFresh(newest.signed, file, this.#at); // 5.4.4
      return newest;
    };
    const limit = this.#limits.timestamp;
    const found = await fromMirrors(this.#mirrors.slice(0, 1), {
      path: 'timestamp.json',
      file,
      limit,
      check,
    });
    if (found !== kept) await this.#keep(file, found, bytes); // 5.4.5
    return found;
  }

  /** 5.5 */
  async #snapshot(root: Root, { snapshot: meta }: Timestamp): Promise<Metadata<Snapshot>> {
    const [name, by] = ['snapshot', authority(root, 'snapshot')];
    const old = await this.#believed(await this.#ops.cache.load(name), 'snapshot', name, by);
    return this.pinned({ kind: 'snapshot', name, meta, by }, ({ signed }) => {
      if (old !== null) checkNoneOlder(old.signed, signed); // 5.5.5
    });
  }

  /** What is kept of that version, or what a mirror shows; `check` is of what is new. */
  async pinned<K extends 'snapshot' | 'targets'>(
    wanted: Pinned<K>,
    check: (read: Metadata<SignedOf[K]>) => void = () => {},
  ): Promise<Metadata<SignedOf[K]>> {
    const { kind, name, by } = wanted;
    const kept = await this.#believed(await this.#ops.cache.load(name), kind, name, by);
    if (kept !== null && this.#stillStands(kept, wanted)) return kept;
    if (this.#mirrors.length === 0) return nothingKept(name);
    // The top roles are of one mirror: parts of two would make no repository. What they sign for may be anywhere.
    const mirrors = isTopRole(name) ? this.#mirrors.slice(0, 1) : this.#mirrors;
    const found = await fromMirrors(mirrors, {
      path: this.#pathOf(wanted),
      file: name,
      limit: this.#limitOf(wanted),
      check: async (bytes) => {
        const read = await this.#checked(bytes, wanted);
        check(read);
        checkFresh(read.signed, name, this.#at); // 5.5.6, 5.6.5
        return read;
      },
    });
    await this.#ops.cache.store(name, found.bytes); // 5.5.7, 5.6.6
    return found;
  }

  async #checked<K extends 'snapshot' | 'targets'>(
    bytes: Uint8Array,
    { kind, name, meta, by }: Pinned<K>,
  ): Promise<Metadata<SignedOf[K]>> {
    checkBytes(bytes, meta, name, this.#ops.digest); // 5.5.2, 5.6.2
    const read = parseMetadata(bytes, kind, name);
    await checkSigned(read, by, name, this.#ops); // 5.5.3, 5.6.3
    checkVersion(read.signed, meta.version, name); // 5.5.4, 5.6.4
    return read;
  }

  #stillStands({ signed, bytes }: Metadata, { name, meta }: Pinned<'snapshot' | 'targets'>): boolean {
    if (this.#mirrors.length > 0 && hasExpired(signed.expires, this.#at)) return false;
    return (
      signed.version === meta.version && believable(() => checkBytes(bytes, meta, name, this.#ops.digest))
    );
  }

  #pathOf({ name, meta }: Pinned<'snapshot' | 'targets'>): string {
    return `${this.#consistent ? `${meta.version}.` : ''}${fileNameOf(name)}.json`;
  }

  #limitOf({ kind, name, meta: { length } }: Pinned<'snapshot' | 'targets'>): number {
    const most = this.#limits[kind];
    if (length === undefined || length <= most) return length ?? most;
    throw new TufError('bounds', `${length} bytes were signed for, at most ${most}`, { file: name });
  }

  /** What is kept, when those who may have signed it; null for anything else, which is then fetched anew. */
  async #believed<K extends TopRole>(
    bytes: Uint8Array | null,
    kind: K,
    name: string,
    by: Authority,
  ): Promise<Metadata<SignedOf[K]> | null> {
    if (bytes === null) return null;
    try {
      const kept = parseMetadata(bytes, kind, name);
      await checkSigned(kept, by, name, this.#ops);
      return kept;
    } catch (error) {
      if (error instanceof TufError) return null;
      throw error;
    }
  }

  async #keep(role: string, { bytes }: Metadata, seen: Uint8Array | null): Promise<void> {
    if (!(await this.#ops.cache.store(role, bytes, seen))) throw new Overtaken(role);
  }
}

/** 5.2: the root that is trusted already, expired or not. */
export async function keptRoot(ops: TufOps): Promise<Metadata<Root>> {
  const bytes = await ops.cache.load('root');
  if (bytes === null) throw new TufError('cache', 'none is trusted yet', { file: 'root' });
  return ownRoot(bytes, ops);
}

/** A root that its own keys have signed. */
export async function ownRoot(bytes: Uint8Array, ops: Pick<TufOps, 'verifier'>): Promise<Metadata<Root>> {
  const root = parseMetadata(bytes, 'root');
  await checkSigned(root, authority(root.signed, 'root'), 'root', ops);
  return root;
}

/** Throws `threshold`. */
export async function checkSigned(
  metadata: Metadata,
  { role, keys }: Authority,
  file: string,
  { verifier }: Pick<TufOps, 'verifier'>,
): Promise<void> {
  await checkSigners(metadata, role, keys, verifier, file);
}

/** The version that the snapshot has of the role. Throws `missing`. */
export function metaOf({ meta }: Snapshot, role: string): MetaFile {
  const found = meta.get(role);
  if (found === undefined) throw new TufError('missing', 'is not in the snapshot', { file: role });
  return found;
}

function authority({ keys, roles }: Root, role: TopRole): Authority {
  return { role: roles[role], keys };
}

/** Whether timestamp or snapshot have other keys. */
function isRotated(old: Root, next: Root): boolean {
  return (['timestamp', 'snapshot'] as const).some(
    (role) => publicKeys(old, role) !== publicKeys(next, role),
  );
}

function publicKeys({ keys, roles }: Root, role: TopRole): string {
  const found = roles[role].keyids.map((keyid) => keys.get(keyid)?.keyval.public ?? keyid);
  return found.sort().join('\n');
}

function believable(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof TufError) return false;
    throw error;
  }
}

function nothingKept(name: string): never {
  throw new TufError('cache', 'is not kept here, or not as it was signed for', { file: name });
}
