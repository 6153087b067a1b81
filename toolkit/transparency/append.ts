/**
 * The writer of a log. What it has signed it never signs another way, whenever it is killed and whatever its disk
 * does: a batch is made durable before it is signed, and what was signed last stands apart from the log, in a lock
 * that only changes from the one value to the next.
 */

import { encodeUtf8, type Sha256Into } from '../base/index.ts';
import type { NoteSigner } from '../formats/index.ts';
import { signNote } from '../formats/index.ts';
import { CHECKPOINT_PATH, type Checkpoint, formatCheckpoint, MAX_CHECKPOINT } from './checkpoint.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError } from './errors.ts';
import { type Edge, grow } from './grow.ts';
import type { CheckpointLock, LogStore, Seen, SeenEntry } from './keeping.ts';
import { formatLock } from './lock-state.ts';
import { EMPTY_ROOT } from './merkle.ts';
import type { SignatureOps } from './ops.ts';
import { type Added, type Fact, factsOf, type Planned, plan, seenOf } from './plan.ts';
import { LogReader } from './reader.ts';
import { type Recovered, recover } from './recover.ts';
import { formatBatch, STAGING, stagingPath } from './staging.ts';
import type { Gathered } from './witness-client.ts';

export interface LogOptions {
  /** Name of the log: its address without the scheme, and the name of its keys. */
  readonly origin: string;
  readonly store: LogStore;
  readonly lock: CheckpointLock;
  readonly seen: Seen;
  /** The log's own keys, at least one: while one takes over from another, both. */
  readonly signers: readonly NoteSigner[];
  readonly hash: Sha256Into;
  readonly ed25519: SignatureOps;
  /** Milliseconds since 1970. */
  now(): number;
  /** Asks witnesses; without it the log's own signature is enough. */
  readonly cosign?: Cosign;
  /** Entries of a batch, and milliseconds that one waits for others. Default 1,024 and 250. */
  readonly batch?: { readonly entries?: number; readonly wait?: number };
}

export type Cosign = (
  note: string,
  /** From an older size to the one that is to be signed. */
  proofFrom: (size: number) => Promise<Uint8Array[]>,
) => Promise<Cosigned>;

export interface Cosigned extends Gathered {
  /** A witness that has a larger tree, signed by a key of ours; null when none has. */
  readonly ahead: { readonly name: string; readonly size: number } | null;
}

export interface Publishing extends Omit<Gathered, 'note'> {
  /** What everybody sees now. */
  readonly published: Checkpoint | null;
}

const OVERTAKEN = 'another writer has signed meanwhile: a log has one';
const BATCH = 1024;
const WAIT = 250;
/** A clock that is set right again by this much is no clock that was set back. */
const MAX_BACK = 60_000;

/** What {@link Log.open} found, and then what became of it. */
type Standing = Omit<Recovered, 'edge'> & { readonly edge: Edge };

interface Waiting {
  readonly entry: LogEntry;
  resolve(added: Added): void;
  reject(reason: unknown): void;
}

