/** What a value of an entry may be: one text for each value, and nothing else is read. */
import { instant as instantShape, ShapeError } from '../base/index.ts';
import { authorFile, isMirrorPath } from '../cpan/index.ts';

export interface Field<T> {
  /** For errors: `a SHA-256 …`. */
  readonly what: string;
  /** Undefined for what is no such value. */
  read(text: string): T | undefined;
  write(value: T): string;
}

/** How an unknown value is written. */
const UNKNOWN = '-';
const CHECKSUMS = 'CHECKSUMS';

function checked(what: string, isGood: (text: string) => boolean): Field<string> {
  return { what, read: (text) => (isGood(text) ? text : undefined), write: (text) => text };
}

function matching(what: string, pattern: RegExp): Field<string> {
  return checked(what, (text) => pattern.test(text));
}

/** Null is written `-`. */
function orUnknown(field: Field<string>): Field<string | null> {
  return {
    what: `${field.what}, or ${UNKNOWN}`,
    read: (text) => (text === UNKNOWN ? null : field.read(text)),
    write: (value) => (value === null ? UNKNOWN : field.write(value)),
  };
}

function whole(what: string, min: number): Field<number> {
  return {
    what,
    read: (text) => {
      const value = Number(text);
      return /^(?:0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(value) && value >= min
        ? value
        : undefined;
    },
    write: String,
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Field<T> {
  return {
    what: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text),
    write: (word) => word,
  };
}

export const digest: Field<string> = matching('a SHA-256 in 64 small hexadecimal digits', /^[0-9a-f]{64}$/);
export const size: Field<number> = whole('a whole number', 0);
export const count: Field<number> = whole('a whole number from 1', 1);
export const instant: Field<string> = checked('an instant in UTC, YYYY-MM-DDThh:mm:ssZ', isInstant);
export const instantOrUnknown: Field<string | null> = orUnknown(instant);
export const releasePath: Field<string> = checked("the path of a file in an author's directory", (text) => {
  const file = authorFile(text);
  return file !== null && file.name !== CHECKSUMS;
});
export const checksumsPath: Field<string> = checked(
  "the path of the CHECKSUMS of an author's directory",
  (text) => authorFile(text)?.name === CHECKSUMS,
);
export const indexPath: Field<string> = checked(
  "a path below the mirror, of no author's directory",
  (text) => isMirrorPath(text) && !text.startsWith('authors/id/'),
);
export const patchPath: Field<string> = matching(
  'a path below patches/',
  /^patches(?=.{1,490}$)(?:\/(?!\.)[A-Za-z0-9._%-]+)+$/,
);
/** As a name stands in a key of the published store. */
export const name: Field<string> = matching('a name as keys have it', /^[A-Za-z0-9%][A-Za-z0-9._%-]{0,234}$/);
/** Of a key or log: all but spaces, control characters and what is not ASCII. */
export const label: Field<string> = matching('a name of 1 to 200 visible characters', /^[!-~]{1,200}$/);
export const keyId: Field<string> = matching(
  'a key id or fingerprint of 8 to 128 small hexadecimal digits',
  /^(?:[0-9a-f]{2}){4,64}$/,
);
export const keyIdOrUnknown: Field<string | null> = orUnknown(keyId);
export const uri: Field<string> = matching(
  'a URI of at most 500 characters',
  /^[A-Za-z][A-Za-z0-9+.-]{0,30}:(?=.{1,460}$)[A-Za-z0-9\-._~!$&'()*+,;=:@/?#%[\]]+$/,
);

function isInstant(text: string): boolean {
  try {
    return instantShape(text) === text;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return false;
  }
}
