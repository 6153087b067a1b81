import { decodeUtf8, type Infer, JsonError, parseJson, type Shape, ShapeError } from 'cpansec/base';
import { IoError, readFile } from 'cpansec/io';
import { TufKeepingError, type TufKeepingErrorCode } from './errors.ts';

const MAX_LENGTH = 1024 * 1024;

/** What a JSON file of that shape holds. Throws the code, naming the file and what was found. */
export function readShaped<S extends Shape<unknown>>(
  path: string,
  shape: S,
  code: TufKeepingErrorCode,
): Infer<S> {
  try {
    // What the shape gives is of its type.
    return shape(parseJson(decodeUtf8(readFile(path, MAX_LENGTH)))) as Infer<S>;
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError || cause instanceof IoError)) throw cause;
    throw new TufKeepingError(code, cause.message, { file: path }, { cause });
  }
}
