/**
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, and lines of signatures, of which only those
 * by keys that one knows count. Keys are of Ed25519, type 0x01; signatures of other types are those of unknown keys.
 *
 *     verifier key   NAME+ID+base64(0x01 || public key)              ID is 8 hexadecimal digits
 *     signer key     PRIVATE+KEY+NAME+ID+base64(0x01 || seed)
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

/** A key that somebody is known by. */
export interface NoteVerifier {
  readonly name: string;
  readonly id: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

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

const TYPE = 1;
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
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** Throws `note` for a text that is none, no signature, or a name that is none. */
export function formatNote({ text, signatures }: Note): string {
  checkCharacters(text);
  if (!text.endsWith('\n')) throw new FormatError('note', 'a text ends in a line break');
  if (signatures.length === 0) throw new FormatError('note', 'a note has a signature');
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const signatures: NoteSignature[] = [];
  for (const { verifier, sign } of signers)
    signatures.push({ name: verifier.name, id: verifier.id, bytes: await sign(encodeUtf8(text)) });
  return formatNote({ text, signatures });
}

/**
 * The text, when a known key signed it. Signatures of keys that are not known are ignored. Throws `signature` when
 * no known key signed it, or one that is known did not sign this; `note`, `bounds`.
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

/** The verifier of a public key. Throws `note` for a name that is none, or a key that has not 32 bytes. */
export function noteVerifier(name: string, publicKey: Uint8Array): NoteVerifier {
  checkName(name);
  if (publicKey.length !== 32) throw new FormatError('note', 'a public key of Ed25519 has 32 bytes');
  const bytes = Uint8Array.from([...encodeUtf8(`${name}\n`), TYPE, ...publicKey]);
  return { name, id: toHex(sha256(bytes)).slice(0, 8), publicKey };
}

/** Throws `note`. */
export function parseNoteVerifier(text: string): NoteVerifier {
  const { name, id, key } = parseKey(text, 'verifier key');
  const verifier = noteVerifier(name, key);
  if (verifier.id !== id)
    throw new FormatError('note', `a verifier key with the id ${id}, not ${verifier.id}`);
  return verifier;
}

export function formatNoteVerifier({ name, id, publicKey }: NoteVerifier): string {
  return `${name}+${id}+${typed(publicKey)}`;
}

const PRIVATE = 'PRIVATE+KEY+';

/** Throws `note`; nothing of the key is ever in the error. */
export async function parseNoteSigner(text: string, ed25519: Ed25519): Promise<NoteSigner> {
  if (!text.startsWith(PRIVATE)) throw new FormatError('note', 'no signer key');
  const { name, id, key: seed } = parseKey(text.slice(PRIVATE.length), 'signer key');
  const verifier = noteVerifier(name, await ed25519.publicKey(seed));
  if (verifier.id !== id) throw new FormatError('note', 'a signer key with the id of another');
  return { verifier, sign: (message) => ed25519.sign(seed, message) };
}

/** `seed` has 32 bytes and is of the verifier's key. */
export function formatNoteSigner({ name, id }: NoteVerifier, seed: Uint8Array): string {
  return `${PRIVATE}${name}+${id}+${typed(seed)}`;
}

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || base64 === undefined)
    throw new FormatError('note', `a line that is no signature: ${quoteFound(line)}`);
  checkName(name);
  const bytes = decoded(base64, 'a signature');
  if (bytes.length < 5) throw new FormatError('note', 'a signature of no bytes');
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

function formatSignature({ name, id, bytes }: NoteSignature): string {
  checkName(name);
  const idBytes = [0, 2, 4, 6].map((at) => Number.parseInt(id.slice(at, at + 2), 16));
  return `\u2014 ${name} ${toBase64(Uint8Array.from([...idBytes, ...bytes]))}\n`;
}

/** `NAME+ID+base64`, of which only the last may hold a plus. What was found is not told: it may be secret. */
function parseKey(text: string, what: string): { name: string; id: string; key: Uint8Array } {
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.{1,100})$/.exec(text) ?? [];
  if (base64 === '') throw new FormatError('note', `no ${what}`);
  const [type, ...key] = decoded(base64, `a ${what}`);
  if (type !== TYPE || key.length !== 32)
    throw new FormatError('note', `a ${what} that is not of Ed25519, type 1`);
  return { name, id, key: Uint8Array.from(key) };
}

function decoded(base64: string, what: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new FormatError('note', `${what} that is no base64`, {}, { cause });
  }
}

function typed(key: Uint8Array): string {
  return toBase64(Uint8Array.from([TYPE, ...key]));
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
  const keys = new Map(known.map((verifier) => [identity(verifier), verifier]));
  if (keys.size < known.length) throw new FormatError('note', 'two known keys have one name and id');
  return keys;
}

function identity({ name, id }: { readonly name: string; readonly id: string }): string {
  return `${name}+${id}`;
}
