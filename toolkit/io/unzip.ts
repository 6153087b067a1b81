import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { IoError } from './errors.ts';

/** One entry of a zip archive's directory. */
export interface ZipEntry {
  /** The name as it stands there, unchecked: it may climb, be absolute or hold anything. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Bytes when unpacked, as the archive states. */
  readonly size: number;
  readonly packedSize: number;
  /**
   * Unpacks it: exactly `size` bytes whose checksum is right. To be read to its end before the next entry.
   * Throws `bad-archive`, for an encrypted entry and one packed by another method than deflate, too.
   */
  read(): AsyncIterable<Uint8Array>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The entries of a zip archive, in the order of its directory. Throws `bad-archive`. */
export async function* unzip(bytes: Uint8Array): AsyncIterable<ZipEntry> {
  const { default: yauzl } = await import('yauzl');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    // Names are left as they are: the library would end at the first one that climbs.
    const zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true, decodeStrings: false });
    for await (const entry of zip.eachEntry()) {
      const { generalPurposeBitFlag: flags, fileNameRaw: raw, extraFields } = entry;
      yield entryOf(zip, entry, asUtf8(raw) ?? yauzl.getFileNameLowLevel(flags, raw, extraFields, true));
    }
  } catch (error) {
    throw zipError(error, 'zip archive');
  }
}

function entryOf(zip: ZipFile, entry: Entry, name: string): ZipEntry {
  return {
    name,
    kind: kindOf(entry, name),
    size: entry.uncompressedSize,
    packedSize: entry.compressedSize,
    read: () => contentOf(zip, entry, name),
  };
}

/** The upper half of the external attributes is a Unix mode when Unix (3) or macOS (19) made the entry. */
function kindOf(entry: Entry, name: string): ZipEntry['kind'] {
  const system = entry.versionMadeBy >> 8;
  const type = system === 3 || system === 19 ? (entry.externalFileAttributes >>> 28) & 0xf : 0;
  if (type === 0xa) return 'link';
  if (type === 0x4 || name.endsWith('/')) return 'directory';
  return type === 0 || type === 0x8 ? 'file' : 'other';
}

async function* contentOf(zip: ZipFile, entry: Entry, name: string): AsyncIterable<Uint8Array> {
  let checksum = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw zipError(error, name);
  }
  if (checksum !== entry.crc32) throw new IoError('bad-archive', 'the checksum is wrong', { file: name });
}

/** Unix programs write UTF-8 without the flag for it, which would make it code page 437. */
function asUtf8(raw: Uint8Array): string | null {
  try {
    return utf8.decode(raw);
  } catch {
    return null;
  }
}

function zipError(cause: unknown, file: string): IoError {
  if (cause instanceof IoError) return cause;
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new IoError('bad-archive', problem, { file }, { cause });
}
