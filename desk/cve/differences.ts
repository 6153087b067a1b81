/** What two containers say otherwise, field by field. */
import { canonicalJson } from 'cpansec/base';
import { ownPart } from './same.ts';

export interface FieldDifference {
  /** `references[0].url` */
  readonly path: string;
  /** Undefined where there is none. */
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** In the order of our fields, then of theirs; without what the service and its clients add. */
export function containerDifferences(ours: object, theirs: object): FieldDifference[] {
  return between('', ownPart(ours), ownPart(theirs));
}

type Members = Readonly<Record<string, unknown>>;

function between(path: string, ours: unknown, theirs: unknown): FieldDifference[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, i) => between(`${path}[${i}]`, ours[i], theirs[i])).flat();
  }
  if (isObject(ours) && isObject(theirs)) {
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    return [...names].flatMap((name) => between(at(name), ours[name], theirs[name]));
  }
  return isSame(ours, theirs) ? [] : [{ path, ours, theirs }];
}

function isSame(ours: unknown, theirs: unknown): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return canonicalJson(ours) === canonicalJson(theirs);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
