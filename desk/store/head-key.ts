/** The key that signs heads of the log: a file, whose place another service of the same shape can take. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  FormatError,
  formatNoteSigner,
  type NoteSigner,
  noteVerifier,
  parseNoteSigner,
} from 'cpansec/formats';
import { nodeEd25519 } from 'cpansec/io';
import { StoreError } from './errors.ts';
import { privateText, writeNewPrivate } from './private-file.ts';

/** Signs heads; `verifier` is what others know it by. A key management service fits. */
export type HeadSigner = NoteSigner;

/**
 * The Ed25519 key in the file; a new one is made where there is none, for the log of that name
 * (`desk.example.org/ledger`). Throws `key`.
 */
export async function fileHeadSigner(path: string, origin: string): Promise<HeadSigner> {
  try {
    if (!existsSync(path)) {
      const seed = randomBytes(32);
      const verifier = noteVerifier(origin, await nodeEd25519.publicKey(seed));
      writeNewPrivate(path, `${formatNoteSigner(verifier, seed)}\n`);
    }
    return await parseNoteSigner(privateText(path).trimEnd(), nodeEd25519);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new StoreError('key', cause.message, { file: path }, { cause });
  }
}
