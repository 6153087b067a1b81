/** Which of the entries the log has, which it gets, and where. */
import { formatEntry, identityOf, onceOf, parseEntry, sequenceOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import type { Seen, SeenEntry, SeenFact, SeenPlace } from './keeping.ts';

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

/** An entry with its bytes and what it is known by. */
export interface Fact extends SeenFact {
  readonly bytes: Uint8Array;
  /** Only the newest of its slot makes it a duplicate. */
  readonly sequence: boolean;
}

/** Throws `entry`. */
export function factsOf(entries: readonly LogEntry[]): Fact[] {
  return entries.map(factOf);
}

/** The first of them gets the index `size`. */
export function plan(facts: readonly Fact[], size: number, seen: Seen): Plan {
  const here = new Planning(size, seen);
  const places = seen.find(facts);
  return { added: facts.map((fact, i) => here.add(fact, places[i] ?? NOWHERE)), fresh: here.fresh };
}

const NOWHERE: SeenPlace = { place: null, first: null };

function factOf(entry: LogEntry): Fact {
  const [once, sequence] = [onceOf(entry), sequenceOf(entry)];
  return {
    bytes: formatEntry(entry),
    identity: identityOf(entry),
    slot: once ?? sequence,
    sequence: sequence !== null,
  };
}

/** What this batch does to a slot. */
interface Slot {
  readonly first: number;
  readonly latest: { readonly identity: string; readonly index: number };
}

class Planning {
  readonly fresh: Planned[] = [];
  readonly #size: number;
  readonly #seen: Seen;
  readonly #found = new Map<string, number>();
  readonly #slots = new Map<string, Slot>();

  constructor(size: number, seen: Seen) {
    this.#size = size;
    this.#seen = seen;
  }

  add(fact: Fact, { place, first }: SeenPlace): Added {
    const { bytes, identity, slot } = fact;
    const there = fact.sequence ? this.#latest(fact) : (this.#found.get(identity) ?? place);
    const before = (slot === null ? undefined : this.#slots.get(slot)?.first) ?? first;
    if (there !== null) return { index: there, duplicate: true, conflict: other(fact, before, there) };
    const index = this.#size + this.fresh.length;
    this.fresh.push({ identity, slot, index, bytes });
    this.#found.set(identity, index);
    if (slot === null) return { index, duplicate: false, conflict: null };
    this.#slots.set(slot, { first: before ?? index, latest: { identity, index } });
    return { index, duplicate: false, conflict: other(fact, before, index) };
  }

  #latest(fact: SeenFact): number | null {
    const here = this.#slots.get(fact.slot ?? '')?.latest;
    if (here === undefined) return this.#seen.latest(fact);
    return here.identity === fact.identity ? here.index : null;
  }
}

/** Where another digest stands of what has one for ever. */
function other({ sequence }: Fact, first: number | null, index: number): number | null {
  return sequence || first === index ? null : first;
}

/** What is known of an entry of the log; of one that is not ours nothing is, so that it is no duplicate of anything. */
export function seenOf(bytes: Uint8Array, index: number): SeenEntry {
  const entry = parseEntry(bytes);
  if (entry === null) return { index, identity: `unknown ${index}`, slot: null };
  return { index, identity: identityOf(entry), slot: onceOf(entry) ?? sequenceOf(entry) };
}
