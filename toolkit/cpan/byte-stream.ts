/** Chunks of bytes read as pieces of the sizes that a parser wants. */
export class ByteStream {
  /** Bytes taken or skipped so far. */
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** The next `count` bytes; fewer only at the end. They stay valid until the next call. */
  async take(count: number): Promise<Uint8Array> {
    if (this.#chunk.length < count) await this.#gather(count);
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** The next piece of at most `count` bytes, as it lies there; empty at the end. */
  async some(count: number): Promise<Uint8Array> {
    if (this.#chunk.length === 0) await this.#more();
    return await this.take(Math.min(count, this.#chunk.length));
  }

  /** Passes over `count` bytes; false when the end comes first. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      const passed = (await this.some(left)).length;
      if (passed === 0) return false;
      left -= passed;
    }
    return true;
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #gather(count: number): Promise<void> {
    const parts: Uint8Array[] = [];
    let length = 0;
    do {
      parts.push(this.#chunk);
      length += this.#chunk.length;
    } while (length < count && (await this.#more()));
    this.#chunk = joinBytes(parts, length);
  }

  /** Leaves the next chunk that holds something; an empty one at the end. */
  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      this.#chunk = done === true ? new Uint8Array() : value;
      if (done === true || value.length > 0) return done !== true;
    }
  }
}

export function joinBytes(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
