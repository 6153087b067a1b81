/** Keys that never change, and checkpoints that they signed. */
import {
  formatNote,
  formatNoteSigner,
  type NoteKeyType,
  type NoteSigner,
  noteVerifier,
  parseNote,
  parseNoteSigner,
  signNote,
} from '../../formats/index.ts';
import { nodeEd25519 } from '../../io/index.ts';
import { type Checkpoint, cosign, formatCheckpoint } from '../index.ts';

/** Of the seed that is `fill` 32 times. */
export async function signerOf(
  name: string,
  fill: number,
  type: NoteKeyType = 'cosignature',
): Promise<NoteSigner> {
  const seed = new Uint8Array(32).fill(fill);
  const verifier = noteVerifier(name, await nodeEd25519.publicKey(seed), type);
  return parseNoteSigner(formatNoteSigner(verifier, seed), nodeEd25519);
}

/** A checkpoint that `log` signed, then these cosigned at these times. */
export async function signedCheckpoint(
  checkpoint: Checkpoint,
  log: NoteSigner,
  cosigners: readonly (readonly [NoteSigner, number])[] = [],
): Promise<string> {
  const { text, signatures } = parseNote(await signNote(formatCheckpoint(checkpoint), [log]));
  const cosignatures = [];
  for (const [signer, time] of cosigners) cosignatures.push(await cosign(text, time, signer));
  return formatNote({ text, signatures: [...signatures, ...cosignatures] });
}
