/**
 * A store in an S3-compatible bucket: PutObject with If-None-Match and If-Match, GetObject, CopyObject,
 * DeleteObject, ListObjectsV2 (https://docs.aws.amazon.com/AmazonS3/latest/API/), path-style addresses.
 */
import { toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import type { Blob, BlobEntry, BlobStore, PutOptions } from './blobs.ts';
import { type Answer, BucketClient, type BucketOptions, refusal } from './bucket-client.ts';
import { readListing } from './bucket-listing.ts';
import { BlobError } from './errors.ts';
import { checkPrefix, checkSize, partsOf } from './key.ts';
import { mediaTypeOf } from './media-type.ts';

/** Whatever a bucket says it has put survives: `durable` is always. */
export function bucketStore(options: BucketOptions): BlobStore {
  return new BucketStore(options);
}

class BucketStore implements BlobStore {
  readonly #client: BucketClient;
  readonly #prefix: string;

  constructor(options: BucketOptions) {
    this.#client = new BucketClient(options);
    this.#prefix = options.prefix === '' ? '' : `${options.prefix.replace(/\/+$/, '')}/`;
    checkPrefix(this.#prefix);
  }

  async get(key: string): Promise<Blob | null> {
    const answer = await this.#client.ask({ method: 'GET', key, object: this.#object(key) });
    if (answer.status === 404 && answer.code !== 'NoSuchBucket') return null;
    if (answer.status !== 200) throw refusal(answer, 'read', key);
    return { bytes: answer.bytes, etag: etagOf(answer, key) };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<string | null> {
    checkSize(key, bytes);
    const { only, mediaType = mediaTypeOf(key) } = options;
    const headers = { 'content-type': mediaType, 'x-amz-content-sha256': toHex(nodeSha256(bytes)) };
    const object = this.#object(key);
    const answer = await this.#client.ask({
      method: 'PUT',
      key,
      object,
      headers: { ...headers, ...condition(only) },
      body: bytes,
    });
    if (answer.status === 200) return etagOf(answer, key);
    const heldNot = answer.status === 412 || (answer.status === 404 && answer.code === 'NoSuchKey');
    if (only === undefined || !heldNot) throw refusal(answer, 'write', key);
    return answer.tries > 1 ? this.#writtenBefore(key, bytes) : null;
  }

  async copy(from: string, to: string): Promise<void> {
    const source = `/${this.#client.bucket}/${encoded(this.#object(from))}`;
    const headers = {
      'x-amz-copy-source': source,
      'x-amz-metadata-directive': 'REPLACE',
      'content-type': mediaTypeOf(to),
    };
    const answer = await this.#client.ask({ method: 'PUT', key: to, object: this.#object(to), headers });
    if (answer.code === 'NoSuchKey') throw new BlobError('not-found', 'nothing to copy', { file: from });
    // A copy that fails late says so with status 200 and an error in its body.
    if (answer.status !== 200 || answer.code !== null) throw refusal(answer, 'copy', to);
  }

  async delete(key: string): Promise<void> {
    const answer = await this.#client.ask({ method: 'DELETE', key, object: this.#object(key) });
    const gone = answer.status === 204 || answer.status === 200 || answer.code === 'NoSuchKey';
    if (!gone) throw refusal(answer, 'delete', key);
  }

  async flush(): Promise<void> {}

  async *list(prefix: string, after = ''): AsyncIterable<BlobEntry> {
    checkPrefix(prefix);
    let token: string | null = null;
    let last = after;
    do {
      const page: Answer = await this.#client.ask({
        method: 'GET',
        key: prefix,
        object: '',
        query: this.#listQuery(prefix, after, token),
      });
      if (page.status !== 200) throw refusal(page, 'list', prefix);
      const { entries, next } = readListing(page.bytes, prefix);
      for (const { key: object, size } of entries) {
        const key = object.slice(this.#prefix.length);
        if (key <= last) throw new BlobError('failed', 'a list out of order', { file: key });
        last = key;
        yield { key, size };
      }
      token = next;
    } while (token !== null);
  }

  #listQuery(prefix: string, after: string, token: string | null): Record<string, string> {
    return {
      'list-type': '2',
      prefix: this.#prefix + prefix,
      ...(after === '' ? {} : { 'start-after': this.#prefix + after }),
      ...(token === null ? {} : { 'continuation-token': token }),
    };
  }

  #object(key: string): string {
    return this.#prefix + partsOf(key).join('/');
  }

  /** A put whose answer was lost finds its own bytes when it is made again. */
  async #writtenBefore(key: string, bytes: Uint8Array): Promise<string | null> {
    const blob = await this.get(key);
    return blob !== null && Buffer.compare(blob.bytes, bytes) === 0 ? blob.etag : null;
  }
}

function condition(only: PutOptions['only']): Record<string, string> {
  if (only === undefined) return {};
  return only === 'absent' ? { 'if-none-match': '*' } : { 'if-match': only.etag };
}

function etagOf({ etag }: Answer, key: string): string {
  if (etag !== null) return etag;
  throw new BlobError('failed', 'an answer without ETag', { file: key });
}

function encoded(object: string): string {
  return object.split('/').map(encodeURIComponent).join('/');
}
