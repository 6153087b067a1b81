/**
 * `CHECKSUMS`, which CPAN::Checksums writes into every directory of CPAN: Perl that its clients evaluate, here a
 * closed grammar of which nothing is ever run. Every age is read: unsigned or in OpenPGP's clear text, with MD5 alone
 * or SHA-256, with or without `cpan_path`. What stands outside of the one armour is refused (CVE-2020-16156), and a
 * `cpan_path` that is not the file's own directory (CVE-2020-16155).
 *
 *     0&&<<''; # this PGP-signed message is also valid perl
 *     -----BEGIN PGP SIGNED MESSAGE-----
 *     Hash: SHA512
 *
 *     # CHECKSUMS file written on Sun Nov 21 17:04:02 2021 GMT by CPAN::Checksums (v2.13)
 *     $cksum = {
 *       'Foo-1.0.tar.gz' => {
 *         'cpan_path' => 'A/AB/ABC', 'md5' => '…', 'mtime' => '2021-11-21', 'sha256' => '…', 'size' => 5967
 *       }
 *     };
 *     __END__
 *     -----BEGIN PGP SIGNATURE-----
 *
 * https://metacpan.org/pod/CPAN::Checksums
 */
import { decodeLatin1, type Place, quoteFound } from '../base/index.ts';
import { type ClearText, splitClearText } from './clear-text.ts';
import { CpanError, type CpanErrorCode } from './errors.ts';

/** Largest file, in bytes, and most files that one may list. */
export const MAX_CHECKSUMS_LENGTH: number = 16 * 1024 * 1024;
const MAX_FILES = 100_000;
const MAX_MEMBERS = 30;

/** What is said of one file; null where it is not said. Digests are hexadecimal in small letters. */
export interface ChecksumsFile {
  readonly isDirectory: boolean;
  /** In bytes. */
  readonly size: number | null;
  readonly sha256: string | null;
  readonly md5: string | null;
  /** Of what a file compressed by gzip or bzip2 unpacks to. */
  readonly unpackedSha256: string | null;
  readonly unpackedMd5: string | null;
  /** A day in UTC. */
  readonly modified: string | null;
}

export interface Checksums {
  /** By their names in the directory; characters are bytes. */
  readonly files: ReadonlyMap<string, ChecksumsFile>;
  /** The directory that it says it is of, below `authors/id/`: `A/AB/ABC`; null before CPAN::Checksums 2.13. */
  readonly cpanPath: string | null;
  /** When it was written, RFC 3339 UTC; null for files that do not say so in GMT. */
  readonly written: string | null;
  /** What was signed and by which bytes, not verified here; null for a file without a signature. */
  readonly signed: ClearText | null;
}

export interface ChecksumsOptions {
  /** Named in errors. */
  readonly file?: string;
  /** Where it stands on the mirror, which a `cpan_path` has to say too: `authors/id/A/AB/ABC/CHECKSUMS`. */
  readonly path?: string;
}

/** Throws `checksums-syntax` with the line, `checksums-directory`, `too-large`. */
export function parseChecksums(bytes: Uint8Array, options: ChecksumsOptions = {}): Checksums {
  const { file = options.path } = options;
  if (bytes.length > MAX_CHECKSUMS_LENGTH)
    throw new CpanError('too-large', `${bytes.length} bytes, at most ${MAX_CHECKSUMS_LENGTH}`, place(file));
  const text = decodeLatin1(bytes);
  const signed = splitClearText(text, file);
  const scanner = new Scanner(text, signed?.start ?? 0, signed?.end ?? text.length, file);
  const written = readComments(scanner);
  const { files, cpanPaths } = readHash(scanner);
  const cpanPath = oneDirectory(cpanPaths, options.path, file);
  return { files, cpanPath, written, signed: signed?.clearText ?? null };
}

/** The part of a text that is Perl, token by token. */
class Scanner {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #end: number;
  #at: number;

  constructor(text: string, start: number, end: number, file: string | undefined) {
    this.#text = text.slice(0, end);
    this.#at = start;
    this.#end = end;
    this.#file = file;
  }

  /** What the sticky pattern finds here; null for nothing. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  /** The same behind white space. */
  token(pattern: RegExp): RegExpExecArray | null {
    this.take(SPACE);
    return this.take(pattern);
  }

  expect(pattern: RegExp, what: string): RegExpExecArray {
    return this.token(pattern) ?? this.fail('checksums-syntax', `expected ${what}, found ${this.#found()}`);
  }

