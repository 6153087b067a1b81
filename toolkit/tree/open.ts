/** A tree as one manifest has it, whatever is published meanwhile. */
import { sha256 as portableSha256, quoteFound, type Sha256, toHex } from '../base/index.ts';
import { TreeError } from './errors.ts';
import {
  decodeManifest,
  decodeShard,
  MANIFEST_PATH,
  type Manifest,
  objectPath,
  type Shard,
  shardOf,
  type TreeFile,
} from './manifest.ts';

/** The bytes at a path of the tree, at most `limit` of them; null where nothing stands. */
export type FetchBytes = (path: string, limit: number) => Promise<Uint8Array | null>;

export interface Tree {
  readonly manifest: Manifest;
  /** What stands at the path; null when the tree has no such file. */
  find(path: string): Promise<TreeFile | null>;
  /** Every file by its path, shard after shard. */
  files(): AsyncGenerator<readonly [path: string, file: TreeFile], void>;
  /** The bytes at the path, checked against their digest. Throws `too-large` above `limit`. */
  read(path: string, limit?: number): Promise<Uint8Array | null>;
  /** The bytes of the file, checked. Throws `digest` when they are gone or others. */
  bytes(file: TreeFile): Promise<Uint8Array>;
}

export interface OpenTreeOptions {
  /** A faster SHA-256 than the portable one. */
  readonly sha256?: Sha256;
}

/** Longest manifest, in bytes. */
export const MAX_MANIFEST: number = 64 * 1024;
const MAX_SHARD = 32 * 1024 * 1024;
const DEFAULT_LIMIT = 64 * 1024 * 1024;

/** Reads the manifest; everything else when it is asked for. Throws `manifest` where there is none. */
export async function openTree(fetch: FetchBytes, options: OpenTreeOptions = {}): Promise<Tree> {
  const bytes = await fetch(MANIFEST_PATH, MAX_MANIFEST);
  if (bytes === null) throw new TreeError('manifest', 'there is no manifest', { file: MANIFEST_PATH });
  return treeOf(decodeManifest(bytes), fetch, options);
}

/** The tree that a manifest names, which came by a way that its reader trusts: `toolkit/update` has one. */
export function treeOf(manifest: Manifest, fetch: FetchBytes, options: OpenTreeOptions = {}): Tree {
  return new OpenTree(manifest, fetch, options.sha256 ?? portableSha256);
}

class OpenTree implements Tree {
  readonly manifest: Manifest;
  readonly #fetch: FetchBytes;
  readonly #sha256: Sha256;
  readonly #shards = new Map<number, Promise<Shard>>();

  constructor(manifest: Manifest, fetch: FetchBytes, sha256: Sha256) {
    this.manifest = manifest;
    this.#fetch = fetch;
    this.#sha256 = sha256;
  }

  async find(path: string): Promise<TreeFile | null> {
    const shard = await this.#shard(shardOf(path, this.#sha256));
    return shard.get(path) ?? null;
  }

  async *files(): AsyncGenerator<readonly [path: string, file: TreeFile], void> {
    for (const number of this.manifest.shards.keys()) yield* await this.#shard(number);
  }

  async read(path: string, limit: number = DEFAULT_LIMIT): Promise<Uint8Array | null> {
    const file = await this.find(path);
    if (file === null) return null;
    if (file.size > limit)
      throw new TreeError('too-large', `${file.size} bytes, at most ${limit}`, { file: path });
    return this.bytes(file);
  }

  async bytes({ sha256, size }: TreeFile): Promise<Uint8Array> {
    return this.#object(sha256, size);
  }

  #shard(number: number): Promise<Shard> {
    const known = this.#shards.get(number);
    if (known !== undefined) return known;
    const digest = this.manifest.shards[number] ?? '';
    const shard = this.#object(digest, MAX_SHARD).then((bytes) =>
      decodeShard(bytes, `shard ${number} of ${MANIFEST_PATH}`),
    );
    this.#shards.set(number, shard);
    shard.catch(() => this.#shards.delete(number));
    return shard;
  }

  async #object(digest: string, limit: number): Promise<Uint8Array> {
    const file = objectPath(digest);
    const bytes = await this.#fetch(file, limit);
    if (bytes === null) throw new TreeError('digest', 'is not there', { file });
    const found = toHex(this.#sha256(bytes));
    if (found === digest) return bytes;
    throw new TreeError('digest', `holds other bytes, of SHA-256 ${quoteFound(found)}`, { file });
  }
}
