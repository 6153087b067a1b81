/**
 * A log in a directory. A file is written beside its place, made durable and renamed, so what stands at a path is
 * whole. No link is followed out of it, since every path is one of the log's own.
 */
import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { type FetchBytes, type LogFile, type LogStore, TransparencyError } from 'cpansec/transparency';
import { type Disk, keepingError, nodeDisk } from './disk.ts';

const MAX_FILE = 256 * 1024 * 1024;

/**
 * The directory, and those above it, are made at the first write. Where it is `shared` another machine may be at the
 * same file, so that what is written beside it has a name of its own, which a killed writer leaves.
 */
export function directoryLogStore(path: string, disk: Disk = nodeDisk, shared = false): LogStore {
  return new DirectoryLogStore(resolve(path), disk, shared ? `~${randomBytes(6).toString('hex')}` : '~new');
}

class DirectoryLogStore implements LogStore {
  readonly #top: string;
  readonly #disk: Disk;
  /** Behind the name of a file until it is whole. */
  readonly #beside: string;
  /** Directories whose names are durable, or will be. */
  readonly #durable = new Map<string, Promise<void>>();

  constructor(top: string, disk: Disk, beside: string) {
    this.#top = top;
    this.#disk = disk;
    this.#beside = beside;
  }

  readonly read: FetchBytes = async (path, limit) =>
    attempt('read', path, () => this.#disk.read(this.#at(path), limit));

  async putNew(files: readonly LogFile[]): Promise<void> {
    await all(files.map((file) => this.#putOne(file)));
    // What stood there already may not be durable either: a writer may have been killed in between.
    const folders = new Set(files.map(({ path }) => dirname(this.#at(path))));
    await all([...folders].map((folder) => this.#sync(folder)));
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    await this.#write(path, bytes, true);
    await this.#sync(dirname(this.#at(path)));
  }

  async putHint(files: readonly LogFile[]): Promise<void> {
    for (const { path, bytes } of files) await this.#write(path, bytes, false);
  }

  /** Directories of partial tiles go with the last of them. */
  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await attempt('remove', path, () => this.#disk.remove(this.#at(path)));
    const folders = paths.map((path) => dirname(this.#at(path))).filter((folder) => folder.endsWith('.p'));
    for (const folder of new Set(folders)) {
      this.#durable.delete(folder);
      await attempt('remove', folder, () => this.#disk.removeDirectory(folder));
    }
  }

  async list(prefix: string): Promise<string[]> {
    return attempt('list', prefix, () => [...this.#below(prefix)]);
  }

  *#below(folder: string): Iterable<string> {
    for (const name of this.#disk.list(this.#at(folder))) {
      if (name.endsWith('/')) yield* this.#below(folder + name);
      else if (!/~\w+$/.test(name)) yield folder + name;
    }
  }

  async #putOne({ path, bytes }: LogFile): Promise<void> {
    const there = await attempt('read', path, () => this.#disk.read(this.#at(path), MAX_FILE));
    if (there === null) return this.#write(path, bytes, true);
    if (Buffer.compare(there, bytes) === 0) return;
    throw new TransparencyError('changed', 'holds other bytes than it is to have for ever', { file: path });
  }

  #write(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
    const place = this.#at(path);
    return attempt('write', path, async () => {
      await this.#make(dirname(place));
      const beside = place + this.#beside;
      // What a killed writer left.
      this.#disk.remove(beside);
      await this.#disk.create(beside, bytes, durable);
      this.#disk.rename(beside, place);
    });
  }

  /** The directory is there, and its name is durable, whoever made it. */
  #make(folder: string): Promise<void> {
    const known = this.#durable.get(folder) ?? this.#makeNow(folder);
    this.#durable.set(folder, known);
    known.catch(() => this.#durable.delete(folder));
    return known;
  }

  async #makeNow(folder: string): Promise<void> {
    if (folder === '/') return;
    await this.#make(dirname(folder));
    this.#disk.makeDirectory(folder);
    await this.#disk.syncDirectory(dirname(folder));
  }

  #sync(folder: string): Promise<void> {
    return attempt('sync', folder, () => this.#disk.syncDirectory(folder));
  }

  #at(path: string): string {
    return `${this.#top}/${path}`.replace(/\/$/, '');
  }
}

/** Throws the first failure, once nothing is under way any more. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

async function attempt<T>(action: string, path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw keepingError(error, action, path);
  }
}
