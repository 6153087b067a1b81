import { printable } from './printable.ts';

/** A place in something that was read. Lines and columns count from 1. */
export interface Place {
  /** What was read: a file as its user names it, or a description such as `stdin`. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** A path into structured data, `affected[0].ranges[2]`. */
  readonly path?: string;
}

/** `cpanfile:12:3` or `META.json at prereqs.runtime`, safe to print. */
export function formatPlace(place: Place): string {
  const at = [
    printable(place.file ?? ''),
    place.line ?? '',
    place.line === undefined ? '' : (place.column ?? ''),
  ];
  const position = at.filter((part) => part !== '').join(':');
  const path = printable(place.path ?? '');
  if (path === '') return position;
  return position === '' ? path : `${position} at ${path}`;
}

/**
 * The parent of each room's one error class. `code` is one of the room's closed set; the message names the
 * thing and what was found, in lower case; `place` says where.
 */
export class PlacedError<Code extends string> extends Error {
  readonly code: Code;
  readonly place: Place;
  /** The message without its place. */
  readonly problem: string;

  constructor(code: Code, problem: string, place: Place = {}, options?: ErrorOptions) {
    const where = formatPlace(place);
    super(where === '' ? problem : `${where}: ${problem}`, options);
    this.name = new.target.name;
    this.code = code;
    this.problem = problem;
    this.place = place;
  }
}

/** What was found, short and safe to print: control characters escaped, at most `limit` characters. */
export function quoteFound(found: unknown, limit = 60): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? String(found));
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
