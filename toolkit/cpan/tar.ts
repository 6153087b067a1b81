/**
 * tar archives, as POSIX.1-2017 (pax, "ustar Interchange Format" and "pax Header Block") and GNU tar write them.
 * Names are only read, never used: the caller judges them.
 */
import { decodeLatin1 } from '../base/index.ts';
import type { ArchiveEntry } from './archive-ops.ts';
import { ByteStream } from './byte-stream.ts';
import { CpanError } from './errors.ts';

const BLOCK = 512;
/** Bytes of a pax header or a GNU long name. */
const MAX_EXTENSION = 1 << 20;

/**
 * The entries of a tar archive in their order. Each must be read, if at all, before the next. Throws
 * `archive-damaged` with the offset, `too-large`, `archive-unsupported`.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>, file: string): AsyncIterable<ArchiveEntry> {
  const bytes = new ByteStream(source);
  const tar: Tar = { bytes, file };
  try {
    for (let entry = await nextEntry(tar); entry !== null; entry = await nextEntry(tar)) {
      const end = bytes.position + entry.size;
      yield { ...entry, read: () => contentOf(tar, end) };
      await passOver(tar, end - bytes.position + padding(entry.size));
    }
    while ((await bytes.some(1 << 20)).length > 0); // the decompressor checks its sums at the end
  } finally {
    await bytes.close();
  }
}

/** Whether the block is a tar header: its sum is right and it holds something. */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length === BLOCK && !isZero(block) && sumIsRight(block);
}

interface Tar {
  readonly bytes: ByteStream;
  readonly file: string;
}

type Stated = Omit<ArchiveEntry, 'read'>;

/** What headers before an entry say of it (pax `x`; GNU `L` and `K`). */
interface Extension {
  name?: string;
  target?: string;
  size?: number;
  sparse?: boolean;
}

async function nextEntry(tar: Tar): Promise<Stated | null> {
  let extension: Extension = {};
  for (;;) {
    const offset = tar.bytes.position;
    const block = await tar.bytes.take(BLOCK);
    if (block.length === 0 || (block.length === BLOCK && isZero(block))) return null;
    if (block.length < BLOCK) throw cutShort(tar);
    if (!sumIsRight(block)) throw damaged(tar, `no tar header at byte ${offset}: its checksum is wrong`);
    const header = parseHeader(block, tar, offset);
    if (!EXTENSIONS.has(header.type)) return entryOf(header, extension, tar, block);
    extension = { ...extension, ...(await readExtension(header, tar, offset)) };
  }
}

interface Header {
  readonly name: string;
  readonly target: string;
  readonly size: number;
  readonly type: string;
}

function parseHeader(block: Uint8Array, tar: Tar, offset: number): Header {
  const size = parseNumber(block.subarray(124, 136));
  if (size === null) throw damaged(tar, `the tar header at byte ${offset} states no size`);
  const type = String.fromCharCode(block[156] ?? 0).replace('\0', '0');
  const name = textOf(block, 0, 100);
  const prefix = textOf(block, 257, 263) === 'ustar' && block[262] === 0 ? textOf(block, 345, 500) : '';
  return { name: prefix === '' ? name : `${prefix}/${name}`, target: textOf(block, 157, 257), size, type };
}

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  0: 'file',
  7: 'file', // contiguous
  1: 'hardlink',
  2: 'link',
  5: 'directory',
};
const EXTENSIONS = new Set(['x', 'g', 'L', 'K']);

async function entryOf(header: Header, extension: Extension, tar: Tar, block: Uint8Array): Promise<Stated> {
  if (header.type === 'S') await passSparseMap(tar, block);
  const name = extension.name ?? header.name;
  const target = extension.target ?? header.target;
  const stated = extension.sparse ? 'other' : (KINDS[header.type] ?? 'other');
  const kind = stated === 'file' && name.endsWith('/') ? 'directory' : stated; // before ustar
  const size = kind === 'hardlink' ? 0 : (extension.size ?? header.size); // as GNU tar reads them
  return kind === 'link' || kind === 'hardlink' ? { name, kind, size, target } : { name, kind, size };
}

/** GNU's old sparse files: blocks of the map follow the header while the last says so. */
async function passSparseMap({ bytes }: Tar, header: Uint8Array): Promise<void> {
  let more = header[482] === 1;
  while (more) more = (await bytes.take(BLOCK))[504] === 1;
}

