/** A key in a file, as `gpg --export-secret-keys --armor` or {@link generateKey} writes it, without a passphrase. */
import { IoError, readPrivate, writePrivate } from 'cpansec/io';
import {
  armor,
  type Config,
  config,
  createCleartextMessage,
  createMessage,
  enums,
  generateKey as generate,
  type PrivateKey,
  readPrivateKey,
  sign,
} from 'openpgp';
import { ed25519Signing, type SignDetached } from './ed25519.ts';
import { SigningError } from './errors.ts';
import type { Signer } from './signer.ts';

/** A salt in the signature would make every one of them another. */
const CONFIG: Partial<Config> = { nonDeterministicSignaturesViaNotation: false };

const MAX_KEY_LENGTH = 256 * 1024;

/** Throws `key` for no usable key, `permissions` when others than the owner may read the file. */
export async function keyFileSigner(path: string): Promise<Signer> {
  const key = await readKey(
    attempt(path, () => readPrivate(path, MAX_KEY_LENGTH)),
    path,
  );
  const dateOf = (at: string): Date => new Date(Math.max(Date.parse(at), key.getCreationTime().getTime()));
  // By the key that signs at an instant: the primary one or one below it.
  const signings = new Map<unknown, SignDetached | null>();
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    publicKey: unix(key.toPublic().armor()),
    async detached(bytes, at) {
      const date = dateOf(at);
      const { keyPacket } = await key.getSigningKey(undefined, date);
      let signing = signings.get(keyPacket);
      if (signing === undefined) {
        signing = await ed25519Signing(key, date, CONFIG);
        signings.set(keyPacket, signing);
      }
      if (signing !== null) return armored(signing(bytes, date));
      const message = await createMessage({ binary: bytes });
      return unix(await sign({ message, signingKeys: key, detached: true, date, config: CONFIG }));
    },
    async cleartext(text, at) {
      const message = await createCleartextMessage({ text });
      const signed = await sign({ message, signingKeys: key, date: dateOf(at), config: CONFIG });
      return unix(signed);
    },
  };
}

/** Makes an Ed25519 key and writes it to a new file that only its owner can read. */
export async function generateKey(path: string, name: string, email: string, at: string): Promise<void> {
  const { privateKey } = await generate({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email }],
    date: new Date(at),
    format: 'armored',
  }).catch((cause) => {
    throw new SigningError(
      'key',
      `cannot be made for ${JSON.stringify(`${name} <${email}>`)}`,
      { file: path },
      { cause },
    );
  });
  attempt(path, () => writePrivate(path, privateKey));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    const code = cause.code === 'others-may-read' ? 'permissions' : 'key';
    throw new SigningError(code, cause.problem, { file: path }, { cause });
  }
}

async function readKey(armoredKey: string, path: string): Promise<PrivateKey> {
  try {
    const key = await readPrivateKey({ armoredKey });
    if (!key.isDecrypted()) throw new SigningError('key', 'has a passphrase; use gpg for it', { file: path });
    await key.getSigningKey();
    return key;
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw new SigningError('key', 'holds no OpenPGP key that can sign', { file: path });
  }
}

function armored(packet: Uint8Array): string {
  return unix(
    armor(enums.armor.signature, packet, undefined, undefined, undefined, true, { ...config, ...CONFIG }),
  );
}

function unix(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
