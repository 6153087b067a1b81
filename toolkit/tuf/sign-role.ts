/** Signs what a role says, so that whoever knows its keys believes it. */
import { toHex } from '../base/index.ts';
import type { TufSignature, TufSigner, TufVerifier } from './keys.ts';
import { encodeMetadata, type Metadata, signedBytes } from './metadata.ts';
import type { Signed } from './model.ts';
import { checkBy, type Delegator } from './standing.ts';

/**
 * By all signers, of which as many as its threshold must be the role's own: nothing is ever published that clients
 * would refuse. Throws `threshold`, and what signers do.
 */
export async function signRole<S extends Signed>(
  role: string,
  signed: S,
  signers: readonly TufSigner[],
  { delegator, verifier }: { readonly delegator: Delegator; readonly verifier: TufVerifier },
): Promise<Metadata<S>> {
  const message = signedBytes(signed);
  const signatures: TufSignature[] = [];
  for (const { key, sign } of signers) signatures.push({ keyid: key.keyid, sig: toHex(await sign(message)) });
  await checkBy({ signatures, message }, delegator, role, verifier);
  return { signed, signatures, message, bytes: encodeMetadata(signed, signatures, message) };
}