  expectEnd(): void {
    this.take(SPACE);
    if (this.#at < this.#end) this.fail('checksums-syntax', `expected the end, found ${this.#found()}`);
  }

  fail(code: CpanErrorCode, problem: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new CpanError(code, problem, { ...place(this.#file), line });
  }

  #found(): string {
    return this.#at === this.#end ? 'the end' : quoteFound(this.#text.slice(this.#at, this.#at + 60));
  }
}

const SPACE = /[ \t\n]*/y;
const COMMENT = /#([^\n]*)\n/y;
const WRITTEN =
  /^ CHECKSUMS file written on \w{3} (\w{3}) +(\d{1,2} \d\d:\d\d:\d\d \d{4}) GMT by CPAN::Checksums /;
const NAME = /\$cksum(?![\w:])/y;
const EQUALS = /=(?![=~>])/y;
const OPEN = /\{/y;
const CLOSE = /\}/y;
const COMMA = /,/y;
const ARROW = /=>/y;
const SEMICOLON = /;/y;
const END = /__END__(?:\n|$)/y;
/** Perl's single quotes, of which Data::Dumper escapes both characters that can be. */
const STRING = /'((?:[^'\\\0-\x1f\x7f]|\\['\\]){0,1000})'/y;
const NUMBER = /(0|[1-9]\d{0,15})(?![\w.])/y;

/** The comments at the beginning; the instant that one of them tells. */
function readComments(scanner: Scanner): string | null {
  let written: string | null = null;
  for (let comment = scanner.token(COMMENT); comment !== null; comment = scanner.token(COMMENT)) {
    const [, month, rest] = WRITTEN.exec(comment[1] ?? '') ?? [];
    const time = month === undefined ? Number.NaN : Date.parse(`${month} ${rest} GMT`);
    if (!Number.isNaN(time)) written ??= new Date(time).toISOString().replace('.000Z', 'Z');
  }
  return written;
}

interface Listed {
  readonly files: Map<string, ChecksumsFile>;
  readonly cpanPaths: Set<string>;
}

/** `$cksum = { NAME => {…}, … };` and nothing behind it but `__END__`. */
function readHash(scanner: Scanner): Listed {
  const listed: Listed = { files: new Map(), cpanPaths: new Set() };
  scanner.expect(NAME, '$cksum');
  scanner.expect(EQUALS, '=');
  eachMember(scanner, MAX_FILES, (name) => {
    if (name === '' || name.includes('/'))
      scanner.fail('checksums-syntax', `no name of a file: ${quoteFound(name)}`);
    if (listed.files.has(name)) scanner.fail('checksums-syntax', `${quoteFound(name)} a second time`);
    const members = readMembers(scanner);
    listed.files.set(name, toFile(members, scanner));
    const cpanPath = members.get('cpan_path');
    if (cpanPath !== undefined) listed.cpanPaths.add(cpanPath);
  });
  scanner.expect(SEMICOLON, ';');
  scanner.token(END);
  scanner.expectEnd();
  return listed;
}

function readMembers(scanner: Scanner): Map<string, string> {
  const members = new Map<string, string>();
  eachMember(scanner, MAX_MEMBERS, (name) => {
    if (members.has(name)) scanner.fail('checksums-syntax', `${quoteFound(name)} a second time`);
    const value = scanner.token(NUMBER)?.[1] ?? readString(scanner, 'a string or number');
    members.set(name, value);
  });
  return members;
}

/** `{ 'NAME' => VALUE, … }`; the callback reads the value. */
function eachMember(scanner: Scanner, most: number, readValue: (name: string) => void): void {
  scanner.expect(OPEN, '{');
  for (let count = 1; scanner.token(CLOSE) === null; count++) {
    if (count > most) scanner.fail('too-large', `more than ${most} members`);
    const name = readString(scanner, 'a name in quotes');
    scanner.expect(ARROW, '=>');
    readValue(name);
    if (scanner.token(COMMA) !== null) continue;
    scanner.expect(CLOSE, ', or }');
    return;
  }
}

function readString(scanner: Scanner, what: string): string {
  const [, raw = ''] = scanner.expect(STRING, what);
  return raw.replace(/\\(.)/g, '$1');
}

/** Members of other names are passed over, as CPAN's clients do. */
function toFile(members: ReadonlyMap<string, string>, scanner: Scanner): ChecksumsFile {
  const member = (name: string, pattern: RegExp): string | null => {
    const value = members.get(name);
    if (value === undefined || pattern.test(value)) return value ?? null;
    return scanner.fail('checksums-syntax', `no ${name}: ${quoteFound(value)}`);
  };
  const size = member('size', /^(?:0|[1-9]\d{0,14})$/);
  return {
    isDirectory: member('isdir', /^[01]$/) === '1',
    size: size === null ? null : Number(size),
    sha256: member('sha256', SHA256),
    md5: member('md5', MD5),
    unpackedSha256: member('sha256-ungz', SHA256) ?? member('sha256-unbz2', SHA256),
    unpackedMd5: member('md5-ungz', MD5) ?? member('md5-unbz2', MD5),
    modified: member('mtime', /^\d{4}-\d\d-\d\d$/),
  };
}

const SHA256 = /^[0-9a-f]{64}$/;
const MD5 = /^[0-9a-f]{32}$/;
const ID = 'authors/id/';

function oneDirectory(
  cpanPaths: ReadonlySet<string>,
  path: string | undefined,
  file?: string,
): string | null {
  const [first = null, second] = cpanPaths;
  const wrong = (problem: string): CpanError => new CpanError('checksums-directory', problem, place(file));
  if (second !== undefined) throw wrong(`of two directories, ${quoteFound(first)} and ${quoteFound(second)}`);
  if (first !== null && path !== undefined && `${ID}${first}/CHECKSUMS` !== path)
    throw wrong(`of another directory, ${quoteFound(first)}`);
  return first;
}

function place(file: string | undefined): Place {
  return file === undefined ? {} : { file };
}