/** One writer of one log. Once anything failed while a batch was written it does nothing more: open it again. */
export class Log {
  readonly #options: LogOptions;
  #standing: Standing;
  /** Full tiles and bundles since the last publication, whose partial ones nobody needs after it. */
  #filled: string[] = [];
  #ended: unknown = null;
  /** Witnesses have been asked since it was opened. */
  #asked = false;
  #publishing: Publishing | null = null;
  /** One thing after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  private constructor(options: LogOptions, standing: Standing) {
    this.#options = options;
    this.#standing = standing;
  }

  /** A log of no entries, published. Throws `exists` where one is or was. */
  static async create(options: LogOptions): Promise<Log> {
    const { store, lock, seen, origin, signers } = options;
    const there = (await lock.load()) !== null || seen.size() > 0 || (await holdsAnything(store));
    const note = await signNote(formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT }), signers);
    const next = formatLock({ time: options.now(), note });
    if (there || !(await lock.swap(null, next)))
      throw new TransparencyError('exists', 'there is a log already');
    const log = await Log.open(options);
    await log.publish();
    return log;
  }

  /** Finishes what a killed writer left. Throws `lock`, and what a damaged store makes a reader throw. */
  static async open(options: LogOptions): Promise<Log> {
    const verifiers = options.signers.map(({ verifier }) => verifier);
    const log = new Log(options, await recover({ ...options, verifiers }));
    await log.#learn();
    return log;
  }

  /** What was signed last. */
  get checkpoint(): Checkpoint {
    return this.#standing.checkpoint;
  }

  /** What everybody sees; null when nothing was ever published. */
  get published(): Checkpoint | null {
    return this.#standing.published;
  }

  /** What became of the last publication; null when there was none since the log was opened. */
  get publishing(): Publishing | null {
    return this.#publishing;
  }

  /**
   * Resolves when the entry is in the log for ever. Waits for others, so that they are appended together. Throws
   * what {@link addAll} does.
   */
  add(entry: LogEntry): Promise<Added> {
    const added = new Promise<Added>((resolve, reject) => this.#waiting.push({ entry, resolve, reject }));
    const { entries = BATCH, wait = WAIT } = this.#options.batch ?? {};
    if (this.#waiting.length >= entries) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
    return added;
  }

  /**
   * Resolves when all are in the log for ever, in this order; those that it has already keep their place. Throws
   * `entry`, `clock`, `taken`, `ended`, and what the store throws.
   */
  async addAll(entries: readonly LogEntry[]): Promise<Added[]> {
    const most = this.#options.batch?.entries ?? BATCH;
    const added: Added[] = [];
    let facts = factsOf(entries.slice(0, most));
    for (let i = most; facts.length > 0; i += most) {
      const batch = facts;
      const appending = this.#inTurn(() => this.#append(batch));
      // While the disk is at it the next batch is put into words.
      const next = meanwhile(() => factsOf(entries.slice(i, i + most)));
      next.catch(() => {}); // told when its turn comes
      added.push(...(await appending));
      facts = await next;
    }
    return added;
  }

  /** Shows everybody what was signed, when enough witnesses sign it too; else the last good checkpoint stays. */
  publish(): Promise<Publishing> {
    return this.#inTurn(() => this.#publish());
  }

  /** Resolves when everything that was added is done. */
  async close(): Promise<void> {
    this.#flush();
    await this.#turn;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const all = this.addAll(waiting.map(({ entry }) => entry));
    for (const [i, { resolve, reject }] of waiting.entries())
      all.then((added) => resolve(added[i] as Added), reject); // one for each entry
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      if (this.#ended === null) return work();
      const problem = 'this writer has failed: open the log again';
      throw new TransparencyError('ended', problem, {}, { cause: this.#ended });
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  async #append(facts: readonly Fact[]): Promise<Added[]> {
    const { seen } = this.#options;
    const planned = plan(facts, this.#standing.edge.size, seen);
    if (planned.fresh.length > 0) {
      await this.#askBefore();
      const time = this.#time();
      await this.#orEnd(() => this.#write(planned.fresh, time));
    }
    // What an earlier writer could not publish is published now, with new entries or without.
    if (this.#standing.published?.size !== this.#standing.checkpoint.size) await this.#publish();
    return planned.added;
  }

  /** Before anything is signed witnesses are shown what was signed last: an old copy of a log learns it from them. */
  async #askBefore(): Promise<void> {
    if (this.#asked || this.#standing.checkpoint.size === 0) return;
    await this.#cosigned();
    this.#asked = true;
  }

  async #cosigned(): Promise<Gathered> {
    const { state } = this.#standing;
    const alone = { note: state.note, met: true, missing: '', answers: [], ahead: null };
    const { ahead, ...gathered } =
      (await this.#options.cosign?.(state.note, (size) => this.#proofFrom(size))) ?? alone;
    if (ahead === null) return gathered;
    const problem = `${ahead.name} has cosigned ${ahead.size} entries that this log has signed: this is an old copy of it`;
    throw new TransparencyError('lock', problem);
  }

  /** What the disk did not take is nothing to go on from: what it says of itself after that may not be so. */
  async #orEnd<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      this.#ended = cause;
      throw cause;
    }
  }

  #time(): number {
    const { time } = this.#standing.state;
    const now = this.#options.now();
    if (now >= time - MAX_BACK) return Math.max(now, time);
    const problem = `the clock says ${said(now)}, and the log was last signed at ${said(time)}: set the clock right`;
    throw new TransparencyError('clock', problem);
  }

  async #write(fresh: readonly Planned[], time: number): Promise<void> {
    const { store, lock, signers, hash, seen, origin } = this.#options;
    const { edge: before, lockText, published } = this.#standing;
    // 1. The batch is durable.
    const bytes = fresh.map((one) => one.bytes);
    const { edge, files } = grow(before, bytes, hash);
    const path = stagingPath(before, edge);
    await store.putNew([{ path, bytes: formatBatch({ from: before, entries: bytes }) }]);
    // 2. The tree is signed.
    const checkpoint = { origin, size: edge.size, root: edge.root };
    const note = await signNote(formatCheckpoint(checkpoint), signers);
    // 3. From here on it is in the log, whatever happens.
    const state = { time, note };
    const next = formatLock(state);
    if (!(await lock.swap(lockText, next))) throw new TransparencyError('taken', OVERTAKEN);
    // 4. Its tiles and bundles.
    await both(
      store.putNew(files),
      meanwhile(() => seen.add(fresh, edge.size)),
    );
    await store.remove([path]);
    this.#standing = { lockText: next, state, checkpoint, edge, published };
    this.#filled.push(...files.map((file) => file.path).filter((file) => !file.includes('.p/')));
  }

  async #publish(): Promise<Publishing> {
    const { store, lock } = this.#options;
    const { note, ...gathered } = await this.#cosigned();
    const { lockText, checkpoint, published } = this.#standing;
    if (!gathered.met) return this.#said({ ...gathered, published });
    // Witnesses take their time: who was overtaken meanwhile must not take back what another one shows.
    const show = (): Promise<void> => store.replace(CHECKPOINT_PATH, encodeUtf8(note));
    await this.#orEnd(async () => {
      if (!(await lock.hold(lockText, show))) throw new TransparencyError('taken', OVERTAKEN);
    });
    this.#standing = { ...this.#standing, published: checkpoint };
    await this.#tidy();
    return this.#said({ ...gathered, published: checkpoint });
  }

  #said(publishing: Publishing): Publishing {
    this.#publishing = publishing;
    return publishing;
  }

  #proofFrom(size: number): Promise<Uint8Array[]> {
    const { store, hash } = this.#options;
    return new LogReader(store.read, hash).consistencyProof(size, this.#standing.checkpoint);
  }

  /** Partial tiles go once the full one is public. */
  async #tidy(): Promise<void> {
    const { store } = this.#options;
    for (const path of this.#filled.splice(0)) await store.remove(await store.list(`${path}.p/`));
  }

  /** What the log holds and `seen` does not know yet. */
  async #learn(): Promise<void> {
    const { seen, store, hash } = this.#options;
    const { checkpoint } = this.#standing;
    const known = seen.size();
    if (known > checkpoint.size) {
      const problem = `${known} entries are known of a log of ${checkpoint.size}: the lock is an old one`;
      throw new TransparencyError('lock', problem);
    }
    if (known === checkpoint.size) return;
    let entries: SeenEntry[] = [];
    for await (const { index, entry } of new LogReader(store.read, hash).entries(
      known,
      checkpoint.size,
      checkpoint,
    )) {
      entries.push(seenOf(entry, index));
      if (entries.length < LEARN) continue;
      seen.add(entries, index + 1);
      entries = [];
    }
    seen.add(entries, checkpoint.size);
  }
}

/** Once what was begun waits for its disk. */
function meanwhile<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve)).then(work);
}

/** Throws the first failure, once neither is under way any more: who opens the log next is alone. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  for (const done of await Promise.allSettled([one, other]))
    if (done.status === 'rejected') throw done.reason;
}

/** A checkpoint that was never published leaves tiles. */
async function holdsAnything(store: LogStore): Promise<boolean> {
  if ((await store.read(CHECKPOINT_PATH, MAX_CHECKPOINT)) !== null) return true;
  return (await store.list('tile/')).length > 0 || (await store.list(STAGING)).length > 0;
}

/** Entries that are learnt at once. */
const LEARN = 10_000;

function said(time: number): string {
  return new Date(time).toISOString();
}
