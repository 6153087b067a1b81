/**
 * blobs: bytes by key, in a directory or an S3-compatible bucket, with conditional writes.
 *
 * @example
 *   const blobs = openBlobs('s3://published/cpansec', process.env);   // or openBlobs('var/store', process.env)
 *   await blobs.put('records/X/1.json', bytes, { only: 'absent' });   // its etag, or null: somebody was faster
 *   for await (const { key } of blobs.list('records/')) console.log(key);
 */
export { atOnce } from './at-once.ts';
export { type Blob, type BlobEntry, type BlobStore, MAX_BLOB, type PutOptions } from './blobs.ts';
export { bucketStore } from './bucket.ts';
export type { BucketOptions, Credentials } from './bucket-client.ts';
export { directoryStore } from './directory.ts';
export { BlobError, type BlobErrorCode } from './errors.ts';
export { memoryStore } from './memory.ts';
export { type Environment, openBlobs } from './open.ts';
