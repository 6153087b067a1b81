const PRIMES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1].map((prime) => prime | 0);
const [P1 = 0, P2 = 0, P3 = 0, P4 = 0, P5 = 0] = PRIMES;

/**
 * XXH32 of the bytes with seed 0, a whole number below 2³² (xxHash specification 0.1.1). It notices damage: every change
 * within four bytes of one word, and all but one of 2³² others. It is no protection from anybody.
 */
export function xxh32(bytes: Uint8Array): number {
  const words = littleEndianWords(bytes);
  const striped = words.length - (words.length % 4);
  let hash = (striped === 0 ? P5 : stripes(words, striped)) + bytes.length;
  for (let i = striped; i < words.length; i++) {
    hash = Math.imul(rotated(hash + Math.imul(words[i] ?? 0, P3), 17), P4);
  }
  for (let i = 4 * words.length; i < bytes.length; i++) {
    hash = Math.imul(rotated(hash + Math.imul(bytes[i] ?? 0, P5), 11), P1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Written out, since an audit ends before it would be compiled well: calls would cost most of it. */
function stripes(words: Int32Array, end: number): number {
  let [a, b, c, d] = [(P1 + P2) | 0, P2, 0, -P1 | 0];
  for (let i = 0; i < end; i += 4) {
    a = (a + Math.imul(words[i] ?? 0, P2)) | 0;
    b = (b + Math.imul(words[i + 1] ?? 0, P2)) | 0;
    c = (c + Math.imul(words[i + 2] ?? 0, P2)) | 0;
    d = (d + Math.imul(words[i + 3] ?? 0, P2)) | 0;
    a = Math.imul((a << 13) | (a >>> 19), P1);
    b = Math.imul((b << 13) | (b >>> 19), P1);
    c = Math.imul((c << 13) | (c >>> 19), P1);
    d = Math.imul((d << 13) | (d >>> 19), P1);
  }
  return rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The whole words of the bytes. Those that this machine can take as they are are not copied. */
function littleEndianWords(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = bytes;
  if (LITTLE_ENDIAN && byteOffset % 4 === 0) return new Int32Array(buffer, byteOffset, length >> 2);
  const view = new DataView(buffer, byteOffset, length);
  return Int32Array.from({ length: length >> 2 }, (_, i) => view.getInt32(4 * i, true));
}
