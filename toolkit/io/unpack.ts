import { createReadStream } from 'node:fs';
import { bunzip2 } from './bunzip2.ts';
import { ioError } from './errors.ts';
import { gunzip } from './gunzip.ts';
import { unxz } from './unxz.ts';
import { unzip } from './unzip.ts';

/** All that reading an archive needs. Fits cpan's `ArchiveOps`. */
export const unpackers: {
  readonly gunzip: typeof gunzip;
  readonly bunzip2: typeof bunzip2;
  readonly unxz: typeof unxz;
  readonly unzip: typeof unzip;
} = { gunzip, bunzip2, unxz, unzip };

/** The bytes of a file as they are wanted. Throws `not-found`, `not-permitted`, `wrong-kind` when first read. */
export async function* streamFile(path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 17 })) yield chunk;
  } catch (error) {
    throw ioError(error, 'read', path);
  }
}
