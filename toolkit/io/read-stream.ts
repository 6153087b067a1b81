import { IoError, ioError } from './errors.ts';

/** All that the stream gives, at most `limit` bytes. `name` is for errors. Throws `too-large`, `failed`. */
export async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  limit: number,
  name: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      length += bytes.length;
      if (length > limit) throw new IoError('too-large', `gives more than ${limit} bytes`, { file: name });
      chunks.push(bytes);
    }
  } catch (error) {
    throw ioError(error, 'read', name);
  }
  return joined(chunks, length);
}

/** Standard input to its end, at most `limit` bytes. */
export function readStdin(limit: number): Promise<Uint8Array> {
  return readStream(process.stdin, limit, 'stdin');
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
