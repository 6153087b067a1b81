import { BytesError, decodeLatin1 } from './bytes.ts';

/** RFC 4648, section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(decodeLatin1(bytes));
}

/** Only what {@link toBase64} writes: padded, and no bit beyond the bytes set. Throws `bad-base64`. */
export function fromBase64(text: string): Uint8Array {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    if (toBase64(bytes) === text) return bytes;
  }
  throw new BytesError('bad-base64', 'is no base64');
}
