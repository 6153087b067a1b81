/**
 * The repository as its operator grows it. What is written never changes, and nobody is told of it before all of it
 * stands: bins, then the roles above them, then the snapshot that names them, then the timestamp that names it. A
 * process that ends in between leaves files that nobody ever asks for, and their versions are not used again.
 */
import { announce } from './announce.ts';
import { ANEW, type Edit, type TargetChange, withTargets } from './edit.ts';
import { TufError } from './errors.ts';
import { checkInstalled, readInstalled } from './install.ts';
import { RECENTLY_CLAIMED } from './layout.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import type { Delegations, Root } from './model.ts';
import { checkRoot, loadStanding, metadataPath, type Standing } from './standing.ts';
import { rebuildStanding } from './stored.ts';
import { roleOfTarget } from './target-role.ts';
import {
  hasSameKeys,
  onlineRoles,
  type Plan,
  type WritingOps,
  type WrittenRole,
  writeRoles,
  writtenRole,
} from './write-roles.ts';

export interface RepositoryOptions extends WritingOps {
  /** A root that the operator trusts, whichever are newer. */
  readonly root: Uint8Array;
}

/** What people signed at a ceremony, or authors at home. */
export interface Installation {
  readonly root?: Uint8Array;
  /** By role: targets, claimed, releases, authors. */
  readonly roles: ReadonlyMap<string, Uint8Array>;
}

export interface TufPublication {
  /** Their versions. */
  readonly timestamp: number;
  readonly snapshot: number;
  /** All that is new but the timestamp: bins and other roles, the snapshot, a root. */
  readonly written: readonly WrittenRole[];
}

export class TufRepository {
  readonly #options: RepositoryOptions;
  #standing: Standing;

  private constructor(options: RepositoryOptions, standing: Standing) {
    this.#options = options;
    this.#standing = standing;
  }

  /** Verifies what stands; bins when they change. Throws TufError of what does not hold. */
  static async open(options: RepositoryOptions): Promise<TufRepository> {
    return new TufRepository(options, await loadStanding(options.root, options));
  }

  /**
   * After somebody has signed timestamps or snapshots of far too large a version, or ones that cannot be believed:
   * `root` has other keys for both, so that clients forget theirs, and both go on from version `from`. Every role is
   * taken in its newest version that holds. Throws `rollback` for a root with the old keys, and as {@link install}.
   */
  static async recover(
    options: RepositoryOptions,
    { root, roles }: Installation & { readonly root: Uint8Array },
    from: number,
  ): Promise<TufPublication> {
    const standing = await rebuildStanding(options.root, from, options);
    const { roles: next } = parseMetadata(root, 'root').signed;
    for (const role of ['timestamp', 'snapshot'] as const) {
      const old = standing.root.roles[role].keyids;
      if (next[role].keyids.some((keyid) => old.includes(keyid)))
        throw new TufError('rollback', 'clients forget it only for another key', { file: role });
    }
    return new TufRepository(options, standing).install({ root, roles });
  }

  /** What clients see. */
  get standing(): Standing {
    return this.#standing;
  }

