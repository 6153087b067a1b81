import { compareText, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import type { Blob, BlobEntry, BlobStore, PutOptions } from './blobs.ts';
import { BlobError } from './errors.ts';
import { checkPrefix, checkSize, partsOf } from './key.ts';

/** A store that ends with the process. */
export function memoryStore(): BlobStore {
  return new MemoryStore();
}

class MemoryStore implements BlobStore {
  readonly #blobs = new Map<string, Blob>();

  async get(key: string): Promise<Blob | null> {
    partsOf(key);
    const blob = this.#blobs.get(key);
    return blob === undefined ? null : { ...blob, bytes: blob.bytes.slice() };
  }

  async put(key: string, bytes: Uint8Array, { only }: PutOptions = {}): Promise<string | null> {
    partsOf(key);
    checkSize(key, bytes);
    const old = this.#blobs.get(key);
    if (only === 'absent' && old !== undefined) return null;
    if (typeof only === 'object' && old?.etag !== only.etag) return null;
    const etag = toHex(nodeSha256(bytes));
    this.#blobs.set(key, { bytes: bytes.slice(), etag });
    return etag;
  }

  async copy(from: string, to: string): Promise<void> {
    partsOf(from);
    partsOf(to);
    const blob = this.#blobs.get(from);
    if (blob === undefined) throw new BlobError('not-found', 'nothing to copy', { file: from });
    this.#blobs.set(to, blob);
  }

  async delete(key: string): Promise<void> {
    partsOf(key);
    this.#blobs.delete(key);
  }

  async flush(): Promise<void> {}

  async *list(prefix: string, after = ''): AsyncIterable<BlobEntry> {
    checkPrefix(prefix);
    const keys = [...this.#blobs.keys()].filter((key) => key.startsWith(prefix) && key > after);
    for (const key of keys.sort(compareText)) {
      const blob = this.#blobs.get(key);
      if (blob !== undefined) yield { key, size: blob.bytes.length };
    }
  }
}
