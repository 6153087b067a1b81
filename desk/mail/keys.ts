/** Public keys of others and the desk's own private keys (RFC 9580). */
import { printable, quoteFound } from 'cpansec/base';
import { decryptKey, generateKey, type Key, type PrivateKey, readKeys, readPrivateKeys } from 'openpgp';
import { MailError } from './errors.ts';
import { readOwnFile, readSecretLine, writeOwnFile } from './own-file.ts';
import { algorithmName, isAcceptable, LENIENT_CONFIG, PGP_CONFIG } from './pgp-policy.ts';

const MAX_KEY_LENGTH = 256 * 1024;
const MAX_USER_IDS = 50;
const MAX_SUBKEYS = 20;
const MAX_SIGNATURES = 1000;
/** Those that the key makes about itself: only they are verified. */
const MAX_OWN_SIGNATURES = 100;
/** A larger one costs its readers more than it protects. */
const MAX_BITS = 8192;
const MAX_DESK_KEYS = 8;

/** `weak`: an algorithm or hash that is not accepted; `cannot-encrypt`: no valid key for encryption in it. */
export type KeyState = 'good' | 'expired' | 'revoked' | 'weak' | 'cannot-encrypt';

/** A public key and what can be told of it at one instant. It says nothing of who holds it. */
export interface PublicKey {
  /** Of the primary key, in large hexadecimal digits. */
  readonly fingerprint: string;
  /** Of the primary key and the subkeys, 16 large hexadecimal digits each. */
  readonly keyIds: readonly string[];
  /** As the key claims them. */
  readonly userIds: readonly string[];
  /** RFC 3339 UTC. */
  readonly created: string;
  /** RFC 3339 UTC; null for never, or when it cannot be told. */
  readonly expires: string | null;
  readonly state: KeyState;
  /** `eddsaLegacy ed25519Legacy`, the primary key first. */
  readonly algorithms: readonly string[];
  readonly armored: string;
  /** The library's own. */
  readonly key: Key;
}

/** A public key, with the fingerprint that a person has verified. */
export interface VerifiedKey {
  readonly key: PublicKey;
  readonly verifiedFingerprint: string;
}

/** A key of the desk, ready to decrypt and to sign. */
export interface DeskKey {
  readonly fingerprint: string;
  readonly keyIds: readonly string[];
  /** Armored. */
  readonly publicKey: string;
  readonly key: PrivateKey;
}

/** Exactly one public key, armored or binary, judged at `at`. Throws `bad-key` or `too-large`. */
export async function parsePublicKey(input: string | Uint8Array, at: string): Promise<PublicKey> {
  if (input.length > MAX_KEY_LENGTH)
    throw new MailError('too-large', `a key of ${input.length} characters is above ${MAX_KEY_LENGTH}`);
  const key = await readOneKey(input);
  checkCounts(key);
  checkSizes(key);
  const date = new Date(at);
  const expires = await expiryOf(key);
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    keyIds: keyIdsOf(key),
    userIds: key.getUserIDs().map((text) => printable(text)),
    created: key.getCreationTime().toISOString(),
    expires: expires?.toISOString() ?? null,
    state: await stateOf(key, date),
    algorithms: key.getKeys().map((part) => algorithmName(part.getAlgorithmInfo())),
    armored: key.armor().replaceAll('\r\n', '\n'),
    key,
  };
}

/** Throws for a key that must not be encrypted to, by the reason. */
export async function checkEncryptionKey(
  { key, verifiedFingerprint }: VerifiedKey,
  at: string,
): Promise<void> {
  const { fingerprint } = key;
  if (verifiedFingerprint.replaceAll(' ', '').toUpperCase() !== fingerprint)
    throw new MailError('key-unverified', `${fingerprint} is not the key that was verified`);
  const state = await stateOf(key.key, new Date(at));
  if (state === 'expired') throw new MailError('key-expired', `${fingerprint} has expired`);
  if (state === 'revoked') throw new MailError('key-revoked', `${fingerprint} is revoked`);
  if (state === 'weak')
    throw new MailError('key-weak', `${fingerprint} uses an algorithm that is not accepted`);
  if (state === 'cannot-encrypt') throw new MailError('bad-key', `${fingerprint} cannot be encrypted to`);
}

/** The desk's keys in an armored file; `passphrase` names the file that holds theirs. */
export async function readDeskKeys(path: string, passphrase?: string): Promise<readonly DeskKey[]> {
  const armoredKeys = readOwnFile(path);
  const secret = passphrase === undefined ? undefined : readSecretLine(passphrase);
  const keys = await readPrivateKeys({ armoredKeys, config: PGP_CONFIG }).catch(() => []);
  if (keys.length === 0 || keys.length > MAX_DESK_KEYS)
    throw new MailError('bad-key', `holds no OpenPGP key, or more than ${MAX_DESK_KEYS}`, { file: path });
  return Promise.all(keys.map((key) => unlock(key, secret, path)));
}

