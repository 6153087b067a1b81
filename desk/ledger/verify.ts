/** A log against the heads that were signed of it: what was changed, left out, cut off or made another way. */
import { PlacedError, type Sha256 } from 'cpansec/base';
import type { Ed25519, NoteVerifier } from 'cpansec/formats';
import { type Entry, GENESIS, Verifier } from './chain.ts';
import { type Head, openHead } from './head.ts';

export interface Trust {
  /** Whose heads count. */
  readonly verifier: NoteVerifier;
  readonly ed25519: Pick<Ed25519, 'verify'>;
  readonly sha256: Sha256;
}

export interface CheckedLedger {
  readonly entries: number;
  /** Heads that the key signed. */
  readonly heads: number;
  /** Entries after the last signed head: their end can be cut off unseen. */
  readonly unsigned: number;
  /** What is wrong, at most {@link MAX_FAULTS}; nothing when the log is whole. */
  readonly faults: readonly Fault[];
}

/** `seq` is that of the entry; null for a head that says nothing. */
export interface Fault {
  readonly seq: number | null;
  readonly problem: string;
}

export const MAX_FAULTS = 100;

/**
 * Follows the entries from the first one. `heads` are signed notes: those that stand beside the log, and above all
 * those that were kept elsewhere, since whoever cuts off a log cuts off its heads as well.
 */
export async function verifyLedger(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  heads: Iterable<string>,
  trust: Trust,
): Promise<CheckedLedger> {
  const check = new LedgerCheck(trust);
  for (const head of heads) await check.head(head);
  for await (const entry of entries) check.entry(entry);
  return check.end();
}

/** One reading of a log: its heads in any order, and its entries in theirs. */
export class LedgerCheck {
  readonly #trust: Trust;
  readonly #faults: Fault[] = [];
  readonly #heads = new Map<number, Head[]>();
  #chain: Verifier;
  #entries = 0;
  #counted = 0;
  #covered = 0;

  constructor(trust: Trust) {
    this.#trust = trust;
    this.#chain = new Verifier(trust.sha256, GENESIS);
  }

  /** A head that was signed of what comes later. One that the key did not sign is a fault. */
  async head(note: string): Promise<void> {
    const head = await this.#opened(note);
    if (head === null) return;
    this.#counted++;
    this.#heads.set(head.seq, [...(this.#heads.get(head.seq) ?? []), head]);
  }

  entry(entry: Entry): void {
    this.#entries++;
    const found = this.#chain.follow(entry);
    if (found !== null) {
      this.#fault(found.seq, found.problem);
      this.#chain = new Verifier(this.#trust.sha256, entry);
    }
    for (const { at, hash } of this.#heads.get(entry.seq) ?? []) {
      if (hash === entry.hash) this.#covered = this.#entries;
      else this.#fault(entry.seq, `another entry stood here when a head was signed at ${at}`);
    }
    this.#heads.delete(entry.seq);
  }

  end(): CheckedLedger {
    for (const [seq, [head]] of this.#heads)
      this.#fault(seq, `is not there, and was when a head was signed at ${head?.at ?? ''}`);
    const entries = this.#entries;
    return { entries, heads: this.#counted, unsigned: entries - this.#covered, faults: this.#faults };
  }

  async #opened(note: string): Promise<Head | null> {
    try {
      return await openHead(note, this.#trust.verifier, this.#trust.ed25519);
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      this.#fault(null, `a head: ${error.message}`);
      return null;
    }
  }

  #fault(seq: number | null, problem: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ seq, problem });
  }
}
