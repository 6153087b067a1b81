/**
 * A store in a directory, each blob a file. Bytes are written beside their place, under a name with `~` that no key
 * has, and renamed or linked. No link below the top is followed, so that nothing leads out of it.
 */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { compareText } from 'cpansec/base';
import { diskFiles, type Entry, IoError, readFile, withLock } from 'cpansec/io';
import { type Blob, type BlobEntry, type BlobStore, MAX_BLOB, type PutOptions } from './blobs.ts';
import {
  blobError,
  etagOf,
  linkWhole,
  makeIfAbsent,
  makeWithParents,
  realpathIfThere,
  removeEmpty,
  statIfThere,
  syncDirectory,
  syncTree,
  systemCode,
  unlinkIfThere,
  type Writing,
  writeWhole,
} from './disk.ts';
import { BlobError } from './errors.ts';
import { checkPrefix, checkSize, isKeyPart, partsOf } from './key.ts';

/** How long a writer waits for another one of the same blob, in milliseconds. */
const PATIENCE = 30_000;
const NAP = 5;
/** How often directories are made for a file while deletes elsewhere remove them. */
const MAX_TRIES = 10;
/** Directories that are remembered. */
const MAX_FOLDERS = 100_000;

/** The directory and those above it are made at the first put. */
export function directoryStore(path: string): BlobStore {
  return new DirectoryStore(resolve(path));
}

class DirectoryStore implements BlobStore {
  readonly #top: string;
  /** Paths of directories whose names this store has made durable. */
  readonly #durable = new Set<string>();
  /** Directories in which no link stands on the way, by path: looked at when this store first comes there. */
  readonly #folders = new Map<string, string>();

  constructor(top: string) {
    this.#top = top;
  }

  async get(key: string): Promise<Blob | null> {
    const bytes = this.#read(key);
    return bytes === null ? null : { bytes, etag: etagOf(bytes) };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<string | null> {
    checkSize(key, bytes);
    const { only, durable = true, sha256 } = options;
    const write = async (absent: boolean): Promise<string | null> => {
      const inPlace = sha256 !== undefined && key.endsWith(sha256) && !durable;
      const options: Writing = { durable, how: inPlace ? 'in-place' : absent ? 'absent' : 'replace' };
      const written = await this.#inPlace(key, 'write', durable, (place) =>
        writeWhole(place, bytes, options),
      );
      return written ? (sha256 ?? etagOf(bytes)) : null;
    };
    if (typeof only !== 'object') return write(only === 'absent');
    return this.#alone(key, () => (this.#etag(key) === only.etag ? write(false) : null));
  }

  async copy(from: string, to: string): Promise<void> {
    partsOf(to);
    const source = this.#existing(from);
    if (source === null) throw new BlobError('not-found', 'nothing to copy', { file: from });
    await this.#inPlace(to, 'copy', false, (place) => linkWhole(source, place));
  }

  async delete(key: string): Promise<void> {
    const place = this.#existing(key);
    if (place === null) return;
    attempt(key, 'delete', () => {
      unlinkIfThere(place);
      removeEmpty(place.slice(0, place.lastIndexOf('/')), this.#top);
    });
  }

  async flush(): Promise<void> {
    attempt('', 'flush', () => syncTree(this.#top));
  }

  async *list(prefix: string, after = ''): AsyncIterable<BlobEntry> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    yield* this.#walk(folder, prefix, after);
  }

  *#walk(folder: string, prefix: string, after: string): Iterable<BlobEntry> {
    for (const name of this.#namesIn(folder)) {
      const key = folder + name;
      if (name.endsWith('/')) {
        const wanted = key.startsWith(prefix) || prefix.startsWith(key);
        if (wanted && (key > after || after.startsWith(key))) yield* this.#walk(key, prefix, after);
      } else if (key.startsWith(prefix) && key > after) {
        const stat = statIfThere(`${this.#top}/${key}`);
        if (stat?.isFile() === true) yield { key, size: stat.size };
      }
    }
  }

  /** Files, and directories with `/` behind them: so sorted, their keys are in order. */
  #namesIn(folder: string): string[] {
    const path = this.#folder(folder.split('/').slice(0, -1), folder);
    if (path === null) return [];
    return entriesIn(path, folder)
      .filter(({ name, kind }) => isKeyPart(name) && (kind === 'file' || kind === 'directory'))
      .map(({ name, kind }) => (kind === 'directory' ? `${name}/` : name))
      .sort(compareText);
  }