async function readExtension(header: Header, tar: Tar, offset: number): Promise<Extension> {
  if (header.size > MAX_EXTENSION)
    throw new CpanError('too-large', `a header of ${header.size} bytes at byte ${offset}`, {
      file: tar.file,
    });
  const body = (await tar.bytes.take(header.size)).slice();
  if (body.length < header.size) throw cutShort(tar);
  await passOver(tar, padding(header.size));
  if (header.type === 'L') return { name: textOf(body, 0, body.length) };
  if (header.type === 'K') return { target: textOf(body, 0, body.length) };
  const records = parsePax(body);
  if (records === null) throw damaged(tar, `the pax header at byte ${offset} cannot be read`);
  if (header.type === 'x') return extensionOf(records, tar, offset);
  if (['path', 'linkpath', 'size'].some((key) => records.has(key)))
    throw new CpanError('archive-unsupported', 'a pax header that renames all members', { file: tar.file });
  return {};
}

function extensionOf(records: ReadonlyMap<string, string>, tar: Tar, offset: number): Extension {
  const extension: Extension = {};
  const name = records.get('GNU.sparse.name') ?? records.get('path');
  if (name !== undefined) extension.name = name;
  const target = records.get('linkpath');
  if (target !== undefined) extension.target = target;
  const size = records.get('size');
  if (size !== undefined) extension.size = /^\d{1,15}$/.test(size) ? Number(size) : -1;
  if (extension.size === -1) throw damaged(tar, `the pax header at byte ${offset} states no size`);
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) extension.sparse = true;
  return extension;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Records `LENGTH KEY=VALUE\n`, LENGTH that of the whole record; the last of a key holds. */
function parsePax(body: Uint8Array): Map<string, string> | null {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const space = body.subarray(at, at + 8).indexOf(SPACE);
    const length = space < 1 ? 0 : digits(body, at, at + space);
    const end = at + length;
    if (length <= space + 1 || end > body.length || body[end - 1] !== NEWLINE) return null;
    const record = utf8(body.subarray(at + space + 1, end - 1));
    const equals = record.indexOf('=');
    if (equals < 1) return null;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at = end;
  }
  return records;
}

function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}

async function* contentOf(tar: Tar, end: number): AsyncIterable<Uint8Array> {
  while (tar.bytes.position < end) {
    const piece = await tar.bytes.some(end - tar.bytes.position);
    if (piece.length === 0) throw cutShort(tar);
    yield piece;
  }
}

async function passOver(tar: Tar, count: number): Promise<void> {
  if (!(await tar.bytes.skip(count))) throw cutShort(tar);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Octal digits between spaces and NULs, or GNU's big-endian number behind a set first bit. */
function parseNumber(field: Uint8Array): number | null {
  if (((field[0] ?? 0) & 0x80) !== 0) return parseBinary(field);
  let at = 0;
  while (at < field.length && isBlank(field[at])) at++;
  let value = 0;
  for (; at < field.length && !isBlank(field[at]); at++) {
    const digit = (field[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return null;
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === SPACE;
}

function parseBinary(field: Uint8Array): number | null {
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

/** The sum of all bytes, its own field taken as spaces; some old programs summed signed bytes. */
function sumIsRight(block: Uint8Array): boolean {
  const stated = parseNumber(block.subarray(148, 156));
  let sum = 8 * SPACE;
  let signed = sum;
  for (let i = 0; i < BLOCK; i++) {
    if (i >= 148 && i < 156) continue;
    const byte = block[i] ?? 0;
    sum += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return stated === sum || stated === signed;
}

function isZero(block: Uint8Array): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** To the first NUL. */
function textOf(bytes: Uint8Array, from: number, to: number): string {
  const field = bytes.subarray(from, to);
  const nul = field.indexOf(0);
  return utf8(nul === -1 ? field : field.subarray(0, nul));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Names are bytes: UTF-8 where they are that, else Latin-1. */
function utf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeLatin1(bytes);
  }
}

function damaged({ file }: Tar, problem: string): CpanError {
  return new CpanError('archive-damaged', problem, { file });
}

function cutShort(tar: Tar): CpanError {
  return damaged(tar, `the archive is cut short after ${tar.bytes.position} bytes`);
}
