/** A file of a mirror, read to its end and hashed as it comes. */
import { createHash } from 'node:crypto';
import { FollowError } from './errors.ts';
import type { Mirror, MirrorFile } from './mirror.ts';

export interface TakenFile {
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly validator: string;
  readonly modified: string | null;
}

export interface TakenBytes extends TakenFile {
  readonly bytes: Uint8Array;
}

export interface TakeOptions {
  /** Most bytes. */
  readonly limit: number;
  /** The validator of what is known. */
  readonly unless?: string;
}

/** The digest of a file, of which nothing is kept. Throws what `Mirror.open` does, and `file` above the limit. */
export async function digestOf(
  mirror: Mirror,
  path: string,
  options: TakeOptions,
): Promise<TakenFile | 'absent' | 'same'> {
  return taken(mirror, path, options, () => {});
}

/** The same with its bytes. */
export async function bytesOf(
  mirror: Mirror,
  path: string,
  options: TakeOptions,
): Promise<TakenBytes | 'absent' | 'same'> {
  const chunks: Uint8Array[] = [];
  const file = await taken(mirror, path, options, (chunk) => chunks.push(chunk));
  return typeof file === 'string' ? file : { ...file, bytes: Buffer.concat(chunks) };
}

async function taken(
  mirror: Mirror,
  path: string,
  { limit, unless }: TakeOptions,
  onChunk: (chunk: Uint8Array) => void,
): Promise<TakenFile | 'absent' | 'same'> {
  const file = await mirror.open(path, unless);
  if (typeof file === 'string') return file;
  try {
    return await hashed(file, path, limit, onChunk);
  } finally {
    file.close();
  }
}

async function hashed(
  file: MirrorFile,
  path: string,
  limit: number,
  onChunk: (chunk: Uint8Array) => void,
): Promise<TakenFile> {
  const tooLarge = (): FollowError => new FollowError('file', `has more than ${limit} bytes`, { file: path });
  if (file.size !== null && file.size > limit) throw tooLarge();
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of file.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    hash.update(chunk);
    onChunk(chunk);
  }
  file.check();
  if (file.size !== null && file.size !== size)
    throw new FollowError('file', `has ${size} bytes, not the ${file.size} it was said to have`, {
      file: path,
    });
  return { sha256: hash.digest('hex'), size, validator: file.validator, modified: file.modified };
}
