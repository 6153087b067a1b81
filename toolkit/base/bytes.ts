import { PlacedError } from './errors.ts';

export type BytesErrorCode = 'too-large' | 'not-utf8' | 'bad-hex' | 'bad-base64';

/** Bytes that are not what they must be. */
export class BytesError extends PlacedError<BytesErrorCode> {}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const utf8Encoder = new TextEncoder();

/** Text to UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** UTF-8 to text, a leading byte order mark dropped. Throws `not-utf8` with the line of the first bad byte. */
export function decodeUtf8(bytes: Uint8Array, file?: string): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    const { line, offset } = firstBadByte(bytes);
    const place = file === undefined ? { line } : { file, line };
    throw new BytesError('not-utf8', `invalid UTF-8 at byte ${offset}`, place, { cause });
  }
}

function firstBadByte(bytes: Uint8Array): { line: number; offset: number } {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle + 1))) low = middle + 1;
    else high = middle;
  }
  let line = 1;
  for (let i = 0; i < low; i++) if (bytes[i] === 10) line++;
  return { line, offset: low };
}

function isUtf8Prefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Latin-1: every byte one character, never fails. Perl sources without `use utf8` are this. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** Byte order, as `memcmp`: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Code unit order: the one order of everything we write, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
