/**
 * Shapes: one small codec for JSON-like data. A shape takes a value and where it stands, gives it back typed,
 * or throws a {@link ShapeError} that names the path. Members that a shape does not name are kept as they are.
 *
 * @example
 *   const point = object({ x: number, y: number, label: optional(string) });
 *   type Point = Infer<typeof point>;
 *   point({ x: 1, y: 'two' }, 'points[3]'); // ShapeError: points[3].y: expected a number, found "two"
 */
import { PlacedError, quoteFound } from './errors.ts';

export type ShapeErrorCode = 'shape';

/** A value that is not of the shape it must have; `place.path` says which. */
export class ShapeError extends PlacedError<ShapeErrorCode> {
  constructor(path: string, wanted: string, found: unknown) {
    super('shape', `expected ${wanted}, found ${found === undefined ? 'nothing' : quoteFound(found)}`, {
      path,
    });
  }
}

export type Shape<T> = (value: unknown, path?: string) => T;
export type Infer<S> = S extends Shape<infer T> ? T : never;

type Fields = Record<string, Shape<unknown>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends Infer<F[K]> ? K : never;
}[keyof F];
type ObjectOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & {
  [K in OptionalKeys<F>]?: Infer<F[K]>;
};

export const string: Shape<string> = (value, path = '') => {
  if (typeof value !== 'string') throw new ShapeError(path, 'a string', value);
  return value;
};

export const number: Shape<number> = (value, path = '') => {
  if (typeof value !== 'number') throw new ShapeError(path, 'a number', value);
  return value;
};

/** A whole number within the bounds, by default any that is not negative. */
export function whole(least = 0, most: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  const above = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
  return (value, path = '') => {
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new ShapeError(path, `a whole number from ${least}${above}`, value);
  };
}

export const boolean: Shape<boolean> = (value, path = '') => {
  if (typeof value !== 'boolean') throw new ShapeError(path, 'true or false', value);
  return value;
};

export const anything: Shape<unknown> = (value) => value;

/** A string that the pattern matches whole. `wanted` names it in errors. */
export function matching(pattern: RegExp, wanted: string): Shape<string> {
  return (value, path = '') => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new ShapeError(path, wanted, value);
    return value;
  };
}

/** An instant that exists, RFC 3339 UTC to the second. */
export const instant: Shape<string> = (value, path = '') => {
  const [, month, day, hour, minute, second] = typeof value === 'string' ? (INSTANT.exec(value) ?? []) : [];
  const exists =
    month !== undefined &&
    Number(day) >= 1 &&
    Number(day) <= daysOf(String(value).slice(0, 4), Number(month)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (exists) return String(value);
  throw new ShapeError(path, 'an instant in UTC, YYYY-MM-DDThh:mm:ssZ', value);
};

const INSTANT = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for what is no month. */
function daysOf(year: string, month: number): number {
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value, path = '') => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new ShapeError(path, `one of ${words.join(', ')}`, value);
    return word;
  };
}

/** The member may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path) => (value === undefined ? undefined : shape(value, path));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path));
}

export function array<T>(shape: Shape<T>): Shape<T[]> {
  return (value, path = '') => {
    if (!Array.isArray(value)) throw new ShapeError(path, 'a list', value);
    return value.map((item, i) => shape(item, `${path}[${i}]`));
  };
}

/** An object whose keys are data. */
export function record<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value, path = '') => {
    const members = Object.entries(plainObject(value, path));
    return Object.fromEntries(members.map(([key, member]) => [key, shape(member, memberPath(path, key))]));
  };
}

/** An object with named members; those not named are kept. */
export function object<F extends Fields>(fields: F): Shape<ObjectOf<F>> {
  const names = Object.entries(fields);
  return (value, path = '') => {
    const result: Record<string, unknown> = { ...plainObject(value, path) };
    for (const [key, shape] of names) {
      const member = shape(Object.hasOwn(result, key) ? result[key] : undefined, memberPath(path, key));
      if (member !== undefined) result[key] = member;
    }
    return result as ObjectOf<F>; // every named member was checked just above
  };
}

/** The same, and any other member is refused: one that is spelt otherwise is no member that was left out. */
export function exact<F extends Fields>(fields: F): Shape<ObjectOf<F>> {
  const shape = object(fields);
  return (value, path = '') => {
    const found = shape(value, path);
    const other = Object.keys(found).find((name) => !Object.hasOwn(fields, name));
    if (other !== undefined) throw new ShapeError(path, `no member ${other}`, value);
    return found;
  };
}

function plainObject(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError(path, 'an object', value);
  }
  return value;
}

function memberPath(path: string, key: string): string {
  const step = /^[A-Za-z_$][\w$-]*$/.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}
