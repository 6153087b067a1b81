/** What roles say (section 4 of the specification), with maps where names are data. */
import type { Json } from '../base/index.ts';
import type { RoleKeys, TufKey } from './keys.ts';

export const TOP_ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type TopRole = (typeof TOP_ROLES)[number];

/** What all roles have; `kind` is `_type`, which is `targets` of delegated roles too. */
interface Common<K extends TopRole> {
  readonly kind: K;
  /** From 1. */
  readonly version: number;
  /** The last instant, RFC 3339 UTC to the second. */
  readonly expires: string;
}

export interface Root extends Common<'root'> {
  /** Metadata stands at names with its version. */
  readonly consistentSnapshot: boolean;
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly roles: Readonly<Record<TopRole, RoleKeys>>;
}

/** Digests in small hexadecimal digits by algorithm: `sha256`, `sha512`. At least one. */
export type Hashes = ReadonlyMap<string, string>;

/** What is signed of other metadata: always its version. */
export interface MetaFile {
  readonly version: number;
  /** In bytes. */
  readonly length?: number;
  readonly hashes?: Hashes;
}

export interface Timestamp extends Common<'timestamp'> {
  readonly snapshot: MetaFile;
}

export interface Snapshot extends Common<'snapshot'> {
  /** By role, without `.json`. */
  readonly meta: ReadonlyMap<string, MetaFile>;
}

export interface TargetFile {
  /** In bytes. */
  readonly length: number;
  readonly hashes: Hashes;
  readonly custom?: Json;
}

export interface Targets extends Common<'targets'> {
  readonly targets: ReadonlyMap<string, TargetFile>;
  readonly delegations: Delegations | null;
}

/** To roles of a list, in the order in which they are asked, or to bins, never both. */
export interface Delegations {
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly to: readonly DelegatedRole[] | SuccinctRoles;
}

export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  /** Whatever it is asked for, roles behind it are not. */
  readonly terminating: boolean;
  readonly paths: { readonly patterns: readonly string[] } | { readonly hashPrefixes: readonly string[] };
}

/** Bins by the first bits of a path's SHA-256 (TAP 15): `PREFIX-` and the number in hexadecimal digits. */
export interface SuccinctRoles extends RoleKeys {
  /** 1 to 32. */
  readonly bitLength: number;
  readonly namePrefix: string;
}

export interface SignedOf {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}

export type Signed = SignedOf[TopRole];

export function isTopRole(name: string): name is TopRole {
  return TOP_ROLES.some((role) => role === name);
}

/** The file of a role, without its ending: a name may hold anything that can be printed. */
export function fileNameOf(role: string): string {
  return encodeURIComponent(role);
}
