import { pipeline } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
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

/** The same for bytes at hand, at most `limit` of them unpacked. Throws `too-large`, `bad-archive`. */
export function gunzipBytes(bytes: Uint8Array, limit: number): Uint8Array {
  const tooLarge = (cause?: unknown): IoError =>
    new IoError('too-large', `unpacks to more than ${limit} bytes`, {}, { cause });
  try {
    const unpacked = gunzipSync(bytes, { maxOutputLength: Math.max(limit, 1) });
    if (unpacked.length > limit) throw tooLarge();
    return new Uint8Array(unpacked);
  } catch (error) {
    throw systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(error) : gzipError(error);
  }
}

function gzipError(cause: unknown): unknown {
  const code = systemCode(cause);
  if (code === 'Z_BUF_ERROR') return new IoError('bad-archive', 'gzip data is cut short', {}, { cause });
  if (code.startsWith('Z_')) return new IoError('bad-archive', 'gzip data is damaged', {}, { cause });
  return cause;
}
