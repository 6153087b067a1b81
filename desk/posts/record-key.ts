/** Record keys of Bluesky's posts are TIDs: https://atproto.com/specs/tid */
import { sha256 } from 'cpansec/base';

const DIGITS = '234567abcdefghijklmnopqrstuvwxyz';
/** Microseconds of the two years of 2023 and 2024, so that no key lies in the future. */
const BEGIN = BigInt(Date.UTC(2023, 0, 1)) * 1000n;
const LENGTH = BigInt(Date.UTC(2025, 0, 1)) * 1000n - BEGIN;

/** The same for the same key: 53 bits of an instant that means nothing, and 10 bits more. */
export function recordKey(key: string): string {
  const digest = sha256(new TextEncoder().encode(key));
  const number = digest.slice(0, 16).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const tid = ((BEGIN + ((number >> 10n) % LENGTH)) << 10n) | (number & 1023n);
  return Array.from({ length: 13 }, (_, i) => DIGITS[Number((tid >> BigInt(5 * (12 - i))) & 31n)]).join('');
}