  #read(key: string): Uint8Array | null {
    const place = this.#existing(key);
    if (place === null) return null;
    try {
      return readFile(place, MAX_BLOB, false, key);
    } catch (error) {
      if (error instanceof IoError && error.code === 'not-found') return null;
      throw blobError(error, 'read', key);
    }
  }

  #etag(key: string): string | null {
    const bytes = this.#read(key);
    return bytes === null ? null : etagOf(bytes);
  }

  /** The path of the file, or null where none stands. */
  #existing(key: string): string | null {
    const parts = partsOf(key);
    const name = parts.pop() ?? '';
    const folder = this.#folder(parts, key);
    if (folder === null) return null;
    const path = `${folder}/${name}`;
    const stat = attempt(key, 'examine', () => statIfThere(path));
    if (stat === null || stat.isDirectory()) return null;
    if (stat.isFile()) return path;
    throw new BlobError('wrong-kind', 'a link or device stands there', { file: key });
  }

  /** The path of the directory, or null where none stands. Throws when a link leads elsewhere. */
  #folder(parts: readonly string[], key: string): string | null {
    const path = [this.#top, ...parts].join('/');
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const found = this.#examined(path, parts, key);
    if (found !== null) this.#keep(path, found);
    return found;
  }

  #keep(path: string, folder: string): void {
    if (this.#folders.size >= MAX_FOLDERS) this.#folders.clear();
    this.#folders.set(path, folder);
  }

  /** Below one that was examined; it need not be. */
  #made(path: string, parts: readonly string[]): void {
    this.#durable.delete(path);
    const above = this.#folders.get([this.#top, ...parts.slice(0, -1)].join('/'));
    if (above !== undefined && parts.length > 0) this.#keep(path, `${above}/${parts.at(-1)}`);
  }

  #examined(path: string, parts: readonly string[], key: string): string | null {
    return attempt(key, 'examine', () => {
      const real = realpathIfThere(path);
      if (real === null) return null;
      if (real !== [realpathSync.native(this.#top), ...parts].join('/'))
        throw new BlobError('wrong-kind', 'a link stands on the way', { file: key });
      return real;
    });
  }

  /** Works where the file is to stand. Its directories are made, and again when a delete elsewhere has removed them. */
  async #inPlace<T>(
    key: string,
    action: string,
    durable: boolean,
    work: (place: string) => T | Promise<T>,
  ): Promise<T> {
    const parts = partsOf(key);
    const place = [this.#top, ...parts].join('/');
    for (let tries = 1; ; tries++) {
      try {
        await this.#make(parts.slice(0, -1), key, durable);
        return await work(place);
      } catch (error) {
        this.#folders.clear();
        if (systemCode(error) !== 'ENOENT' || tries === MAX_TRIES) throw blobError(error, action, key);
      }
    }
  }

  /** The directory is there, and durably so where that is wanted, whoever made it. */
  async #make(parts: readonly string[], key: string, durable: boolean): Promise<void> {
    const path = [this.#top, ...parts].join('/');
    const above = parts.slice(0, -1);
    if (!this.#folders.has(path)) {
      if (parts.length === 0) makeWithParents(path);
      else await this.#make(above, key, durable);
      if (makeIfAbsent(path)) this.#made(path, parts);
      if (this.#folder(parts, key) === null)
        throw new BlobError('wrong-kind', 'a file stands on the way', { file: key });
    }
    if (!durable || parts.length === 0 || this.#durable.has(path)) return;
    await this.#make(above, key, durable);
    await syncDirectory([this.#top, ...above].join('/'));
    this.#durable.add(path);
  }

  /** No other put with an etag is at this blob meanwhile, in this process or another. */
  async #alone<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    const lock = `${[this.#top, ...partsOf(key)].join('/')}~lock`;
    for (const end = Date.now() + PATIENCE; ; await wait(NAP)) {
      try {
        return await withLock(lock, work);
      } catch (error) {
        if (!(error instanceof IoError)) throw error;
        if (error.code !== 'locked') throw blobError(error, 'lock', key);
        if (Date.now() > end)
          throw new BlobError('busy', 'another writer is at it', { file: key }, { cause: error });
      }
    }
  }
}

function attempt<T>(key: string, action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw blobError(error, action, key);
  }
}

/** None where a file stands, or nothing any more. */
function entriesIn(path: string, folder: string): Entry[] {
  try {
    return diskFiles().list(path);
  } catch (error) {
    if (error instanceof IoError && (error.code === 'wrong-kind' || error.code === 'not-found')) return [];
    throw blobError(error, 'list', folder);
  }
}
