import { fileURLToPath } from 'node:url';
import { IoError, parseAddress } from 'cpansec/io';
import { directoryMirror } from './directory-mirror.ts';
import { FollowError } from './errors.ts';
import { type HttpOptions, httpMirror } from './http-mirror.ts';
import type { Mirror } from './mirror.ts';

/** A mirror at an http, https or file address, or in a directory. Throws `mirror`. */
export function openMirror(address: string, http: HttpOptions): Mirror {
  try {
    const url = parseAddress(address);
    return url.protocol === 'file:' ? directoryMirror(fileURLToPath(url)) : httpMirror(url, http);
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new FollowError('mirror', cause.problem, { file: address }, { cause });
  }
}
