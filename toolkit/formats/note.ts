/**
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, and lines of signatures, of which only those
 * by keys that one knows count. A key is of one type; what a signature of another type than Ed25519 is over, says
 * https://c2sp.org/tlog-cosignature.
 *
 *     verifier key   NAME+ID+base64(TYPE || public key)              ID is 8 hexadecimal digits
 *     signer key     PRIVATE+KEY+NAME+ID+base64(TYPE || seed)        of Ed25519
 */
import { BytesError, encodeUtf8, fromBase64, quoteFound, sha256, toBase64, toHex } from '../base/index.ts';
import { FormatError } from './errors.ts';

/** Of the longest note that is read: characters, and lines of signatures. */
export const MAX_NOTE_LENGTH = 1_000_000;
export const MAX_NOTE_SIGNATURES = 100;

/** A signature as it stands there; whose it is, is not yet known. */
export interface NoteSignature {
  readonly name: string;
  /** Of the key: 8 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Note {
  /** Ends in a line break. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/**
 * What a key signs: `ed25519` (0x01) the text of a note; `cosignature` (0x04, Ed25519 too) and `ml-dsa-44` (0x06)
 * a checkpoint with the instant at which it was seen.
 */
export type NoteKeyType = 'ed25519' | 'cosignature' | 'ml-dsa-44';

/** The byte of each type, and the bytes of its public key. */
const TYPES: Readonly<Record<NoteKeyType, { readonly byte: number; readonly length: number }>> = {
  ed25519: { byte: 0x01, length: 32 },
  cosignature: { byte: 0x04, length: 32 },
  'ml-dsa-44': { byte: 0x06, length: 1312 },
};

/** A key that somebody is known by. */
export interface NoteVerifier {
  readonly name: string;
  readonly id: string;
  readonly type: NoteKeyType;
  /** 32 bytes; 1,312 of `ml-dsa-44`. */
  readonly publicKey: Uint8Array;
}

/** A key of Ed25519 of which one has the seed. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Ed25519 of RFC 8032. Public keys and seeds have 32 bytes, signatures 64. */
export interface Ed25519 {
  publicKey(seed: Uint8Array): Promise<Uint8Array>;
  sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /** Never throws for what is no key or no signature. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** What a note says, and who is known to have signed it. */
export interface OpenedNote {
  readonly text: string;
  /** At least one; each once. */
  readonly by: readonly NoteVerifier[];
}

const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/;

/** Takes a note apart; whether anybody signed it is {@link openNote}'s to tell. Throws `note`, `bounds`. */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE_LENGTH) throw new FormatError('bounds', `a note of ${note.length} characters`);
  checkCharacters(note);
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new FormatError('note', 'has no empty line before its signatures');
  if (!note.endsWith('\n')) throw new FormatError('note', 'does not end in a line break');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES)
    throw new FormatError('bounds', `a note with ${lines.length} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseNoteSignature) };
}

/** Throws `note` for a text that is none, no signature, or a name that is none. */
export function formatNote({ text, signatures }: Note): string {
  checkCharacters(text);
  if (!text.endsWith('\n')) throw new FormatError('note', 'a text ends in a line break');
  if (signatures.length === 0) throw new FormatError('note', 'a note has a signature');
  return `${text}\n${signatures.map(formatNoteSignature).join('')}`;
}

/** Signers are of type `ed25519`. Throws `note` for another, a text that is none or no signer. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const signatures: NoteSignature[] = [];
  for (const { verifier, sign } of signers) {
    checkSignsTexts(verifier);
    signatures.push({ name: verifier.name, id: verifier.id, bytes: await sign(encodeUtf8(text)) });
  }
  return formatNote({ text, signatures });
}

/**
 * The text, when a known key signed it. Known keys are of type `ed25519`; signatures of keys that are not known are
 * ignored. One that stands there twice is verified twice and counts once. Throws `signature` when no known key
 * signed it, or one that is known did not sign this; `note`, `bounds`.
 */
export async function openNote(
  note: string,
  known: readonly NoteVerifier[],
  { verify }: Pick<Ed25519, 'verify'>,
): Promise<OpenedNote> {
  const { text, signatures } = parseNote(note);
  const keys = byIdentity(known);
  const message = encodeUtf8(text);
  const by = new Set<NoteVerifier>();
  for (const signature of signatures) {
    const verifier = keys.get(identity(signature));
    if (verifier === undefined) continue;
    if (!(await verify(verifier.publicKey, message, signature.bytes)))
      throw new FormatError('signature', `${quoteFound(verifier.name)} did not sign this text`);
    by.add(verifier);
  }
  if (by.size === 0) throw new FormatError('signature', 'no known key signed this note');
  return { text, by: [...by] };
}

/** The verifier of a public key. Throws `note` for a name that is none, or a key of another length. */
export function noteVerifier(
  name: string,
  publicKey: Uint8Array,
  type: NoteKeyType = 'ed25519',
): NoteVerifier {
  checkName(name);
  const { length } = TYPES[type];
  if (publicKey.length !== length) throw new FormatError('note', `a public key that has not ${length} bytes`);
  const bytes = Uint8Array.from([...encodeUtf8(`${name}\n`), TYPES[type].byte, ...publicKey]);
  return { name, id: toHex(sha256(bytes)).slice(0, 8), type, publicKey };
}

/** Throws `note`, for a type that is not among {@link NoteKeyType} too. */
export function parseNoteVerifier(text: string): NoteVerifier {
  const { name, id, type, key } = parseKey(text, 'verifier key');
  const verifier = noteVerifier(name, key, type);
  if (verifier.id !== id)
    throw new FormatError('note', `a verifier key with the id ${id}, not ${verifier.id}`);
  return verifier;
}

export function formatNoteVerifier({ name, id, type, publicKey }: NoteVerifier): string {
  return `${name}+${id}+${typed(type, publicKey)}`;
}

const PRIVATE = 'PRIVATE+KEY+';

/** Throws `note`; nothing of the key is ever in the error. */
export async function parseNoteSigner(text: string, ed25519: Ed25519): Promise<NoteSigner> {
  if (!text.startsWith(PRIVATE)) throw new FormatError('note', 'no signer key');
  const { name, id, type, key: seed } = parseKey(text.slice(PRIVATE.length), 'signer key');
  if (seed.length !== 32) throw new FormatError('note', 'a signer key that is not of Ed25519');
  const verifier = noteVerifier(name, await ed25519.publicKey(seed), type);
  if (verifier.id !== id) throw new FormatError('note', 'a signer key with the id of another');
  return { verifier, sign: (message) => ed25519.sign(seed, message) };
}

/** `seed` has 32 bytes and is of the verifier's key. */
export function formatNoteSigner({ name, id, type }: NoteVerifier, seed: Uint8Array): string {
  return `${PRIVATE}${name}+${id}+${typed(type, seed)}`;
}

/** One line of a signature, without its line break. Throws `note`. */
export function parseNoteSignature(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || base64 === undefined)
    throw new FormatError('note', `a line that is no signature: ${quoteFound(line)}`);
  checkName(name);
  const bytes = decoded(base64, 'a signature');
  if (bytes.length < 5) throw new FormatError('note', 'a signature of no bytes');
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

/** One line, with its line break. Throws `note` for a name that is none. */
export function formatNoteSignature({ name, id, bytes }: NoteSignature): string {
  checkName(name);
  const idBytes = [0, 2, 4, 6].map((at) => Number.parseInt(id.slice(at, at + 2), 16));
  return `\u2014 ${name} ${toBase64(Uint8Array.from([...idBytes, ...bytes]))}\n`;
}

/** `NAME+ID+base64`, of which only the last may hold a plus. What was found is not told: it may be secret. */
function parseKey(text: string, what: string): TypedKey & { readonly name: string; readonly id: string } {
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.{1,2000})$/.exec(text) ?? [];
  if (base64 === '') throw new FormatError('note', `no ${what}`);
  return { name, id, ...untyped(decoded(base64, `a ${what}`), what) };
}

interface TypedKey {
  readonly type: NoteKeyType;
  readonly key: Uint8Array;
}

function untyped([byte, ...key]: Uint8Array, what: string): TypedKey {
  for (const type of ['ed25519', 'cosignature', 'ml-dsa-44'] as const)
    if (TYPES[type].byte === byte && TYPES[type].length === key.length)
      return { type, key: Uint8Array.from(key) };
  throw new FormatError('note', `a ${what} of a type or length that is not known`);
}

function decoded(base64: string, what: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new FormatError('note', `${what} that is no base64`, {}, { cause });
  }
}

function typed(type: NoteKeyType, key: Uint8Array): string {
  return toBase64(Uint8Array.from([TYPES[type].byte, ...key]));
}

function checkSignsTexts({ name, type }: NoteVerifier): void {
  if (type !== 'ed25519') throw new FormatError('note', `the key of ${quoteFound(name)} signs no texts`);
}

function checkCharacters(text: string): void {
  if (/[\0-\t\v-\x1f]/.test(text)) throw new FormatError('note', 'holds a control character');
  if (/\p{Surrogate}/u.test(text)) throw new FormatError('note', 'holds half a character');
}

function checkName(name: string): void {
  if (name === '' || /[\p{White_Space}+\p{Surrogate}\0-\x1f]/u.test(name))
    throw new FormatError('note', `no name of a key: ${quoteFound(name)}`);
}

function byIdentity(known: readonly NoteVerifier[]): Map<string, NoteVerifier> {
  for (const verifier of known) checkSignsTexts(verifier);
  const keys = new Map(known.map((verifier) => [identity(verifier), verifier]));
  if (keys.size < known.length) throw new FormatError('note', 'two known keys have one name and id');
  return keys;
}

function identity({ name, id }: { readonly name: string; readonly id: string }): string {
  return `${name}+${id}`;
}
