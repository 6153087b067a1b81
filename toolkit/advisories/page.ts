/** A page of an index: keys in order, each with a value of bytes. `index-format.ts` specifies its bytes. */
import { decodeUtf8, encodeUtf8 } from '../base/index.ts';

export interface PageEntry {
  /** One line, not empty. */
  readonly key: string;
  readonly value: Uint8Array;
}

/** The bytes of a page. Entries must be in the order of their keys. */
export function pageBytes(entries: readonly PageEntry[]): Uint8Array {
  const keys = encodeUtf8(entries.map(({ key }) => key).join('\n'));
  const first = 8 + keys.length + 4 * entries.length;
  const bytes = new Uint8Array(entries.reduce((sum, { value }) => sum + value.length, first));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, entries.length);
  view.setUint32(4, keys.length);
  bytes.set(keys, 8);
  let at = first;
  entries.forEach(({ value }, i) => {
    bytes.set(value, at);
    at += value.length;
    view.setUint32(8 + keys.length + 4 * i, at - first);
  });
  return bytes;
}

/** About what an entry adds to its page. */
export function entryLength({ key, value }: PageEntry): number {
  return key.length + 5 + value.length;
}

export class Page {
  readonly keys: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Where the ends of the values stand. */
  readonly #ends: number;

  /** Throws a RangeError when the bytes are no page. So does `value`, for an entry out of bounds. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = this.#view.getUint32(0);
    this.#ends = 8 + this.#view.getUint32(4);
    this.keys = count === 0 ? [] : decodeUtf8(bytes.subarray(8, this.#ends)).split('\n');
    const end = this.#ends + 4 * count + (count === 0 ? 0 : this.#end(count - 1));
    if (this.keys.length !== count || end !== bytes.length) throw new RangeError('no page');
  }

  value(i: number): Uint8Array {
    const first = this.#ends + 4 * this.keys.length;
    const start = first + (i === 0 ? 0 : this.#end(i - 1));
    const end = first + this.#end(i);
    if (start > end || end > this.#bytes.length) throw new RangeError('a value beyond its page');
    return this.#bytes.subarray(start, end);
  }

  /** The last key that is not above the wanted one; -1 when all are above. */
  floor(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #end(i: number): number {
    return this.#view.getUint32(this.#ends + 4 * i);
  }
}