/** What a new key of the desk is made of. */
export interface NewDeskKey {
  /** A new file that only its owner can read. */
  readonly path: string;
  readonly name: string;
  readonly email: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** The file with the passphrase. */
  readonly passphrase?: string;
}

/** Makes an Ed25519 key with a Curve25519 subkey; gives the armored public key. Throws `bad-key` or `file`. */
export async function generateDeskKey({ path, name, email, at, passphrase }: NewDeskKey): Promise<string> {
  const secret = passphrase === undefined ? undefined : readSecretLine(passphrase);
  const made = generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email }],
    date: new Date(at),
    format: 'armored',
    ...(secret === undefined ? {} : { passphrase: secret }),
  });
  const { privateKey, publicKey } = await made.catch((cause) => {
    throw new MailError('bad-key', `cannot be made for ${quoteFound(`${name} <${email}>`)}`, {}, { cause });
  });
  writeOwnFile(path, privateKey);
  return publicKey.replaceAll('\r\n', '\n');
}

async function readOneKey(input: string | Uint8Array): Promise<Key> {
  // The library reads the first block and leaves the others.
  if (typeof input === 'string' && input.split('-----BEGIN PGP ').length > 2)
    throw new MailError('bad-key', 'several keys where one is expected');
  const read =
    typeof input === 'string'
      ? readKeys({ armoredKeys: input, config: PGP_CONFIG })
      : readKeys({ binaryKeys: input, config: PGP_CONFIG });
  const keys = await read.catch(() => []);
  const [key] = keys;
  if (key === undefined) throw new MailError('bad-key', 'no OpenPGP public key');
  if (keys.length > 1) throw new MailError('bad-key', `${keys.length} keys where one is expected`);
  if (key.isPrivate()) throw new MailError('bad-key', 'a private key; its owner should revoke it');
  return key;
}

function checkCounts({ users, subkeys, revocationSignatures }: Key): void {
  const count = (lists: readonly (readonly unknown[])[]): number =>
    lists.reduce((sum, list) => sum + list.length, 0);
  const own = count([
    ...users.flatMap((user) => [user.selfCertifications, user.revocationSignatures]),
    ...subkeys.flatMap((subkey) => [subkey.bindingSignatures, subkey.revocationSignatures]),
    revocationSignatures,
  ]);
  const signatures = own + count(users.map((user) => user.otherCertifications));
  const large = users.length > MAX_USER_IDS || subkeys.length > MAX_SUBKEYS;
  if (large || signatures > MAX_SIGNATURES || own > MAX_OWN_SIGNATURES)
    throw new MailError(
      'too-large',
      `a key of ${users.length} user ids, ${subkeys.length} subkeys and ${signatures} signatures`,
    );
}

function checkSizes(key: Key): void {
  const bits = Math.max(...key.getKeys().map((part) => part.getAlgorithmInfo().bits ?? 0));
  if (bits > MAX_BITS) throw new MailError('too-large', `a key of ${bits} bits is above ${MAX_BITS}`);
}

/** A weak signature that revokes or ends a key still does so; a weak one that vouches for it does not. */
async function stateOf(key: Key, date: Date): Promise<KeyState> {
  // Before anything of it is verified: with some algorithms a made-up key takes hours.
  if (!isAcceptable(key.getAlgorithmInfo())) return 'weak';
  if (await key.isRevoked(undefined, undefined, date, LENIENT_CONFIG)) return 'revoked';
  const expires = await expiryOf(key);
  if (expires !== null && expires <= date) return 'expired';
  const [strict, lenient] = await Promise.all(
    [PGP_CONFIG, LENIENT_CONFIG].map((config) =>
      key.getEncryptionKey(undefined, date, undefined, config).catch(() => null),
    ),
  );
  if (lenient == null) return 'cannot-encrypt';
  const same = strict?.getFingerprint() === lenient.getFingerprint();
  return same && isAcceptable(lenient.getAlgorithmInfo()) ? 'good' : 'weak';
}

async function expiryOf(key: Key): Promise<Date | null> {
  if (!isAcceptable(key.getAlgorithmInfo())) return null;
  const expires = await key.getExpirationTime(undefined, LENIENT_CONFIG).catch(() => null);
  return expires instanceof Date ? expires : null;
}

async function unlock(locked: PrivateKey, passphrase: string | undefined, file: string): Promise<DeskKey> {
  const key = locked.isDecrypted() ? locked : await decrypted(locked, passphrase, file);
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    keyIds: keyIdsOf(key),
    publicKey: key.toPublic().armor().replaceAll('\r\n', '\n'),
    key,
  };
}

async function decrypted(
  privateKey: PrivateKey,
  passphrase: string | undefined,
  file: string,
): Promise<PrivateKey> {
  if (passphrase === undefined) throw new MailError('bad-key', 'needs its passphrase', { file });
  return decryptKey({ privateKey, passphrase, config: PGP_CONFIG }).catch(() => {
    throw new MailError('bad-key', 'does not open with this passphrase', { file });
  });
}

function keyIdsOf(key: Key): readonly string[] {
  return key.getKeyIDs().map((id) => id.toHex().toUpperCase());
}
