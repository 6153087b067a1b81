/** To whom a role delegates a path (sections 4.5 and 5.6.7 of the specification, TAP 15). */
import { encodeUtf8 } from '../base/index.ts';
import type { RoleKeys } from './keys.ts';
import type { DelegatedRole, Delegations, SuccinctRoles } from './model.ts';
import type { Digest } from './ops.ts';

/** A role that is asked for a path. */
export interface Delegated {
  readonly name: string;
  readonly role: RoleKeys;
  readonly terminating: boolean;
  /** Of a bin: the number of bits, and its own. */
  readonly bin?: { readonly bitLength: number; readonly number: number };
}

/** Whether a path pattern of shell style matches: `*` any characters and `?` one, but for `/`. Case counts. */
export function matchesPattern(path: string, pattern: string): boolean {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return parts.length === wanted.length && parts.every((part, i) => matchesPart(part, wanted[i] ?? ''));
}

/** Goes back to the last `*` alone: time is at most the product of both lengths. */
function matchesPart(text: string, pattern: string): boolean {
  let [at, star, next] = [0, -1, 0];
  for (let i = 0; i < text.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      next = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++next;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** The roles that are asked for the path, in order; behind a terminating one there are none. */
export function delegatedFor({ to }: Delegations, path: string, digest: Digest): Delegated[] {
  const hash = digest('sha256', encodeUtf8(path));
  // The text of TAP 15 lets a search go on behind bins; no implementation does, and nothing could stand there.
  if ('bitLength' in to) {
    const { bitLength } = to;
    const bin = { bitLength, number: binOf(bitLength, hash) };
    return [{ name: binName(to, bin.number), role: to, terminating: true, bin }];
  }
  const found = to.filter((role) => isDelegated(role, path, hash));
  const end = found.findIndex(({ terminating }) => terminating);
  const asked = end < 0 ? found : found.slice(0, end + 1);
  return asked.map((role) => ({ name: role.name, role, terminating: role.terminating }));
}

function isDelegated({ paths }: DelegatedRole, path: string, hash: string): boolean {
  if ('patterns' in paths) return paths.patterns.some((pattern) => matchesPattern(path, pattern));
  return paths.hashPrefixes.some((prefix) => hash.startsWith(prefix));
}

/** The number of a path's bin: the first bits of its SHA-256, given in hexadecimal digits. */
export function binOf(bitLength: number, hash: string): number {
  return Math.floor(Number.parseInt(hash.slice(0, 8), 16) / 2 ** (32 - bitLength));
}

/** The role of a bin by its number, 0 to 2^bitLength − 1. */
export function binName(
  { bitLength, namePrefix }: Pick<SuccinctRoles, 'bitLength' | 'namePrefix'>,
  bin: number,
): string {
  return `${namePrefix}-${bin.toString(16).padStart(Math.ceil(bitLength / 4), '0')}`;
}
