/**
 * Values by key up to a number of bytes, in two generations: when the young one has half of them, it becomes the
 * old one, and what was in the old one and not asked for since goes.
 */
export class Cache<V> {
  readonly #half: number;
  readonly #size: (value: V) => number;
  readonly #pending = new Map<string, Promise<V>>();
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #youngBytes = 0;
  #oldBytes = 0;

  constructor(limit: number, size: (value: V) => number) {
    this.#half = limit / 2;
    this.#size = size;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#oldBytes -= this.#cost(key, old);
    this.keep(key, old);
    return old;
  }

  /** For a key that is not held. A value that would drive out most others is not kept. */
  keep(key: string, value: V): void {
    const cost = this.#cost(key, value);
    if (cost > this.#half / 2) return;
    if (this.#youngBytes + cost > this.#half) {
      this.#old = this.#young;
      this.#oldBytes = this.#youngBytes;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(key, value);
    this.#youngBytes += cost;
  }

  /** The value, made once however many ask for it meanwhile. What throws is not kept. */
  async load(key: string, make: () => Promise<V>): Promise<V> {
    const known = this.get(key) ?? this.#pending.get(key);
    if (known !== undefined) return known;
    const making = make();
    this.#pending.set(key, making);
    try {
      const value = await making;
      this.keep(key, value);
      return value;
    } finally {
      this.#pending.delete(key);
    }
  }

  #cost(key: string, value: V): number {
    return this.#size(value) + 2 * key.length + OVERHEAD;
  }
}

/** An entry of a map and what holds the bytes, roughly. */
const OVERHEAD = 150;
