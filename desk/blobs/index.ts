/** blobs: bytes by key, in a directory or an S3-compatible bucket, with conditional writes. */
export type { Blob, BlobEntry, BlobStore, PutOptions } from './blobs.ts';
