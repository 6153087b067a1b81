/**
 * Archives of distributions: what is in them, and the bytes of what is wanted. Nothing is ever written, no link
 * followed, no member run, no archive within an archive opened.
 */
import { quoteFound } from '../base/index.ts';
import type { ArchiveEntry, ArchiveOps } from './archive-ops.ts';
import { type BadPath, memberPath } from './archive-path.ts';
import { joinBytes } from './byte-stream.ts';
import { CpanError } from './errors.ts';
import { isTarHeader, readTar } from './tar.ts';

export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.bz2' | 'tar.xz' | 'zip';

export interface Archive {
  readonly format: ArchiveFormat;
  /** In the archive's order. A path that comes twice is here twice; unpacking would leave the last. */
  readonly members: readonly ArchiveMember[];
  /** Members that no program should unpack, and that none of `members` is. */
  readonly refused: readonly RefusedMember[];
  /** Paths of members other than directories that come more than once, in the order of their second coming. */
  readonly duplicates: readonly string[];
}

export interface ArchiveMember {
  /** Below the archive, without `.` or `..`: `Foo-1.0/META.json`. */
  readonly path: string;
  readonly kind: ArchiveEntry['kind'];
  /** Bytes when unpacked, as stated. */
  readonly size: number;
  /** Where a link leads, as written. */
  readonly target?: string;
  /** The content of a wanted file; null for everything else. */
  readonly bytes: Uint8Array | null;
  /** Set for a wanted file that is larger than what is kept. */
  readonly withheld?: true;
}

export interface RefusedMember {
  /** As the archive has it, cut to a length that can be shown. */
  readonly name: string;
  /** `below-link`: it would be written through a link that the archive holds. */
  readonly reason: BadPath | 'below-link';
}

export interface ArchiveLimits {
  /** Bytes of the archive itself. */
  readonly packed: number;
  /** Bytes of all that is in it. */
  readonly unpacked: number;
  /** How many times larger than itself what it holds may be, beyond 32 MiB. */
  readonly ratio: number;
  /** How many members it may have. */
  readonly members: number;
  /** Characters of a path. */
  readonly path: number;
  /** Bytes of a wanted file; a larger one is listed with its bytes withheld. */
  readonly member: number;
  /** Bytes of all wanted files. */
  readonly kept: number;
}

/** Ten times what the largest distributions of CPAN need. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  packed: 512 << 20,
  unpacked: 2 ** 31,
  ratio: 250,
  members: 200_000,
  path: 1024,
  member: 16 << 20,
  kept: 256 << 20,
};

/** Below this size the ratio says nothing: a few kilobytes of spaces are no bomb. */
const RATIO_FROM = 32 << 20;
const HEAD = 512;

export interface ArchiveOptions {
  /** Which files' bytes are wanted. */
  readonly wanted: (path: string, size: number) => boolean;
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Reads a tar archive, plain or packed with gzip, bzip2 or xz, or a zip archive; which it is, its first bytes
 * say, not its name. Null when it is none of these. `file` is for errors. Throws `archive-damaged`,
 * `archive-unsupported`, `too-large`, and whatever the stream throws.
 */
export async function readArchive(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  file: string,
  ops: ArchiveOps,
  options: ArchiveOptions,
): Promise<Archive | null> {
  const limits = { ...ARCHIVE_LIMITS, ...options.limits };
  const input = new Input(source instanceof Uint8Array ? one(source) : source, limits, file);
  try {
    const format = formatOf(await input.head(), file);
    if (format === null) return null;
    const found = new Found(options.wanted, limits, file);
    for await (const entry of entriesOf(format, input, ops, limits, file)) await found.add(entry);
    return found.archive(format);
  } finally {
    await input.close();
  }
}

const MAGIC: readonly [format: ArchiveFormat | 'unsupported', start: string][] = [
  ['tar.gz', '\x1f\x8b'],
  ['tar.bz2', 'BZh'],
  ['tar.xz', '\xfd7zXZ\0'],
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['unsupported', '\x1f\x9d'], // compress
];

function formatOf(head: Uint8Array, file: string): ArchiveFormat | null {
  for (const [format, start] of MAGIC) {
    if (![...start].every((char, i) => head[i] === char.charCodeAt(0))) continue;
    if (format !== 'unsupported') return format;
    throw new CpanError('archive-unsupported', 'packed with compress (.Z)', { file });
  }
  return isTarHeader(head) ? 'tar' : null;
}

function entriesOf(
  format: ArchiveFormat,
  input: Input,
  ops: ArchiveOps,
  limits: ArchiveLimits,
  file: string,
): AsyncIterable<ArchiveEntry> {
  if (format === 'zip') return zipEntries(input, ops, file);
  const unpackers = { tar: null, 'tar.gz': ops.gunzip, 'tar.bz2': ops.bunzip2, 'tar.xz': ops.unxz };
  const unpack = unpackers[format];
  const unpacked = unpack === null ? input.chunks() : blaming(unpack(input.chunks()), input, file);
  return readTar(bounded(unpacked, input, limits, file), file);
}

async function* zipEntries(input: Input, ops: ArchiveOps, file: string): AsyncIterable<ArchiveEntry> {
  const parts: Uint8Array[] = [];
  for await (const chunk of input.chunks()) parts.push(chunk);
  for await (const entry of blaming(ops.unzip(joinBytes(parts, input.count)), input, file))
    yield { ...entry, read: () => blaming(entry.read(), input, file) };
}

/** What is wrong with the data comes as our error, what is wrong with the stream as its own. */
async function* blaming<T>(chunks: AsyncIterable<T>, input: Input, file: string): AsyncIterable<T> {
  try {
    yield* chunks;
  } catch (cause) {
    if (input.failure !== undefined) throw input.failure.error;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new CpanError('archive-damaged', problem, { file }, { cause });
  }
}

/** Stops a bomb while it unpacks. */
async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  input: Input,
  limits: ArchiveLimits,
  file: string,
): AsyncIterable<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    refuseBomb(total, input.count, limits, file);
    yield chunk;
  }
}

