import { decodeUtf8, type Json, JsonError, PlacedError, parseJson, ShapeError } from 'cpansec/base';
import { MoveInError } from './errors.ts';

/** Bytes of a file of tickets, contacts, signatories, labels, reserved ids. */
export const MAX_INPUT: number = 64 * 1024 * 1024;
const MAX_DEPTH = 40;

export interface InputFile {
  /** As its user named it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Throws MoveInError with the place. */
export function jsonOf({ name, bytes }: InputFile): Json {
  return explained(name, () =>
    parseJson(textOf({ name, bytes }), { file: name, maxDepth: MAX_DEPTH, maxLength: MAX_INPUT }),
  );
}

export function textOf({ name, bytes }: InputFile): string {
  return explained(name, () => decodeUtf8(bytes, name).replace(/^\ufeff/, ''));
}

/** What is wrong with the file as a whole, as an error of this room. */
export function explained<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PlacedError) || cause instanceof MoveInError) throw cause;
    const { code, problem, place }: PlacedError<string> = cause;
    const bounds = cause instanceof JsonError && (code === 'json-size' || code === 'json-depth');
    throw new MoveInError(bounds ? 'bounds' : 'shape', problem, { ...place, file }, { cause });
  }
}

/** What is wrong with one thing in a list, in words; else the thing. */
export function each<T>(read: () => T): T | { readonly wrong: string } {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    return { wrong: cause.message };
  }
}
