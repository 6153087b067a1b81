/** Keys, and how many of a role's have signed (sections 4.2 and 5.1 of the specification). */
import { type Json, type Sha256, toHex } from '../base/index.ts';
import { canonicalTuf } from './canonical.ts';
import { TufError } from './errors.ts';

/** A public key: PEM, or hexadecimal digits of Ed25519. */
export interface TufKey {
  readonly keyid: string;
  /** `ed25519`, `ecdsa` or `rsa`; a key of another type is kept and verifies nothing. */
  readonly keytype: string;
  /** `ed25519`, `ecdsa-sha2-nistp256`, `ecdsa-sha2-nistp384` or `rsassa-pss-sha256`. */
  readonly scheme: string;
  readonly keyval: { readonly public: string };
}

/** Whose signatures a role needs. */
export interface RoleKeys {
  /** Each once. */
  readonly keyids: readonly string[];
  /** At least 1; may be more than there are keys, and then nothing is ever trusted. */
  readonly threshold: number;
}

export interface TufSignature {
  readonly keyid: string;
  /** As it stands there, hexadecimal digits or not. */
  readonly sig: string;
}

/** Checks signatures; `io` has one. Never throws for what is no key or no signature. */
export interface TufVerifier {
  verify(key: Omit<TufKey, 'keyid'>, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Makes signatures, with a key in a file, a token or an agent. */
export interface TufSigner {
  readonly key: TufKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The id of keys that we make: SHA-256 of their canonical JSON. Others may name theirs as they like (TAP 12). */
export function keyidOf({ keytype, scheme, keyval }: Omit<TufKey, 'keyid'>, sha256: Sha256): string {
  return toHex(sha256(canonicalTuf({ keytype, scheme, keyval: { public: keyval.public } } satisfies Json)));
}

export interface SignedMessage {
  readonly signatures: readonly TufSignature[];
  readonly message: Uint8Array;
}

/**
 * How many different keys of the role have signed, counted up to its threshold: one key under two ids counts once.
 * Signatures of other keys, and those that do not hold, do not matter.
 */
export async function countSigners(
  { signatures, message }: SignedMessage,
  role: RoleKeys,
  keys: ReadonlyMap<string, TufKey>,
  { verify }: TufVerifier,
): Promise<number> {
  const byKeyid = new Map(signatures.map(({ keyid, sig }) => [keyid, sig]));
  const signers = new Set<string>();
  for (const keyid of role.keyids) {
    if (signers.size >= role.threshold) break;
    const key = keys.get(keyid);
    const signature = fromHex(byKeyid.get(keyid) ?? '');
    if (key === undefined || signature === null || signers.has(key.keyval.public.trim())) continue;
    if (await verify(key, message, signature)) signers.add(key.keyval.public.trim());
  }
  return signers.size;
}

/** Throws `threshold` with how many have signed; `file` is named in it. */
export async function checkSigners(
  signed: SignedMessage,
  role: RoleKeys,
  keys: ReadonlyMap<string, TufKey>,
  verifier: TufVerifier,
  file?: string,
): Promise<void> {
  const count = await countSigners(signed, role, keys, verifier);
  if (count >= role.threshold) return;
  const problem = `signed by ${count} of ${role.keyids.length} keys, ${role.threshold} needed`;
  throw new TufError('threshold', problem, file === undefined ? {} : { file });
}

/** Null for no digits or none that are in pairs. */
function fromHex(text: string): Uint8Array | null {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}