function refuseBomb(total: number, packed: number, limits: ArchiveLimits, file: string): void {
  if (total > limits.unpacked) throw tooLarge(`unpacks to more than ${limits.unpacked} bytes`, file);
  if (total > RATIO_FROM && total > packed * limits.ratio)
    throw tooLarge(`unpacks to more than ${limits.ratio} times its size`, file);
}

function tooLarge(problem: string, file: string): CpanError {
  return new CpanError('too-large', problem, { file });
}

/** The archive's own bytes, counted. */
class Input {
  count = 0;
  /** What the stream threw. */
  failure: { readonly error: unknown } | undefined;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #limits: ArchiveLimits;
  readonly #file: string;
  #ahead: Uint8Array[] = [];

  constructor(source: AsyncIterable<Uint8Array>, limits: ArchiveLimits, file: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#limits = limits;
    this.#file = file;
  }

  /** The first bytes; `chunks` gives them again. */
  async head(): Promise<Uint8Array> {
    let length = 0;
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) {
      this.#ahead.push(chunk);
      length += chunk.length;
      if (length >= HEAD) break;
    }
    return joinBytes(this.#ahead, length).subarray(0, HEAD);
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    const ahead = this.#ahead;
    this.#ahead = [];
    yield* ahead;
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield chunk;
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#source.next();
      if (done === true) return null;
      this.count += value.length;
      if (this.count > this.#limits.packed)
        throw tooLarge(`has more than ${this.#limits.packed} bytes`, this.#file);
      return value;
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/** What has been found so far. */
class Found {
  readonly #members: ArchiveMember[] = [];
  readonly #refused: RefusedMember[] = [];
  readonly #links = new Set<string>();
  readonly #seen = new Map<string, ArchiveMember['kind']>();
  readonly #duplicates = new Set<string>();
  readonly #wanted: ArchiveOptions['wanted'];
  readonly #limits: ArchiveLimits;
  readonly #file: string;
  #unpacked = 0;
  #kept = 0;

  constructor(wanted: ArchiveOptions['wanted'], limits: ArchiveLimits, file: string) {
    this.#wanted = wanted;
    this.#limits = limits;
    this.#file = file;
  }

  archive(format: ArchiveFormat): Archive {
    return { format, members: this.#members, refused: this.#refused, duplicates: [...this.#duplicates] };
  }

  async add(entry: ArchiveEntry): Promise<void> {
    this.#count(entry);
    const checked = memberPath(entry.name, this.#limits.path);
    if ('bad' in checked) return this.#refuse(entry.name, checked.bad);
    if (checked.path === '' && entry.kind === 'directory') return; // the top itself
    if (checked.path === '') return this.#refuse(entry.name, 'empty');
    if (this.#isBelowLink(checked.path)) return this.#refuse(entry.name, 'below-link');
    this.#members.push(await this.#member(checked.path, entry));
    this.#note(checked.path, entry.kind);
  }

  #count(entry: ArchiveEntry): void {
    const { members, unpacked } = this.#limits;
    if (this.#members.length + this.#refused.length >= members)
      throw tooLarge(`has more than ${members} members`, this.#file);
    this.#unpacked += entry.size;
    if (this.#unpacked > unpacked) {
      const problem = `states ${this.#unpacked} bytes up to ${quoteFound(entry.name)}, more than ${unpacked}`;
      throw tooLarge(problem, this.#file);
    }
  }

  #refuse(name: string, reason: RefusedMember['reason']): void {
    this.#refused.push({ name: name.slice(0, 200), reason });
  }

  async #member(path: string, entry: ArchiveEntry): Promise<ArchiveMember> {
    const { kind, size, target } = entry;
    const stated = target === undefined ? { path, kind, size } : { path, kind, size, target };
    if (kind !== 'file' || !this.#wanted(path, size)) return { ...stated, bytes: null };
    if (size > this.#limits.member) return { ...stated, bytes: null, withheld: true };
    return { ...stated, bytes: await this.#content(entry) };
  }

  async #content(entry: ArchiveEntry): Promise<Uint8Array> {
    this.#kept += entry.size;
    if (this.#kept > this.#limits.kept)
      throw tooLarge(`more than ${this.#limits.kept} bytes of it are wanted`, this.#file);
    const bytes = new Uint8Array(entry.size);
    let length = 0;
    for await (const chunk of entry.read()) {
      bytes.set(chunk, length);
      length += chunk.length;
    }
    return bytes;
  }

  #note(path: string, kind: ArchiveMember['kind']): void {
    const before = this.#seen.get(path);
    if (before !== undefined && !(before === 'directory' && kind === 'directory')) this.#duplicates.add(path);
    this.#seen.set(path, kind);
    if (kind === 'link') this.#links.add(path);
  }

  #isBelowLink(path: string): boolean {
    if (this.#links.size === 0) return false;
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
      if (this.#links.has(path.slice(0, cut))) return true;
    return false;
  }
}

async function* one(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
