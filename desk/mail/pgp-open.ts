/** OpenPGP messages of others, opened and verified (RFC 9580). Runs in `pgp-worker.ts`: hostile input may be slow. */
import {
  type Config,
  createMessage,
  type Key,
  type KeyID,
  type Message,
  readCleartextMessage,
  readKey,
  readMessage,
  readPrivateKey,
  readSignature,
  verify,
} from 'openpgp';
import { LENIENT_CONFIG, PGP_CONFIG } from './pgp-policy.ts';

/** What the signatures of a mail say. Several count as good when one is and none of a known key is bad. */
export type Signature =
  | { readonly kind: 'none' }
  /** `fingerprint` of the primary key, in large hexadecimal digits. */
  | { readonly kind: 'good'; readonly fingerprint: string }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'bad' };

/** What is to be opened. */
export type PgpTask =
  | { readonly kind: 'message'; readonly message: Uint8Array; readonly deskKeys: readonly string[] }
  | { readonly kind: 'detached'; readonly signed: Uint8Array; readonly signature: Uint8Array }
  | { readonly kind: 'cleartext'; readonly text: string };

export interface PgpBounds {
  readonly at: string;
  readonly decrypted: number;
  readonly packets: number;
}

/** What was inside. Null bytes where nothing was. */
export interface Opened {
  readonly bytes: Uint8Array | null;
  readonly encrypted: boolean;
  /** The desk's key that the message names; null for one that names none. */
  readonly key: string | null;
  readonly signature: Signature;
}

/** Armored public keys that are verified and have one of the ids. */
export type AskSigners = (keyIds: readonly string[]) => Promise<readonly string[]>;

/** Throws whatever the library throws: the caller tells nothing of it. */
export async function openPgp(task: PgpTask, bounds: PgpBounds, signersOf: AskSigners): Promise<Opened> {
  if (task.kind === 'message') return openMessage(task.message, task.deskKeys, bounds, signersOf);
  if (task.kind === 'detached') return verifyDetached(task, bounds, signersOf);
  return verifyCleartext(task.text, bounds, signersOf);
}

async function openMessage(
  bytes: Uint8Array,
  armoredKeys: readonly string[],
  bounds: PgpBounds,
  signersOf: AskSigners,
): Promise<Opened> {
  const config = { ...PGP_CONFIG, maxDecompressedMessageSize: bounds.decrypted };
  const at = new Date(bounds.at);
  const deskKeys = await Promise.all(armoredKeys.map((armoredKey) => readPrivateKey({ armoredKey, config })));
  const message = await readAny(bytes, config);
  const named = message.getEncryptionKeyIDs();
  if (named.length > bounds.packets) throw new Error('too many session keys');
  const owner = deskKeys.find((key) => named.some((id) => key.getKeyIDs().some((own) => own.equals(id))));
  const inside =
    named.length === 0 ? message : await message.decrypt(deskKeys, undefined, undefined, at, config);
  const keys = await signers(inside.getSigningKeyIDs(), bounds, signersOf);
  const signature = await verdict(
    await inside.verify(
      keys.map(({ key }) => key),
      at,
      config,
    ),
    keys,
  );
  const content = inside.getLiteralData();
  return {
    bytes: content instanceof Uint8Array ? content : null,
    encrypted: named.length > 0,
    key: owner?.getFingerprint().toUpperCase() ?? null,
    signature,
  };
}

async function verifyDetached(
  { signed, signature }: Extract<PgpTask, { kind: 'detached' }>,
  bounds: PgpBounds,
  signersOf: AskSigners,
): Promise<Opened> {
  const parsed = isArmored(signature)
    ? await readSignature({ armoredSignature: latin1(signature), config: PGP_CONFIG })
    : await readSignature({ binarySignature: signature, config: PGP_CONFIG });
  const keys = await signers(parsed.getSigningKeyIDs(), bounds, signersOf);
  const message = await createMessage({ binary: signed });
  const verificationKeys = keys.map(({ key }) => key);
  const date = new Date(bounds.at);
  const { signatures } = await verify({
    message,
    signature: parsed,
    verificationKeys,
    date,
    config: PGP_CONFIG,
  });
  return { ...NOTHING, signature: await verdict(signatures, keys) };
}

async function verifyCleartext(text: string, bounds: PgpBounds, signersOf: AskSigners): Promise<Opened> {
  const message = await readCleartextMessage({ cleartextMessage: text, config: PGP_CONFIG });
  const keys = await signers(message.getSigningKeyIDs(), bounds, signersOf);
  const date = new Date(bounds.at);
  const verificationKeys = keys.map(({ key }) => key);
  const { signatures } = await verify({ message, verificationKeys, date, config: PGP_CONFIG });
  const bytes = new TextEncoder().encode(message.getText());
  return { ...NOTHING, bytes, signature: await verdict(signatures, keys) };
}

const NOTHING = { bytes: null, encrypted: false, key: null } as const;

interface Signer {
  readonly key: Key;
  readonly revoked: boolean;
}

async function signers(
  ids: readonly KeyID[],
  { at, packets }: PgpBounds,
  ask: AskSigners,
): Promise<readonly Signer[]> {
  if (ids.length > packets) throw new Error('too many signatures');
  if (ids.length === 0) return [];
  const armored = await ask([...new Set(ids.map((id) => id.toHex().toUpperCase()))]);
  return Promise.all(
    armored.map(async (armoredKey) => {
      const key = await readKey({ armoredKey, config: PGP_CONFIG });
      return { key, revoked: await key.isRevoked(undefined, undefined, new Date(at), LENIENT_CONFIG) };
    }),
  );
}

type Verified = Awaited<ReturnType<typeof verify>>['signatures'];

async function verdict(signatures: Verified, keys: readonly Signer[]): Promise<Signature> {
  const found: Signature[] = [];
  for (const { keyID, verified } of signatures) {
    const signer = keys.find(({ key }) => key.getKeys(keyID).length > 0);
    if (signer === undefined) found.push({ kind: 'unknown-key' });
    else if (signer.revoked || !(await verified.catch(() => false))) found.push({ kind: 'bad' });
    else found.push({ kind: 'good', fingerprint: signer.key.getFingerprint().toUpperCase() });
  }
  const first = (kind: Signature['kind']) => found.find((signature) => signature.kind === kind);
  return first('bad') ?? first('good') ?? first('unknown-key') ?? { kind: 'none' };
}

function readAny(bytes: Uint8Array, config: Config): Promise<Message<string | Uint8Array>> {
  return isArmored(bytes)
    ? readMessage({ armoredMessage: latin1(bytes), config })
    : readMessage({ binaryMessage: bytes, config });
}

function isArmored(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 4096)).includes('-----BEGIN PGP ');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
