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

/** The same, by any key of a log that has several of one name. Throws what the last of them does, naming `file`. */
export async function openOwnCheckpoint(
  note: string,
  keys: readonly NoteVerifier[],
  ops: SignatureOps,
  file: string,
): Promise<Checkpoint> {
  let failure = new TransparencyError('signature', 'there is no key to check it with', { file });
  for (const key of keys) {
    try {
      return (await openCheckpoint(note, key, ops)).checkpoint;
    } catch (cause) {
      if (!(cause instanceof TransparencyError)) throw cause;
      failure = new TransparencyError(cause.code, cause.problem, { file }, { cause });
    }
  }
  throw failure;
}
