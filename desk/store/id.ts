import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 130 random bits in 26 characters that cannot be mistaken for each other (Crockford's base32). */
export function newId(): string {
  return Array.from(randomBytes(26), (byte) => ALPHABET[byte & 31]).join('');
}

/** What {@link newId} makes. */
export const ID: RegExp = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** Of a link, cookie or token: 256 random bits, base64url. Only its {@link secretHash} is stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The name under which a secret is stored: whoever reads the table cannot use what stands there. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(`cpansec-desk secret\n${secret}`).digest('hex');
}
