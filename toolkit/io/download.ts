import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { toHex } from '../base/index.ts';
import { IoError, ioError } from './errors.ts';
import { type GetOptions, open, refuseLength, unexpected } from './fetch.ts';
import { readFile } from './read-file.ts';
import { moveIntoPlace, replaceFile } from './replace-file.ts';
import type { Answer } from './request.ts';

export interface DownloadOptions extends GetOptions {
  /** What the bytes must hash to, in hexadecimal. */
  readonly sha256: string;
  /** How many there must be, when that is known. */
  readonly size?: number;
  /** Told after each piece; `total` is null when the server does not say. */
  readonly onProgress?: (done: number, total: number | null) => void;
}

export interface Downloaded {
  readonly size: number;
  /** Bytes that were there from an earlier try. */
  readonly resumedFrom: number;
}

/** Connections that are tried when each of them brings something before it breaks. */
const MAX_TRIES = 8;

/**
 * Downloads to `path`, which appears only when whole and right; until then the bytes are in `path.part`, and a
 * later call goes on from there when the server still has the same thing (Range and If-Range, RFC 9110 sections
 * 13.1.5 and 14.2). What was resumed and turns out wrong is fetched once more from its beginning.
 * Throws what `open` does, `bad-answer`, `too-large`, `digest-mismatch`, `disk-full`, `not-permitted`.
 */
export async function fetchTo(address: URL, path: string, options: DownloadOptions): Promise<Downloaded> {
  const part = new Part(path, address);
  const resumedFrom = part.size;
  if (resumedFrom !== options.size) await fill(part, options);
  if (resumedFrom > 0 && !part.isRight(options)) {
    part.discard();
    await fill(part, options);
  }
  if (!part.isRight(options)) {
    part.discard();
    throw part.mismatch(options);
  }
  const { size } = part;
  part.finish();
  return { size, resumedFrom };
}

/** Tries again as long as each try brings something. */
async function fill(part: Part, options: DownloadOptions): Promise<void> {
  for (let i = 1; ; i++) {
    const before = part.size;
    try {
      return await once(part, options);
    } catch (error) {
      const broken = error instanceof IoError && (error.code === 'no-connection' || error.code === 'timeout');
      const stopped = options.signal?.aborted === true;
      if (!broken || stopped || i === MAX_TRIES || part.size <= before || part.validator === '') throw error;
    }
  }
}

async function once(part: Part, options: DownloadOptions): Promise<void> {
  const headers: Record<string, string> =
    part.size === 0 ? {} : { range: `bytes=${part.size}-`, 'if-range': part.validator };
  const answer = await open(part.address, headers, options);
  try {
    if (answer.status === 416 && part.size > 0) {
      part.discard();
      return await once(part, options);
    }
    const { total } = part.prepare(answer);
    refuseLength(answer, options.limit - part.size);
    for await (const chunk of answer.body) {
      part.append(chunk, options.limit);
      options.onProgress?.(part.size, total);
    }
    if (total !== null && part.size !== total)
      throw new IoError('no-connection', `${answer.url.host} sent ${part.size} of ${total} bytes`);
  } finally {
    answer.close();
    part.close();
  }
}

/** What has arrived of one address, and what the server called that version of it. */
class Part {
  readonly address: URL;
  readonly #target: string;
  readonly #path: string;
  readonly #notePath: string;
  size = 0;
  /** For If-Range; empty when the server gave none that is strong. */
  validator = '';
  #file = -1;
  #found = '';

  constructor(target: string, address: URL) {
    this.address = address;
    this.#target = target;
    this.#path = `${target}.part`;
    this.#notePath = `${target}.part.note`;
    this.#remember();
  }

  /** Takes up an earlier part of the same address, else drops it. */
  #remember(): void {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const [address, validator = ''] = this.#note();
    if (stat?.isFile() === true && address === this.address.href && validator !== '') {
      this.size = stat.size;
      this.validator = validator;
    } else this.discard();
  }

  #note(): string[] {
    try {
      return new TextDecoder().decode(readFile(this.#notePath, 1 << 16)).split('\n');
    } catch {
      return [];
    }
  }

  /** Makes ready for the answer's body: goes on for 206, begins anew for 200. */
  prepare(answer: Answer): { total: number | null } {
    if (answer.status === 206) return { total: this.#rangeTotal(answer) };
    if (answer.status !== 200) throw unexpected(answer);
    this.discard();
    this.validator = validatorOf(answer);
    if (this.validator !== '') this.#keepNote();
    const length = answer.headers['content-length'];
    return { total: length === undefined ? null : Number(length) };
  }

  #rangeTotal(answer: Answer): number | null {
    const range = /^bytes (\d{1,15})-\d{1,15}\/(?:(\d{1,15})|\*)$/.exec(
      answer.headers['content-range'] ?? '',
    );
    if (range === null || this.size === 0 || Number(range[1]) !== this.size)
      throw new IoError('bad-answer', `${answer.url.host} answers with another range than asked for`);
    return range[2] === undefined ? null : Number(range[2]);
  }

  #keepNote(): void {
    replaceFile(this.#notePath, new TextEncoder().encode(`${this.address.href}\n${this.validator}\n`), 0o600);
  }

  append(chunk: Uint8Array, limit: number): void {
    if (this.size + chunk.length > limit)
      throw new IoError('too-large', `gives more than ${limit} bytes`, { file: this.address.href });
    try {
      if (this.#file === -1) this.#file = openSync(this.#path, this.size === 0 ? 'w' : 'a', 0o644);
      for (let done = 0; done < chunk.length; ) done += writeSync(this.#file, chunk, done);
    } catch (error) {
      throw ioError(error, 'write', this.#path);
    }
    this.size += chunk.length;
  }

  close(): void {
    if (this.#file === -1) return;
    fsyncSync(this.#file);
    closeSync(this.#file);
    this.#file = -1;
  }

  isRight({ sha256, size }: DownloadOptions): boolean {
    if (this.size === 0) this.append(new Uint8Array(), 0);
    this.close();
    this.#found = hashOf(this.#path);
    return this.#found === sha256.toLowerCase() && (size === undefined || size === this.size);
  }

  mismatch({ sha256 }: DownloadOptions): IoError {
    const problem = `what arrived hashes to ${this.#found}, not to ${sha256.toLowerCase()}`;
    return new IoError('digest-mismatch', problem, { file: this.address.href });
  }

  discard(): void {
    this.size = 0;
    this.validator = '';
    rmSync(this.#notePath, { force: true });
    rmSync(this.#path, { force: true });
  }

  finish(): void {
    moveIntoPlace(this.#path, this.#target);
    rmSync(this.#notePath, { force: true });
  }
}

/** A strong entity tag, else the date of the last change (RFC 9110 section 8.8). */
function validatorOf({ headers }: Answer): string {
  const tag = headers.etag ?? '';
  if (/^"[\x21\x23-\x7e]{1,200}"$/.test(tag)) return tag;
  const changed = headers['last-modified'] ?? '';
  return /^[A-Za-z0-9 ,:]{1,40}$/.test(changed) ? changed : '';
}

function hashOf(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const chunk = new Uint8Array(1 << 20);
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk))
      hash.update(chunk.subarray(0, count));
    return toHex(hash.digest());
  } finally {
    closeSync(file);
  }
}
