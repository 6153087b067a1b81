/** Where a public tree stands: a directory of this machine, an address, or what reads from elsewhere. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from 'cpansec/base';
import { type Environment, fetchBelow, fetchTo, IoError, nodeSha256, parseAddress } from 'cpansec/io';
import { type FetchBytes, objectPath, TreeError } from 'cpansec/tree';

export interface TreeSource {
  /** As `openTree` takes it. */
  readonly fetch: FetchBytes;
  /** The object with this digest as a file of this machine, checked once; null where it is gone or others' bytes. */
  file(sha256: string): Promise<LocalFile | null>;
  close(): Promise<void>;
}

export interface LocalFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Reads what stands at a path of the tree, whole; null where nothing does. */
export type ReadTree = (path: string) => Promise<Uint8Array | null>;

/** A directory, an http or https address, or what reads from elsewhere. Throws io's `bad-address`. */
export function openSource(tree: string | ReadTree, env: Environment): TreeSource {
  if (typeof tree !== 'string') return new SpoolSource(boundedBy(tree), spoolBy(tree));
  const url = parseAddress(tree);
  if (url.protocol === 'file:') return new DirectorySource(fileURLToPath(url));
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return new SpoolSource(fetchBelow(url, { env }), (sha256, path) =>
    fetchTo(new URL(objectPath(sha256), url), path, { env, limit: MAX_SPOOLED, sha256 }),
  );
}

function boundedBy(read: ReadTree): FetchBytes {
  return async (path, limit) => {
    const bytes = await read(path);
    if (bytes === null || bytes.length <= limit) return bytes;
    throw new TreeError('too-large', `${bytes.length} bytes, at most ${limit}`, { file: path });
  };
}

function spoolBy(read: ReadTree): Download {
  return async (sha256, path) => {
    const bytes = await read(objectPath(sha256));
    if (bytes === null || toHex(nodeSha256(bytes)) !== sha256) return null;
    await writeFile(path, bytes);
    return { size: bytes.length };
  };
}

/** Writes the object with the digest, checked, to a new file; null where it is gone or others' bytes. */
type Download = (sha256: string, path: string) => Promise<{ readonly size: number } | null>;

class DirectorySource implements TreeSource {
  readonly #root: string;
  readonly #checked = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** What is small is read at once: a way through the threads costs ten times what the disk's cache does. */
  readonly fetch: FetchBytes = async (path, limit) => {
    const file = join(this.#root, path);
    try {
      const { size } = statSync(file);
      if (size > limit) throw new TreeError('too-large', `${size} bytes, at most ${limit}`, { file: path });
      return size <= SMALL ? readFileSync(file) : await readFile(file);
    } catch (error) {
      return absent(error);
    }
  };

  async file(sha256: string): Promise<LocalFile | null> {
    const path = join(this.#root, objectPath(sha256));
    const found = await stat(path).catch(absent);
    if (found?.isFile() !== true) return null;
    if (!this.#checked.has(sha256)) {
      if ((await digestOf(path)) !== sha256) return null;
      if (this.#checked.size >= MAX_CHECKED) this.#checked.clear();
      this.#checked.add(sha256);
    }
    return { path, size: found.size };
  }

  async close(): Promise<void> {}
}

/** Bytes. */
const SMALL = 64 * 1024;
const MAX_CHECKED = 10_000;

/** Small things from afar when they are asked for, large ones by way of a folder that goes at the end. */
class SpoolSource implements TreeSource {
  readonly fetch: FetchBytes;
  readonly #download: Download;
  readonly #spool = mkdtemp(join(tmpdir(), `cpansec-api-${process.pid}-`));
  readonly #spooled = new Map<string, Promise<LocalFile | null>>();
  #bytes = 0;

  constructor(fetch: FetchBytes, download: Download) {
    this.fetch = fetch;
    this.#download = download;
    this.#spool.catch(() => {});
  }

  file(sha256: string): Promise<LocalFile | null> {
    const known = this.#spooled.get(sha256);
    this.#spooled.delete(sha256);
    const file = known ?? this.#get(sha256);
    this.#spooled.set(sha256, file);
    return file;
  }

  /** What is not there, or could not be had, may be there the next time. */
  async #get(sha256: string): Promise<LocalFile | null> {
    const path = join(await this.#spool, sha256);
    try {
      const found = await this.#download(sha256, path);
      if (found === null) {
        this.#spooled.delete(sha256);
        return null;
      }
      this.#bytes += found.size;
      await this.#evict(sha256);
      return { path, size: found.size };
    } catch (error) {
      this.#spooled.delete(sha256);
      if (error instanceof IoError && ['not-found', 'digest-mismatch'].includes(error.code)) return null;
      throw error;
    }
  }

  /** The longest unasked for goes first. Who has a file open reads on. */
  async #evict(kept: string): Promise<void> {
    for (const [sha256, pending] of this.#spooled) {
      if (this.#bytes <= MAX_SPOOLED) return;
      if (sha256 === kept) continue;
      const file = await pending.catch(() => null);
      if (file === null || !this.#spooled.delete(sha256)) continue;
      this.#bytes -= file.size;
      await rm(file.path, { force: true });
    }
  }

  async close(): Promise<void> {
    await rm(await this.#spool, { recursive: true, force: true });
  }
}

/** Bytes of the folder. */
const MAX_SPOOLED = 4 * 1024 ** 3;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** What the manifest lists is not there any more: a newer tree has come. */
export function gone(sha256: string): TreeError {
  return new TreeError('digest', 'is not there as the manifest says', { file: objectPath(sha256) });
}

function absent(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}
