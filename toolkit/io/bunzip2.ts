import type { Bits } from 'unbzip2-stream/lib/bzip2.js';
import { IoError } from './errors.ts';

/** More than a block can take when packed: 32,768 selectors of 50 codes of 20 bits, and its header. */
const MAX_PACKED_BLOCK = 4_200_000;
const PIECE = 1 << 16;

/**
 * What bzip2 packed, block by block: checksums are checked, streams may follow each other, and what follows the
 * last is dropped, as bunzip2 does. No more than one block, at most 47 MB, is held. Throws `bad-archive`.
 *
 * Of unbzip2-stream only the decoder is used: its stream face keeps a block as one array of numbers.
 */
export async function* bunzip2(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { default: decoder } = await import('unbzip2-stream/lib/bzip2.js');
  const bits = new BitReader();
  const blocks = new Blocks(decoder, bits);
  for await (const chunk of source) {
    bits.push(chunk);
    while (bits.waiting >= MAX_PACKED_BLOCK && !blocks.done) yield* blocks.next();
  }
  while (!blocks.done) yield* blocks.next();
}

type Decoder = typeof import('unbzip2-stream/lib/bzip2.js').default;

class Blocks {
  done = false;
  readonly #decoder: Decoder;
  readonly #bits: BitReader;
  #work: Int32Array | null = null;
  #checksum = 0;
  #streams = 0;

  constructor(decoder: Decoder, bits: BitReader) {
    this.#decoder = decoder;
    this.#bits = bits;
  }

  next(): Uint8Array[] {
    try {
      return this.#work === null ? this.#begin() : this.#block(this.#work);
    } catch (cause) {
      if (cause instanceof IoError) throw cause;
      throw new IoError('bad-archive', 'bzip2 data is damaged', {}, { cause });
    }
  }

  #begin(): Uint8Array[] {
    this.done = this.#streams > 0 && !this.#bits.at('BZh');
    if (!this.done) this.#work = new Int32Array(100_000 * this.#decoder.header(this.#bits.read));
    return [];
  }

  #block(work: Int32Array): Uint8Array[] {
    const pieces = new Pieces();
    const checksum = this.#decoder.decompress(
      this.#bits.read,
      pieces.write,
      work,
      work.length,
      this.#checksum,
    );
    this.#checksum = checksum ?? 0;
    if (checksum === null) {
      this.#streams++;
      this.#work = null;
    }
    return pieces.all();
  }
}

/** Bytes as they come, in pieces. */
class Pieces {
  readonly #full: Uint8Array[] = [];
  #piece: Uint8Array = new Uint8Array(PIECE);
  #length = 0;

  readonly write = (byte: number): void => {
    if (this.#length === PIECE) {
      this.#full.push(this.#piece);
      this.#piece = new Uint8Array(PIECE);
      this.#length = 0;
    }
    this.#piece[this.#length++] = byte;
  };

  all(): Uint8Array[] {
    return this.#length === 0 ? this.#full : [...this.#full, this.#piece.subarray(0, this.#length)];
  }
}

/** Bits of the chunks that are there, the highest of a byte first. */
class BitReader {
  /** Whole bytes not yet begun. */
  waiting = 0;
  #chunks: Uint8Array[] = [];
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;
  #byte = 0;
  /** Bits of `#byte` still to be read. */
  #left = 0;

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.waiting += chunk.length;
  }

  /** Whether this text comes next; to be asked between bytes. */
  at(text: string): boolean {
    return [...text].every((char, i) => this.#peek(i) === char.charCodeAt(0));
  }

  #peek(offset: number): number | undefined {
    let at = this.#at + offset;
    for (const chunk of [this.#chunk, ...this.#chunks]) {
      if (at < chunk.length) return chunk[at];
      at -= chunk.length;
    }
    return undefined;
  }

  readonly read: Bits = (count) => {
    if (count === null) return this.#align();
    let value = 0;
    for (let wanted = count; wanted > 0; ) {
      if (this.#left === 0) this.#load();
      const take = Math.min(wanted, this.#left);
      this.#left -= take;
      wanted -= take;
      value = (value << take) | ((this.#byte >> this.#left) & ((1 << take) - 1));
    }
    return value;
  };

  #align(): number {
    this.#left = 0;
    return 0;
  }

  #load(): void {
    while (this.#at === this.#chunk.length) {
      const next = this.#chunks.shift();
      if (next === undefined) throw new IoError('bad-archive', 'bzip2 data is cut short');
      this.#chunk = next;
      this.#at = 0;
    }
    this.#byte = this.#chunk[this.#at++] ?? 0;
    this.#left = 8;
    this.waiting--;
  }
}
