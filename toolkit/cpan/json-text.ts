import { type Json, PlacedError, parseJson } from '../base/index.ts';
import { CpanError, type CpanErrorCode } from './errors.ts';

export type JsonObject = { [key: string]: Json };

/** JSON whose numbers stay the text that was written; what is no JSON is a {@link CpanError} of the given code. */
export function readJson(text: string, code: CpanErrorCode, file?: string): Json {
  try {
    return parseJson(text, file === undefined ? { numbers: 'raw' } : { numbers: 'raw', file });
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new CpanError(code, cause.problem, cause.place, { cause });
  }
}

/** The member, when the object itself has it. */
export function memberOf(data: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

/** The value when it is a map, else an empty one. */
export function asObject(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** The value when it is text (or was a number), else null. */
export function asText(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
