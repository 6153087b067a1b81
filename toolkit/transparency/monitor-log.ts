/**
 * Log audit: nothing was taken back, every entry can be read, nothing has two digests, no number goes back, witnesses
 * saw the same.
 */
import { encodeUtf8, toHex } from '../base/index.ts';
import type { NoteVerifier } from '../formats/index.ts';
import { MAX_CHECKPOINT, readCheckpoint } from './checkpoint.ts';
import { verifySignatures } from './cosignature.ts';
import { onceOf, sequenceOf, subjectsOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError } from './errors.ts';
import { HASH } from './merkle.ts';
import { type Finding, unreadable, type Watch, watched } from './monitor.ts';
import type { FetchBytes, SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';
import { missingForQuorum } from './quorum.ts';
import { checkpointSignedBy, type SplitView } from './split-view.ts';
import { textOf } from './text.ts';
import { compareCheckpoints, type LogView } from './view.ts';

/** A witness that shows what it has cosigned. */
export interface AskedWitness {
  readonly name: string;
  readonly verifier: NoteVerifier;
  /** Below its monitoring address; throws `missing` where it does not answer. */
  readonly fetch: FetchBytes;
}

/** The first entry of what has one digest for ever. */
export interface FirstDigest {
  readonly index: number;
  readonly sha256: string;
}

/** What the entries before said: nothing that the log shows later can push it out. */
export interface LoggedBefore {
  /** By what has one digest for ever: a path, a revision, the version of a TUF role, the serial of a tree. */
  readonly firsts: ReadonlyMap<string, FirstDigest>;
  /** The last version of each TUF role, and the last serial. */
  readonly numbers: ReadonlyMap<string, number>;
}

export interface LogWatch extends Watch {
  /** What the run before left; null where there was none. */
  readonly before: LoggedBefore | null;
  /** The checkpoint of the run before, as it was signed. */
  readonly seen: string | null;
  readonly witnesses: readonly AskedWitness[];
  readonly policy: Policy;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds after which a cosignature is too old; null where none is expected. */
  readonly fresh: number | null;
  readonly signatures: SignatureOps;
}

export interface LogReport {
  readonly findings: readonly Finding[];
  /** Of each finding `split`, what proves it. */
  readonly evidence: readonly SplitView[];
  /** What the next run begins with. */
  readonly logged: LoggedBefore;
}

/** Throws what reading entries does, and `checkpoint` for a `seen` of another log. */
export async function auditLog(view: LogView, watch: LogWatch): Promise<LogReport> {
  const audit = new Audit(view, watch);
  if (watch.seen !== null) await audit.against(watch.seen, 'the run before');
  await audit.entries();
  audit.findings.push(...staleness(view, watch, 'found'));
  for (const witness of watch.witnesses) await audit.witness(witness);
  return audit;
}

/**
 * What shows nothing new, and has no quorum of cosignatures that are not old, may be a copy that somebody keeps from
 * growing: then no monitor sees what is new in the log.
 */
export function staleness(
  { checkpoint, witnesses }: Pick<LogView, 'checkpoint' | 'witnesses'>,
  { policy, fresh, now, at }: Pick<LogWatch, 'policy' | 'fresh' | 'now' | 'at'>,
  level: Finding['level'],
): Finding[] {
  if (fresh === null) return [];
  const young = witnesses.filter(({ time }) => now - time <= fresh).map(({ name }) => name);
  const missing = missingForQuorum(policy, new Set(young));
  if (young.length > 0 && missing === null) return [];
  const newest = Math.max(0, ...witnesses.map(({ time }) => time));
  const words =
    newest === 0
      ? 'no witness cosigned its checkpoint'
      : young.length === 0
        ? `the newest cosignature is of ${instantOf(newest)}, more than ${hours(fresh)} ago`
        : `the cosignatures of the last ${hours(fresh)} are no quorum: ${missing}`;
  return [{ kind: 'stale', level, subject: checkpoint.origin, index: null, words, at }];
}

class Audit implements LogReport {
  readonly findings: Finding[] = [];
  readonly evidence: SplitView[] = [];
  readonly logged: { readonly firsts: Map<string, FirstDigest>; readonly numbers: Map<string, number> };
  readonly #view: LogView;
  readonly #watch: LogWatch;

  constructor(view: LogView, watch: LogWatch) {
    this.#view = view;
    this.#watch = watch;
    this.logged = { firsts: new Map(watch.before?.firsts), numbers: new Map(watch.before?.numbers) };
  }

  async entries(): Promise<void> {
    const unread: number[] = [];
    for await (const { index, said, problem } of watched(this.#view, this.#watch)) {
      if (problem !== null) this.#add('entry', `entry ${index}`, problem, { index });
      else if (said === null) unread.push(index);
      else this.#entry(index, said);
    }
    this.findings.push(...unreadable(unread, this.#view, this.#watch.at));
  }

  #entry(index: number, said: LogEntry): void {
    if (!('sha256' in said)) return;
    const [subject = ''] = subjectsOf(said);
    const counted = countedBy(said);
    const once = counted?.once ?? onceOf(said);
    if (once === null) return;
    const { sha256 } = said;
    const first = this.logged.firsts.get(once);
    if (first === undefined) this.logged.firsts.set(once, { index, sha256 });
    else if (first.sha256 !== sha256) {
      const of = counted === null ? '' : `${counted.what} ${counted.number} has `;
      this.#add('conflict', subject, `${of}sha256 ${sha256}, and ${first.sha256} by entry ${first.index}`, {
        index,
      });
    }
    if (counted !== null) this.#count(counted, subject, index);
  }

  #count({ sequence, what, number }: Counted, subject: string, index: number): void {
    const last = this.logged.numbers.get(sequence) ?? 0;
    // New keys may count from anew: who watches is to know of it all the same.
    if (number < last)
      this.#add('goes-back', subject, `${what} ${number} was logged after ${what} ${last}`, { index });
    this.logged.numbers.set(sequence, number);
  }

  /** What the witness has cosigned last, beside what the log shows us. */
  async witness({ name, verifier, fetch }: AskedWitness): Promise<void> {
    const subject = `witness ${name}`;
    const { policy, signatures } = this.#watch;
    try {
      const path = `${this.#originHash()}/checkpoint`;
      const bytes = await fetch(path, MAX_CHECKPOINT);
      if (bytes === null) throw new TransparencyError('missing', 'shows no checkpoint of this log');
      const text = textOf(bytes, 'checkpoint');
      // Another key of the log than its checkpoint's may have signed what a witness keeps.
      await checkpointSignedBy(text, policy.logs, signatures);
      const { note } = readCheckpoint(text);
      if ((await verifySignatures(note, verifier, signatures)).length === 0)
        throw new TransparencyError('signature', 'shows a checkpoint that it has not cosigned');
      await this.against(text, subject);
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      const level = error.code === 'missing' ? 'unknown' : 'found';
      this.#add('witness', subject, error.message, { level });
    }
  }

  async against(seen: string, subject: string): Promise<void> {
    const continuity = await compareCheckpoints(this.#view, seen);
    if (continuity.kind === 'split') {
      this.evidence.push(continuity.evidence);
      this.#add('split', subject, 'the log signed two trees of which neither begins with the other');
    } else if (continuity.kind === 'older')
      this.#add('older', subject, 'the log shows less than was seen there', { level: 'unknown' });
  }

  #originHash(): string {
    const digest = new Uint8Array(HASH);
    this.#view.hash(digest, 0, encodeUtf8(this.#view.checkpoint.origin));
    return toHex(digest);
  }

  #add(
    kind: string,
    subject: string,
    words: string,
    { index = null, level = 'found' }: Partial<Pick<Finding, 'index' | 'level'>> = {},
  ): void {
    this.findings.push({ kind, level, subject, index, words, at: this.#watch.at });
  }
}

/** An entry that has a number in a sequence. */
interface Counted {
  readonly sequence: string;
  readonly what: 'version' | 'serial';
  readonly number: number;
  /** What has one digest for ever: sequence and number. */
  readonly once: string;
}

function countedBy(said: LogEntry): Counted | null {
  const sequence = sequenceOf(said);
  if (sequence === null) return null;
  if (said.type === 'tuf')
    return { sequence, what: 'version', number: said.version, once: `${sequence} ${said.version}` };
  if (said.type === 'manifest')
    return { sequence, what: 'serial', number: said.serial, once: `${sequence} ${said.serial}` };
  return null;
}

/** RFC 3339 UTC. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
