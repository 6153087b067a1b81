/** Values by key up to a number of bytes; what was not asked for longest goes first. */
export class Cache<V> {
  readonly #limit: number;
  readonly #size: (value: V) => number;
  readonly #values = new Map<string, V>();
  readonly #pending = new Map<string, Promise<V>>();
  #bytes = 0;

  constructor(limit: number, size: (value: V) => number) {
    this.#limit = limit;
    this.#size = size;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** The value, made once however many ask for it meanwhile. What throws is not kept. */
  async load(key: string, make: () => Promise<V>): Promise<V> {
    const known = this.get(key) ?? this.#pending.get(key);
    if (known !== undefined) return known;
    const making = make();
    this.#pending.set(key, making);
    try {
      const value = await making;
      this.#keep(key, value);
      return value;
    } finally {
      this.#pending.delete(key);
    }
  }

  #keep(key: string, value: V): void {
    const size = this.#cost(key, value);
    // One value must not drive out all others.
    if (size > this.#limit / 4) return;
    this.#values.set(key, value);
    this.#bytes += size;
    for (const [oldest, old] of this.#values) {
      if (this.#bytes <= this.#limit) return;
      this.#values.delete(oldest);
      this.#bytes -= this.#cost(oldest, old);
    }
  }

  #cost(key: string, value: V): number {
    return this.#size(value) + 2 * key.length + OVERHEAD;
  }
}

/** An entry of a map and what holds the bytes, roughly. */
const OVERHEAD = 150;
