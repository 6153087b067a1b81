/** The manifest and its shards: `docs/formats/public-tree.md`, "What the tree is". */
import {
  array,
  BytesError,
  compareText,
  decodeUtf8,
  encodeUtf8,
  instant,
  JsonError,
  matching,
  object,
  oneOf,
  parseJson,
  type Sha256,
  type Shape,
  ShapeError,
  whole,
} from '../base/index.ts';
import { TreeError } from './errors.ts';

export const MANIFEST_FORMAT = 'cpansec-manifest/1';
export const MANIFEST_PATH = 'manifest.json';
/** Shards of a manifest: one for each first byte of a path's SHA-256. */
export const SHARDS = 256;

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  /** Grows by one with every tree that differs from the one before. */
  serial: number;
  /** Instant of the newest change in the store, RFC 3339 UTC to the second. */
  built: string;
  /** How many files the shards list. */
  files: number;
  /** SHA-256 of each shard, in small hexadecimal digits, by number. */
  shards: string[];
}

/** What a path holds. */
export interface TreeFile {
  /** In small hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Files by path. */
export type Shard = ReadonlyMap<string, TreeFile>;

/** A shard of a tree with a million files has four thousand. */
const MAX_SHARD_FILES = 100_000;
const MAX_DEPTH = 4;

/** A SHA-256. */
export const digest: Shape<string> = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 small hexadecimal digits');

const shards: Shape<string[]> = (value, path = '') => {
  const found = array(digest)(value, path);
  if (found.length === SHARDS) return found;
  throw new ShapeError(path, `${SHARDS} digests`, `${found.length} digests`);
};

const manifestShape: Shape<Manifest> = object({
  format: oneOf(MANIFEST_FORMAT),
  serial: whole(),
  built: instant,
  files: whole(),
  shards,
});

/** Throws `manifest` with the place. Members that it does not know are passed over. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const { format, serial, built, files, shards } = read(bytes, MANIFEST_PATH, manifestShape);
  return { format, serial, built, files, shards };
}

/** The one text of a manifest: two spaces of indent, members in the order of the type, a line break at the end. */
export function encodeManifest({ format, serial, built, files, shards }: Manifest): Uint8Array {
  return encodeUtf8(`${JSON.stringify({ format, serial, built, files, shards }, null, 2)}\n`);
}

/** The number of the shard that lists the path. */
export function shardOf(path: string, sha256: Sha256): number {
  return sha256(encodeUtf8(path))[0] ?? 0;
}

/** Throws `manifest`; `name` is named in errors. */
export function decodeShard(bytes: Uint8Array, name: string): Shard {
  return read(bytes, name, (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(path ?? '', 'an object of files', value);
    const entries = Object.entries(value);
    if (entries.length > MAX_SHARD_FILES)
      throw new ShapeError(path ?? '', `at most ${MAX_SHARD_FILES} files`, `${entries.length}`);
    return new Map(entries.map(([file, found]) => [file, treeFile(found, file)]));
  });
}

/** Canonical JSON without white space, as `canonicalJson` writes it: the same files give the same bytes. */
export function encodeShard(shard: Shard): Uint8Array {
  const files = [...shard].sort(([a], [b]) => compareText(a, b));
  const members = files.map(([path, { sha256, size }]) => `${JSON.stringify(path)}:["${sha256}",${size}]`);
  return encodeUtf8(`{${members.join(',')}}`);
}

/** Where the bytes of that digest stand in every tree. */
export function objectPath(sha256: string): string {
  return `objects/${sha256.slice(0, 2)}/${sha256}`;
}

function treeFile(value: unknown, path: string): TreeFile {
  if (!Array.isArray(value) || value.length < 2) throw new ShapeError(path, 'a digest and a size', value);
  return { sha256: digest(value[0], path), size: whole()(value[1], path) };
}

function read<T>(bytes: Uint8Array, file: string, shape: Shape<T>): T {
  try {
    return shape(parseJson(decodeUtf8(bytes), { maxDepth: MAX_DEPTH }));
  } catch (cause) {
    const known = cause instanceof BytesError || cause instanceof JsonError || cause instanceof ShapeError;
    if (!known) throw cause;
    throw new TreeError('manifest', cause.problem, { ...cause.place, file }, { cause });
  }
}
