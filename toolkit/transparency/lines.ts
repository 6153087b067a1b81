/** What lines of checkpoints, proofs and requests hold; of each value there is one spelling. */
import { BytesError, fromBase64, toBase64 } from '../base/index.ts';

/** ASCII decimal without leading zeroes; null for anything else, and above 2^53 - 1. */
export function parseDecimal(text: string): number | null {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/** A hash of SHA-256 in base64 as base writes it; null for anything else. */
export function parseHash(text: string): Uint8Array | null {
  return text.length === 44 && text.endsWith('=') && !text.endsWith('==') ? parseBase64(text) : null;
}

/** Bytes in base64 as base writes it; null for anything else. */
export function parseBase64(text: string): Uint8Array | null {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof BytesError) return null;
    throw error;
  }
}

/** Each in its line. */
export function hashLines(hashes: readonly Uint8Array[]): string {
  return hashes.map((hash) => `${toBase64(hash)}\n`).join('');
}
