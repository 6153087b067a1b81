/** Which of the entries the log has, which it gets, and where. */
import { formatEntry, identityOf, onceOf, parseEntry, sequenceOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import type { Seen, SeenEntry, SeenSlot } from './keeping.ts';

export interface Added {
  readonly index: number;
  /** The log had it before. */
  readonly duplicate: boolean;
  /** Where another digest of the same path stands; one path has one digest for ever. */
  readonly conflict: number | null;
}

export interface Planned extends SeenEntry {
  readonly bytes: Uint8Array;
}

export interface Plan {
  /** One for each entry. */
  readonly added: Added[];
  /** What is to be appended. */
  readonly fresh: Planned[];
}

/** The first of them gets the index `size`. Throws `entry`. */
export function plan(entries: readonly LogEntry[], size: number, seen: Seen): Plan {
  const here = new Planning(size, seen);
  return { added: entries.map((entry) => here.add(entry)), fresh: here.fresh };
}

class Planning {
  readonly fresh: Planned[] = [];
  readonly #size: number;
  readonly #seen: Seen;
  readonly #found = new Map<string, number>();
  readonly #slots = new Map<string, SeenSlot>();

  constructor(size: number, seen: Seen) {
    this.#size = size;
    this.#seen = seen;
  }

  add(entry: LogEntry): Added {
    const [identity, once, sequence] = [identityOf(entry), onceOf(entry), sequenceOf(entry)];
    const name = once ?? sequence;
    const slot = name === null ? null : (this.#slots.get(name) ?? this.#seen.slot(name));
    const there = sequence === null ? this.#find(identity) : latest(slot, identity);
    if (there !== null) return { index: there, duplicate: true, conflict: null };
    const index = this.#size + this.fresh.length;
    this.fresh.push({ index, identity, slot: name, bytes: formatEntry(entry) });
    this.#found.set(identity, index);
    if (name !== null)
      this.#slots.set(name, { first: slot?.first ?? { identity, index }, latest: { identity, index } });
    return { index, duplicate: false, conflict: once === null ? null : (slot?.first.index ?? null) };
  }

  #find(identity: string): number | null {
    return this.#found.get(identity) ?? this.#seen.find(identity);
  }
}

function latest(slot: SeenSlot | null, identity: string): number | null {
  return slot?.latest.identity === identity ? slot.latest.index : null;
}

/** What is known of an entry of the log; of one that is not ours nothing is, so that it is no duplicate of anything. */
export function seenOf(bytes: Uint8Array, index: number): SeenEntry {
  const entry = parseEntry(bytes);
  if (entry === null) return { index, identity: `unknown ${index}`, slot: null };
  return { index, identity: identityOf(entry), slot: onceOf(entry) ?? sequenceOf(entry) };
}