  /**
   * Targets come and go, each in the role that has its path; of one path the last change counts. Null when all of
   * it was so before. Throws `missing` before the first ceremony; `taken`.
   */
  async change(changes: Iterable<TargetChange>): Promise<TufPublication | null> {
    const edits = new Map<string, Edit>();
    for (const [role, targets] of this.#byRole(changes)) edits.set(role, withTargets(targets));
    const { standing, written } = await writeRoles(this.#plan(edits), this.#options);
    return written.length === 0 ? null : this.#announced(standing, written, null);
  }

  /** Signs anew what is due, and the timestamp always. Throws `missing` before the first ceremony; `taken`. */
  async renew(): Promise<TufPublication> {
    return this.#publish(this.#plan(new Map()), null);
  }

  /** Signs everything anew that is signed on line. Throws as {@link renew}. */
  async resignAll(): Promise<TufPublication> {
    return this.#publish(this.#plan(anew(onlineRoles(this.#standing))), null);
  }

  /**
   * Takes what others signed: each role is checked by whoever then says whose keys it has, and is newer than the one
   * that stands. What signs on line with other keys from now on is signed anew. Throws `threshold`, `rollback`,
   * `mix-and-match`, `missing`, `taken` and what reading metadata does; clients see nothing of it then.
   */
  async install({ root: bytes, roles }: Installation): Promise<TufPublication> {
    const before = this.#standing;
    const root = bytes === undefined ? null : parseMetadata(bytes, 'root');
    if (root !== null) await checkRoot(root, before.root, this.#options.verifier);
    const above = root === null ? before : { ...before, root: root.signed };
    const { next, given } = await readInstalled(roles, above, this.#options.verifier);
    await checkInstalled(before, next, given, this.#options);
    const changed = onlineRoles(next).filter((role) => !hasSameKeys(role, before, next));
    await this.#putFirstRoot();
    return this.#publish({ before, next, given, edits: anew(changed) }, root);
  }

  /**
   * Says on line who signs for themselves until people meet, and what these authors have signed, by role. Throws as
   * {@link install}.
   */
  async installRecentClaims(
    delegations: Delegations,
    roles: ReadonlyMap<string, Uint8Array>,
  ): Promise<TufPublication> {
    const before = this.#standing;
    const recent = before.named.get(RECENTLY_CLAIMED);
    if (recent === undefined)
      throw new TufError('missing', 'is not laid out yet', { file: RECENTLY_CLAIMED });
    const named = new Map(before.named).set(RECENTLY_CLAIMED, { ...recent, delegations });
    const { next, given } = await readInstalled(roles, { ...before, named }, this.#options.verifier);
    await checkInstalled(before, next, given, this.#options);
    const edits = new Map<string, Edit>([[RECENTLY_CLAIMED, (now) => ({ ...now, delegations })]]);
    return this.#publish({ before, next, given, edits }, null);
  }

  #plan(edits: ReadonlyMap<string, Edit>): Plan {
    return { before: this.#standing, next: this.#standing, edits, given: [] };
  }

  #byRole(changes: Iterable<TargetChange>): Map<string, Map<string, TargetChange>> {
    const found = new Map<string, Map<string, TargetChange>>();
    for (const change of changes) {
      const role = roleOfTarget(change.path, this.#standing.named, this.#options.digest);
      const known = found.get(role) ?? new Map<string, TargetChange>();
      const earlier = known.get(change.path)?.target ?? null;
      if (change.target === null || change.once !== true || earlier === null) known.set(change.path, change);
      found.set(role, known);
    }
    return found;
  }

  async #publish(plan: Plan, root: Metadata<Root> | null): Promise<TufPublication> {
    const { standing, written } = await writeRoles(plan, this.#options);
    return this.#announced(standing, written, root);
  }

  async #announced(
    standing: Standing,
    written: readonly WrittenRole[],
    root: Metadata<Root> | null,
  ): Promise<TufPublication> {
    const announcement = { before: this.#standing, standing, root };
    const announced = await announce(announcement, written.length > 0, this.#options);
    this.#standing = announced.standing;
    const { timestamp, snapshot } = this.#standing;
    const top = announced.written.map(({ signed, bytes }) =>
      writtenRole(signed.kind, signed.version, bytes, this.#options),
    );
    return { timestamp: timestamp.version, snapshot: snapshot.version, written: [...written, ...top] };
  }

  /** Clients begin with a root that they have; others read all of them here. */
  async #putFirstRoot(): Promise<void> {
    const { store, root: bytes } = this.#options;
    if (this.#standing.announced !== null) return;
    const { version } = parseMetadata(bytes, 'root').signed;
    await store.putNew([{ path: metadataPath('root', version), bytes }]);
  }
}

function anew(roles: readonly string[]): Map<string, Edit> {
  return new Map(roles.map((role) => [role, ANEW]));
}
