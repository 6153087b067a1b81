/**
 * Heads: what a log's end was at an instant, signed, and kept where whoever writes the log cannot reach. The text is
 * a checkpoint's (https://c2sp.org/tlog-checkpoint) with one line more:
 *
 *     desk.example.org/ledger          origin, the name of the key
 *     1234                             entries
 *     base64(hash of the last one)
 *     2026-11-25T12:00:00.000Z
 */
import { BytesError, fromBase64, toBase64, toHex } from 'cpansec/base';
import { type Ed25519, type NoteSigner, type NoteVerifier, openNote, signNote } from 'cpansec/formats';
import type { Entry } from './chain.ts';
import { LedgerError } from './errors.ts';

/** The entry that the log ended with. */
export interface Head extends Pick<Entry, 'seq' | 'hash'> {
  readonly origin: string;
  /** UTC instant with milliseconds. */
  readonly at: string;
}

/** A signed note that says what the log ended with. */
export async function signHead({ seq, hash, at }: Omit<Head, 'origin'>, signer: NoteSigner): Promise<string> {
  const bytes = Uint8Array.from(hash.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return signNote(`${signer.verifier.name}\n${seq}\n${toBase64(bytes)}\n${at}\n`, [signer]);
}

/** Throws FormatError `note`, `signature`, `bounds` for one that the key did not sign; `head`. */
export async function openHead(
  note: string,
  verifier: NoteVerifier,
  ed25519: Pick<Ed25519, 'verify'>,
): Promise<Head> {
  const { text } = await openNote(note, [verifier], ed25519);
  const [origin, seq = '', hash = '', at = '', end, ...more] = text.split('\n');
  const hashBytes = decoded(hash);
  if (origin !== verifier.name) throw new LedgerError('head', 'is the head of another log');
  if (!/^[1-9]\d{0,14}$/.test(seq) || hashBytes?.length !== 32 || end !== '' || more.length > 0)
    throw new LedgerError('head', 'is no head of a log');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)) throw new LedgerError('head', 'has no instant');
  return { origin, seq: Number(seq), hash: toHex(hashBytes), at };
}

function decoded(text: string): Uint8Array | null {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof BytesError) return null;
    throw error;
  }
}
