/** What a repository says now, by mirrors that nobody has to trust. */
import { checkBin, checkBytes, hasExpired, nameDigest, targetAddress } from './check.ts';
import { type Delegated, delegatedFor } from './delegation.ts';
import { TufError } from './errors.ts';
import type { Metadata } from './metadata.ts';
import { fromMirrors } from './mirrors.ts';
import { type Root, type TargetFile, type Targets, TOP_ROLES, type TopRole } from './model.ts';
import type { FetchBytes, TufOps } from './ops.ts';
import {
  type Authority,
  checkSigned,
  metaOf,
  Overtaken,
  ownRoot,
  type Trusted,
  TUF_LIMITS,
  type TufLimits,
  Update,
} from './update.ts';

export interface TufClientOptions {
  /** Metadata by its name; the first that serves is asked. None for {@link TufClient.offline}. */
  readonly mirrors: readonly FetchBytes[];
  readonly limits?: Partial<TufLimits>;
}

/** A file that the repository has. */
export interface FoundTarget extends TargetFile {
  readonly path: string;
  /** Who says so. */
  readonly role: string;
}

/** Versions of the top roles, and how old what is known may be. */
export interface TufState {
  readonly versions: Readonly<Record<TopRole, number>>;
  /** After it nothing is believed until a mirror shows newer metadata. */
  readonly expires: string;
  /** Top roles that have expired; none after a refresh. */
  readonly expired: readonly TopRole[];
  /** When mirrors were last asked with success; null for never. */
  readonly refreshed: string | null;
}

export interface TufDownload {
  /** Files by their path; the first that has the bytes that were signed serves. */
  readonly mirrors: readonly FetchBytes[];
  /** Files stand at names with their digest, if metadata does with its version. Default true. */
  readonly hashedNames?: boolean;
}

/** Delegated roles of one update that are kept in memory. */
const MAX_KNOWN = 256;
const MAX_TRIES = 10;

interface KnownRole {
  readonly metadata: Metadata<Targets>;
  /** Roles under whose delegation its signatures were checked. */
  readonly under: Set<string>;
}

/** One role to look through, and who delegates to it. */
interface Step {
  readonly delegated: Delegated;
  readonly under: string;
  readonly by: Authority;
}

interface Session {
  readonly update: Update;
  readonly trusted: Trusted;
  readonly known: Map<string, KnownRole>;
}

export class TufClient {
  readonly #ops: TufOps;
  readonly #mirrors: readonly FetchBytes[];
  readonly #limits: TufLimits;
  #session: Session | null = null;

  constructor(ops: TufOps, { mirrors, limits }: TufClientOptions) {
    this.#ops = ops;
    this.#mirrors = mirrors;
    this.#limits = { ...TUF_LIMITS, ...limits };
  }

