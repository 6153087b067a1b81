import { BytesError, decodeUtf8 } from '../base/index.ts';
import { TransparencyError, type TransparencyErrorCode } from './errors.ts';

/** Signed text as it stands there. Throws `code` for what is not UTF-8 or begins with a byte order mark. */
export function textOf(bytes: Uint8Array, code: TransparencyErrorCode, file?: string): string {
  const place = file === undefined ? {} : { file };
  try {
    // What is decoded has lost it.
    if (bytes[0] === 0xef) throw new TransparencyError(code, 'begins with no ASCII', place);
    return decodeUtf8(bytes);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new TransparencyError(code, cause.problem, place, { cause });
  }
}
