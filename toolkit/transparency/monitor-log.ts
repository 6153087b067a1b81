/** Log audit: nothing was taken back, every entry can be read, nothing has two digests, witnesses saw the same. */
import { encodeUtf8, toHex } from '../base/index.ts';
import type { NoteVerifier } from '../formats/index.ts';
import { MAX_CHECKPOINT, readCheckpoint } from './checkpoint.ts';
import { verifySignatures } from './cosignature.ts';
import { onceOf, parseEntry, subjectsOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError } from './errors.ts';
import { findEntries } from './find-entries.ts';
import { HASH } from './merkle.ts';
import { type Finding, type Watch, watched } from './monitor.ts';
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

export interface LogWatch extends Watch {
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
}

/** Throws what reading entries does, and `checkpoint` for a `seen` of another log. */
export async function auditLog(view: LogView, watch: LogWatch): Promise<LogReport> {
  const audit = new Audit(view, watch);
  if (watch.seen !== null) await audit.against(watch.seen, 'the run before');
  await audit.entries();
  audit.lookups();
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
  readonly #view: LogView;
  readonly #watch: LogWatch;
  /** Index of the first entry of what has one digest for ever. */
  readonly #once = new Map<string, number>();
  /** Entries of such that their own lookup does not name. */
  readonly #unnamed: number[] = [];

  constructor(view: LogView, watch: LogWatch) {
    this.#view = view;
    this.#watch = watch;
  }

  async entries(): Promise<void> {
    for await (const { index, said, problem } of watched(this.#view, this.#watch)) {
      if (problem !== null) this.#add('entry', `entry ${index}`, problem, { index });
      if (said !== null) await this.#conflict(index, said);
    }
  }

  /** Entries that were looked at before are found by the lookup: a run from the first entry on needs none. */
  async #conflict(index: number, said: LogEntry): Promise<void> {
    const once = onceOf(said);
    if (once === null || !('sha256' in said)) return;
    const [subject = ''] = subjectsOf(said);
    const first = this.#once.get(once) ?? (await this.#earlier(once, subject, index)) ?? index;
    this.#once.set(once, first);
    const digest = first === index ? said.sha256 : await this.#digestAt(first);
    if (digest === said.sha256) return;
    this.#add('conflict', subject, `sha256 ${said.sha256}, and ${digest} by entry ${first}`, { index });
  }

  async #earlier(once: string, subject: string, read: number): Promise<number | undefined> {
    if (this.#watch.from === 0) return undefined;
    const found = await findEntries(this.#view, subject);
    if (!found.some(({ index }) => index === read)) this.#unnamed.push(read);
    return found.find(({ index, said }) => index < this.#watch.from && onceOf(said) === once)?.index;
  }

  async #digestAt(index: number): Promise<string | null> {
    const { reader, checkpoint } = this.#view;
    const said = parseEntry((await reader.entry(index, checkpoint)).entry);
    return said !== null && 'sha256' in said ? said.sha256 : null;
  }

  /** A lookup that hides what was just read may hide what it is in conflict with. */
  lookups(): void {
    const [first, ...more] = this.#unnamed;
    if (first === undefined) return;
    const others = more.length === 0 ? '' : `, nor ${more.length} more`;
    const words = `the lookup does not name entry ${first}${others}: an earlier digest would not be found`;
    this.#add('lookup', this.#view.checkpoint.origin, words, { level: 'unknown' });
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

/** RFC 3339 UTC. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