  /**
   * Trusts a root that came by another way, where none is trusted yet or it is that one. Throws `format`,
   * `threshold` for one that its own keys have not signed, `cache` where another is trusted.
   */
  async trustRoot(bytes: Uint8Array): Promise<void> {
    await ownRoot(bytes, this.#ops);
    if (!(await this.#ops.cache.store('root', bytes, null)))
      throw new TufError('cache', 'another one is trusted already', { file: 'root' });
  }

  /**
   * Brings the top roles up to date, by the first mirror that shows a whole repository. Throws what was wrong at the
   * first mirror; what was proved until then is kept.
   */
  async refresh(): Promise<TufState> {
    const wrong: TufError[] = [];
    for (const mirror of this.#mirrors) {
      try {
        await this.#begin([mirror, ...this.#mirrors.filter((other) => other !== mirror)]);
        await this.#ops.cache.noteRefreshed(secondsOf(this.#ops.now()));
        return await this.#state();
      } catch (error) {
        if (!(error instanceof TufError)) throw error;
        wrong.push(error);
      }
    }
    throw wrong[0] ?? new TufError('unreachable', 'no mirror is known', { file: 'timestamp' });
  }

  /** Goes on with what is kept, expired or not, and asks nobody; the state says how old that is. Throws `cache`. */
  async offline(): Promise<TufState> {
    await this.#begin([]);
    return this.#state();
  }

  /** 5.6.7: the file at the path, or null where no role that may say so has one. Refreshes if that was not done. */
  async find(path: string): Promise<FoundTarget | null> {
    const session = await this.#current();
    const { root, targets } = session.trusted;
    const asked = [topStep(root.signed)];
    const visited = new Set<string>();
    for (let step = asked.pop(); step !== undefined; step = asked.pop()) {
      const { name } = step.delegated;
      if (visited.has(name)) continue;
      if (visited.size > this.#limits.roles)
        throw new TufError('too-many', `more than ${this.#limits.roles} roles are asked`, { file: path });
      visited.add(name);
      const { signed } = name === 'targets' ? targets : await this.#delegated(session, step);
      const file = signed.targets.get(path);
      if (file !== undefined) return { path, role: name, ...file };
      const next = nextSteps(signed, name, path, this.#ops);
      if (next.some(({ delegated }) => delegated.terminating)) asked.length = 0;
      asked.push(...next.reverse());
    }
    return null;
  }

  /** The bytes of a file that was found. Throws `length`, `hash`, and what mirrors do wrong. */
  async download(target: FoundTarget, { mirrors, hashedNames = true }: TufDownload): Promise<Uint8Array> {
    const { trusted } = await this.#current();
    const { path: file, length } = target;
    if (length > this.#limits.file)
      throw new TufError('bounds', `${length} bytes, at most ${this.#limits.file}`, { file });
    const hashed = hashedNames && trusted.root.signed.consistentSnapshot;
    const path = targetAddress(file, hashed ? nameDigest(target, file) : undefined);
    return fromMirrors(mirrors, {
      path,
      file,
      limit: length,
      check: (bytes) => {
        checkBytes(bytes, target, file, this.#ops.digest);
        return bytes;
      },
    });
  }

  /** As of the last refresh, or of what is kept. */
  async #state(): Promise<TufState> {
    const { trusted } = await this.#current();
    const now = this.#ops.now();
    const versions = (role: TopRole): number => trusted[role].signed.version;
    return {
      versions: {
        root: versions('root'),
        timestamp: versions('timestamp'),
        snapshot: versions('snapshot'),
        targets: versions('targets'),
      },
      expires: TOP_ROLES.map((role) => trusted[role].signed.expires).sort()[0] ?? '',
      expired: TOP_ROLES.filter((role) => hasExpired(trusted[role].signed.expires, now)),
      refreshed: await this.#ops.cache.refreshed(),
    };
  }

  async #current(): Promise<Session> {
    if (this.#session === null) await this.refresh();
    if (this.#session === null) throw new TufError('cache', 'nothing is known', { file: 'root' });
    return this.#session;
  }

  async #begin(mirrors: readonly FetchBytes[]): Promise<void> {
    this.#session = null;
    for (let tries = 1; ; tries++) {
      try {
        const update = new Update({ ops: this.#ops, limits: this.#limits, mirrors });
        this.#session = { update, trusted: await update.run(), known: new Map() };
        return;
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (tries === MAX_TRIES)
          throw new TufError('cache', 'others keep writing here', { file: error.message }, { cause: error });
      }
    }
  }

  /** A role may be delegated to by several: what is known of it counts under each of them after a check of its own. */
  async #delegated({ update, trusted, known }: Session, step: Step): Promise<Metadata<Targets>> {
    const { delegated, under, by } = step;
    const { name } = delegated;
    const role = known.get(name);
    if (role !== undefined) {
      if (!role.under.has(under)) await checkSigned(role.metadata, by, name, this.#ops);
      role.under.add(under);
      return role.metadata;
    }
    const meta = metaOf(trusted.snapshot.signed, name);
    const metadata = await update.pinned({ kind: 'targets', name, meta, by }, ({ signed }) =>
      checkBin(signed, delegated, this.#ops.digest),
    );
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? '');
    known.set(name, { metadata, under: new Set([under]) });
    return metadata;
  }
}

function topStep({ keys, roles }: Root): Step {
  const delegated = { name: 'targets', role: roles.targets, terminating: false };
  return { delegated, under: 'root', by: { role: roles.targets, keys } };
}

function nextSteps({ delegations }: Targets, under: string, path: string, { digest }: TufOps): Step[] {
  if (delegations === null) return [];
  const { keys } = delegations;
  const asked = delegatedFor(delegations, path, digest);
  return asked.map((delegated) => ({ delegated, under, by: { role: delegated.role, keys } }));
}

function secondsOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
