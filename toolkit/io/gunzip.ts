import { pipeline } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Place } from '../base/index.ts';
import { IoError, systemCode } from './errors.ts';

/** What gzip packed, member after member. What is no gzip member at the end is dropped. Throws `bad-archive`. */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unpacker = createGunzip({ chunkSize: 1 << 16 });
  pipeline(source, unpacker, () => {}); // an error of either comes out of the loop below
  try {
    for await (const chunk of unpacker) yield chunk;
  } catch (error) {
    throw gzipError(error);
  }
}

/**
 * The same for bytes at hand, at most `limit` of them unpacked; `file` is for errors. Throws `too-large`,
 * `bad-archive`.
 */
export function gunzipBytes(bytes: Uint8Array, limit: number, file?: string): Uint8Array {
  const place = file === undefined ? {} : { file };
  const tooLarge = (cause?: unknown): IoError =>
    new IoError('too-large', `unpacks to more than ${limit} bytes`, place, { cause });
  try {
    const chunkSize = Math.max(Math.min(statedSize(bytes), limit), 1 << 12) + 1;
    const unpacked = gunzipSync(bytes, { maxOutputLength: Math.max(limit, 1), chunkSize });
    if (unpacked.length > limit) throw tooLarge();
    return new Uint8Array(unpacked);
  } catch (error) {
    throw systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(error) : gzipError(error, place);
  }
}

/** What the last member says that it unpacks to: believed for room to unpack in, no further. */
function statedSize(bytes: Uint8Array): number {
  if (bytes.length < 18) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}

function gzipError(cause: unknown, place: Place = {}): unknown {
  const code = systemCode(cause);
  if (code === 'Z_BUF_ERROR') return new IoError('bad-archive', 'gzip data is cut short', place, { cause });
  if (code.startsWith('Z_')) return new IoError('bad-archive', 'gzip data is damaged', place, { cause });
  return cause;
}
