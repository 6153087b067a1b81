/** What the JSON standards of this room share: reading with places in errors, writing with members in a fixed order. */
import {
  anything,
  compareText,
  parseJson,
  printableJson,
  record,
  type Shape,
  ShapeError,
} from '../base/index.ts';
import { FormatError } from './errors.ts';

/** The text of a document, or what `parseJson` made of it. */
export type Source = string | object;

export interface ReadOptions {
  /** Named in errors. */
  readonly file?: string | undefined;
}

/** The deepest nesting of a document that is read. */
const MAX_DEPTH = 100;

/** Text to JSON; JSON as it is, when it is not too deep. Throws `JsonError`, `bounds`. */
export function readJson(source: Source, options: ReadOptions = {}): unknown {
  if (typeof source !== 'string') return shallow(source, options);
  return parseJson(source, options.file === undefined ? {} : { file: options.file });
}

/** JSON to what the shape says. Throws `shape`. */
export function readShape<T>(value: unknown, shape: Shape<T>, options: ReadOptions = {}): T {
  try {
    return shape(value);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new FormatError('shape', cause.problem, { ...options, ...cause.place }, { cause });
  }
}

function shallow(value: object, options: ReadOptions): object {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH)
      throw new FormatError('bounds', `JSON nested deeper than ${MAX_DEPTH}`, { ...options });
    level = level.flatMap((holder) => Object.values(holder).filter(isObject));
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An object whose members are nobody's business here. */
export const anyObject: Shape<Record<string, unknown>> = record(anything);

/** Members of an object in the order of this one's keys, and of its members in turn. Lists are transparent. */
export interface MemberOrder {
  readonly [member: string]: MemberOrder;
}

/** For a member whose own members stay as they are. */
export const asFound: MemberOrder = {};

/** JSON with two spaces of indentation and a line end; members that the order does not name follow as they are. */
export function writeJson(value: object, order: MemberOrder): string {
  return `${printableJson(inOrder(value, order))}\n`;
}

/** The value with the members of its objects in the order; those that it does not name follow as they are. */
export function inOrder(value: unknown, order: MemberOrder): unknown {
  if (!isObject(value) || order === asFound) return value;
  if (Array.isArray(value)) return value.map((item) => inOrder(item, order));
  const members = new Map(Object.entries(value));
  const first = Object.keys(order).filter((key) => members.has(key));
  const rest = [...members.keys()].filter((key) => !Object.hasOwn(order, key));
  return Object.fromEntries(
    [...first, ...rest].map((key) => [key, inOrder(members.get(key), order[key] ?? asFound)]),
  );
}

/** As {@link writeJson}, with the members of every object in code unit order of their names. */
export function writeSortedJson(value: object): string {
  return `${printableJson(sorted(value))}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
