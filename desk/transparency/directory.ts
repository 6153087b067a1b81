/**
 * A log in a directory. A file is written beside its place, made durable and renamed, so what stands at a path is
 * whole. No link is followed out of it, since every path is one of the log's own.
 */
import { dirname, resolve } from 'node:path';
import { type FetchBytes, type LogFile, type LogStore, TransparencyError } from 'cpansec/transparency';
import { type Disk, keepingError, nodeDisk } from './disk.ts';

const MAX_FILE = 256 * 1024 * 1024;

/** The directory, and those above it, are made at the first write. */
export function directoryLogStore(path: string, disk: Disk = nodeDisk): LogStore {
  return new DirectoryLogStore(resolve(path), disk);
}

class DirectoryLogStore implements LogStore {
  readonly #top: string;
  readonly #disk: Disk;
  /** Directories whose names are durable. */
  readonly #durable = new Set<string>(['/']);

  constructor(top: string, disk: Disk) {
    this.#top = top;
    this.#disk = disk;
  }

  readonly read: FetchBytes = async (path, limit) =>
    attempt('read', path, () => this.#disk.read(this.#at(path), limit));

  async putNew(files: readonly LogFile[]): Promise<void> {
    const folders = new Set<string>();
    for (const { path, bytes } of files) {
      if (!this.#stands(path, bytes)) this.#write(path, bytes, true);
      folders.add(dirname(this.#at(path)));
    }
    // What stood there already may not be durable either: a writer may have been killed in between.
    for (const folder of folders) attempt('sync', folder, () => this.#disk.syncDirectory(folder));
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    this.#write(path, bytes, true);
    attempt('sync', path, () => this.#disk.syncDirectory(dirname(this.#at(path))));
  }

  async putHint(files: readonly LogFile[]): Promise<void> {
    for (const { path, bytes } of files) this.#write(path, bytes, false);
  }

  /** Directories of partial tiles go with the last of them. */
  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) attempt('remove', path, () => this.#disk.remove(this.#at(path)));
    const folders = paths.map((path) => dirname(this.#at(path))).filter((folder) => folder.endsWith('.p'));
    for (const folder of new Set(folders)) {
      this.#durable.delete(folder);
      attempt('remove', folder, () => this.#disk.removeDirectory(folder));
    }
  }

  async list(prefix: string): Promise<string[]> {
    return attempt('list', prefix, () => [...this.#below(prefix)]);
  }

  *#below(folder: string): Iterable<string> {
    for (const name of this.#disk.list(this.#at(folder))) {
      if (name.endsWith('/')) yield* this.#below(folder + name);
      else if (!name.endsWith(BESIDE)) yield folder + name;
    }
  }

  #stands(path: string, bytes: Uint8Array): boolean {
    const there = attempt('read', path, () => this.#disk.read(this.#at(path), MAX_FILE));
    if (there === null) return false;
    if (Buffer.compare(there, bytes) === 0) return true;
    throw new TransparencyError('changed', 'holds other bytes than it is to have for ever', { file: path });
  }

  #write(path: string, bytes: Uint8Array, durable: boolean): void {
    const place = this.#at(path);
    attempt('write', path, () => {
      this.#make(dirname(place));
      // What a killed writer left.
      this.#disk.remove(place + BESIDE);
      this.#disk.create(place + BESIDE, bytes, durable);
      this.#disk.rename(place + BESIDE, place);
    });
  }

  /** The directory is there, and its name is durable, whoever made it. */
  #make(folder: string): void {
    if (this.#durable.has(folder)) return;
    this.#make(dirname(folder));
    this.#disk.makeDirectory(folder);
    this.#disk.syncDirectory(dirname(folder));
    this.#durable.add(folder);
  }

  #at(path: string): string {
    return `${this.#top}/${path}`.replace(/\/$/, '');
  }
}

const BESIDE = '~new';

function attempt<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw keepingError(error, action, path);
  }
}
