/**
 * A stream of bytes as sealed frames in a file: one that was changed, cut off, or put into another order does not
 * open. The first line is in clear; it holds the file's own key, wrapped by the master key:
 *
 *     {"format":"cpansec-desk-backup/1","id":"…","key":"base64"}
 *     last (1 byte, 1 for the last frame) · length (4 bytes, big-endian) · sealed frame      … again and again
 */
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fromBase64, matching, object, PlacedError, parseJson, toBase64 } from 'cpansec/base';
import { systemCode } from 'cpansec/io';
import { StoreError } from '../errors.ts';
import { newId } from '../id.ts';
import { decrypt, encrypt, type KeyService } from '../master-key.ts';

const FORMAT = 'cpansec-desk-backup/1';
/** Bytes of a frame, before it is sealed; and how many more it may be after. */
const FRAME = 256 * 1024;
const SEALED = FRAME + 64;
const MAX_HEADER = 4096;

/** Seals what is written, a frame at a time. */
export class FrameWriter {
  readonly #file: FileHandle;
  readonly #key: Uint8Array;
  readonly #about: string;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #frames = 0;

  private constructor(file: FileHandle, key: Uint8Array, about: string) {
    this.#file = file;
    this.#key = key;
    this.#about = about;
  }

  static async begin(file: FileHandle, keys: KeyService): Promise<FrameWriter> {
    const [key, id] = [randomBytes(32), newId()];
    const wrapped = await keys.wrap(key, aboutKey(id));
    const header = `${JSON.stringify({ format: FORMAT, id, key: toBase64(wrapped) })}\n`;
    await file.writeFile(header);
    return new FrameWriter(file, key, aboutFrames(header));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes <= FRAME) return;
    const all = Buffer.concat(this.#waiting);
    let done = 0;
    for (; all.length - done > FRAME; done += FRAME) await this.#frame(all.subarray(done, done + FRAME), 0);
    this.#waiting = [all.subarray(done)];
    this.#bytes = all.length - done;
  }

  async end(): Promise<void> {
    await this.#frame(Buffer.concat(this.#waiting), 1);
  }

  async #frame(plain: Uint8Array, last: 0 | 1): Promise<void> {
    const sealed = encrypt(this.#key, plain, `${this.#about}\n${this.#frames++}\n${last}`);
    const head = Buffer.alloc(5);
    head.writeUInt8(last, 0);
    head.writeUInt32BE(sealed.length, 1);
    await this.#file.writeFile(Buffer.concat([head, sealed]));
  }
}

/** The bytes that were written, frame by frame. Throws `backup`, `key`. */
export async function* readFrames(path: string, keys: KeyService): AsyncGenerator<Uint8Array> {
  const file = await opened(path);
  try {
    const header = await headerOf(file, path);
    const key = await keyOf(header, keys, path);
    let at = Buffer.byteLength(header);
    for (let frame = 0, last = 0; last === 0; frame++) {
      const head = await exactly(file, at, 5, path);
      last = head.readUInt8(0);
      const length = head.readUInt32BE(1);
      if (last > 1 || length > SEALED) throw broken(path);
      const sealed = await exactly(file, at + 5, length, path);
      at += 5 + length;
      yield openedFrame(key, sealed, `${aboutFrames(header)}\n${frame}\n${last}`, path);
    }
    if ((await file.stat()).size !== at)
      throw new StoreError('backup', 'goes on after its end', { file: path });
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new StoreError('backup', `cannot be read: ${systemCode(cause)}`, { file: path }, { cause });
  }
}

async function headerOf(file: FileHandle, path: string): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_HEADER), 0, MAX_HEADER, 0);
  const end = buffer.subarray(0, bytesRead).indexOf('\n');
  if (end < 0) throw new StoreError('backup', 'is no backup', { file: path });
  return buffer.toString('latin1', 0, end + 1);
}

const headerShape = object({
  format: matching(/^cpansec-desk-backup\/1$/, FORMAT),
  id: matching(/^[0-9a-z]{26}$/, 'an id'),
  key: matching(/^[A-Za-z0-9+/=]{1,2048}$/, 'base64'),
});

async function keyOf(header: string, keys: KeyService, path: string): Promise<Uint8Array> {
  try {
    const { id, key } = headerShape(parseJson(header));
    return await keys.unwrap(fromBase64(key), aboutKey(id));
  } catch (cause) {
    if (!(cause instanceof PlacedError) || cause.code === 'key') throw cause;
    throw new StoreError('backup', 'is no backup, or its beginning was changed', { file: path }, { cause });
  }
}

async function exactly(file: FileHandle, at: number, length: number, path: string): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new StoreError('backup', 'is cut off', { file: path });
  return buffer;
}

function openedFrame(key: Uint8Array, sealed: Uint8Array, about: string, path: string): Uint8Array {
  try {
    return decrypt(key, sealed, about);
  } catch (cause) {
    throw broken(path, cause);
  }
}

function broken(path: string, cause?: unknown): StoreError {
  return new StoreError(
    'backup',
    'was changed, or parts of it stand in another order',
    { file: path },
    { cause },
  );
}

function aboutKey(id: string): string {
  return `cpansec-desk backup\n${id}`;
}

/** The line in clear is part of what every frame is sealed with. */
function aboutFrames(header: string): string {
  return `cpansec-desk backup frame\n${createHash('sha256').update(header).digest('hex')}`;
}
