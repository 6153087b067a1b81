/**
 * OpenPGP's clear text (RFC 9580, 7) behind the line by which PAUSE makes it valid Perl. Only what PAUSE writes is
 * read: no armour header in the text but `Hash`, no escaped dashes, nothing before or behind.
 */
import { BytesError, fromBase64, quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';

/** What was signed, and by what. */
export interface ClearText {
  /** Of the `Hash` headers: `SHA512`; none before 1998, and then it is MD5. */
  readonly hashes: readonly string[];
  /** Without its last line break, which is the armour's; characters are bytes. */
  readonly text: string;
  /** OpenPGP packets. */
  readonly signature: Uint8Array;
}

export interface SplitClearText {
  /** Where the text stands. */
  readonly start: number;
  readonly end: number;
  readonly clearText: ClearText;
}

const PERL = "0&&<<''; # this PGP-signed message is also valid perl\n";
const BEGIN = /-----BEGIN PGP SIGNED MESSAGE-----\n((?:Hash: [A-Za-z0-9, -]{1,100}\n){0,10})\n/y;
const SIGNATURE = '\n-----BEGIN PGP SIGNATURE-----\n';
/** Headers, an empty line, lines of base64, a checksum, the end. */
const ARMOUR =
  /^(?:[A-Za-z]{1,20}: [^\n]{0,200}\n){0,10}\n((?:[A-Za-z0-9+/=]{1,80}\n){1,1000}?)(?:=[A-Za-z0-9+/]{4}\n)?-----END PGP SIGNATURE-----\n?$/;

/** Null for a text that does not begin with that line. Throws `checksums-syntax`. */
export function splitClearText(text: string, file?: string): SplitClearText | null {
  if (!text.startsWith(PERL)) return null;
  const fail = (problem: string): never => {
    throw new CpanError('checksums-syntax', problem, file === undefined ? {} : { file });
  };
  BEGIN.lastIndex = PERL.length;
  const [head, headers = ''] = BEGIN.exec(text) ?? [];
  if (head === undefined) return fail('no beginning of a signed message in its second line');
  const start = PERL.length + head.length;
  const end = text.indexOf(SIGNATURE, start);
  if (end < 0) return fail('has no signature');
  const signed = text.slice(start, end);
  if (/^-/m.test(signed)) return fail('a line that begins with a dash in what is signed');
  const armour = ARMOUR.exec(text.slice(end + SIGNATURE.length));
  if (armour === null) return fail('no signature, or something behind it');
  const hashes = [...headers.matchAll(/^Hash: (.*)$/gm)].flatMap(([, list = '']) => list.split(/, ?/));
  return { start, end, clearText: { hashes, text: signed, signature: decoded(armour[1] ?? '', fail) } };
}

function decoded(lines: string, fail: (problem: string) => never): Uint8Array {
  const base64 = lines.replaceAll('\n', '');
  try {
    return fromBase64(base64);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    return fail(`a signature that is no base64: ${quoteFound(base64)}`);
  }
}
