import { quoteFound } from '../base/index.ts';
import type { Note, NoteVerifier } from '../formats/index.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { verifySignatures } from './cosignature.ts';
import { TransparencyError } from './errors.ts';
import type { SignatureOps } from './ops.ts';

/**
 * The checkpoint of a signed note, when `log` signed it and it is of that log. Every signature of that key that
 * stands there must hold; those of others are not looked at. Throws `checkpoint`, `signature`, `bounds`.
 */
export async function openCheckpoint(
  note: string,
  log: NoteVerifier,
  ops: SignatureOps,
): Promise<{ checkpoint: Checkpoint; note: Note }> {
  const read = readCheckpoint(note);
  const { origin } = read.checkpoint;
  if (origin !== log.name)
    throw new TransparencyError('checkpoint', `is of ${quoteFound(origin)}, not of ${quoteFound(log.name)}`);
  const signed = await verifySignatures(read.note, log, ops);
  if (signed.length === 0)
    throw new TransparencyError('signature', `has no signature of ${quoteFound(log.name)}`);
  return read;
}
