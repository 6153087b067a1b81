/** The chain of the audit log: each entry's hash covers the one before it, so that none can go or change unseen. */
import { canonicalJson, encodeUtf8, type Sha256, toHex } from 'cpansec/base';

/** Who did what to what. Ids, states and counts only: the log outlives the keys of the cases that it names. */
export interface Act {
  /** `member:ID`, `participant:ID`, `reporter:ID`, `anonymous`, `desk`. */
  readonly actor: string;
  /** A closed word, `case.read`. */
  readonly act: string;
  /** `case:ID` and the like; empty for the desk itself. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface Entry extends Act {
  /** From 1. */
  readonly seq: number;
  /** UTC instant with milliseconds. */
  readonly at: string;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** What stands before the first entry. */
export const GENESIS: Pick<Entry, 'seq' | 'hash'> = { seq: 0, hash: '0'.repeat(64) };

/** The entry that follows `before`. */
export function chained(before: Pick<Entry, 'seq' | 'hash'>, act: Act, at: string, sha256: Sha256): Entry {
  const entry = { ...act, seq: before.seq + 1, at };
  return { ...entry, hash: hashOf(before.hash, entry, sha256) };
}

function hashOf(
  before: string,
  { seq, at, actor, act, subject, detail }: Omit<Entry, 'hash'>,
  sha256: Sha256,
): string {
  const text = canonicalJson({ before, seq, at, actor, act, subject, detail: { ...detail } });
  return toHex(sha256(encodeUtf8(`cpansec-desk ledger v1\n${text}`)));
}

/** What is wrong with a chain, and where. */
export interface Break {
  readonly seq: number;
  readonly problem: string;
}

/** Follows a chain from an entry that is known; tells the first break. */
export class Verifier {
  #last: Pick<Entry, 'seq' | 'hash'>;
  readonly #sha256: Sha256;

  constructor(sha256: Sha256, from: Pick<Entry, 'seq' | 'hash'> = GENESIS) {
    this.#sha256 = sha256;
    this.#last = from;
  }

  /** The last entry that was found whole. */
  get last(): Pick<Entry, 'seq' | 'hash'> {
    return this.#last;
  }

  /** Null when the entry follows. */
  follow(entry: Entry): Break | null {
    const wanted = this.#last.seq + 1;
    if (entry.seq !== wanted) return { seq: wanted, problem: `entry ${entry.seq} stands in its place` };
    if (hashOf(this.#last.hash, entry, this.#sha256) !== entry.hash)
      return { seq: wanted, problem: 'was changed, or the one before it' };
    this.#last = entry;
    return null;
  }
}
