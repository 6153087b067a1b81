/** A log in an S3-compatible bucket: what never changes is put only where nothing stands. */
import { type LogFile, type LogStore, TransparencyError } from 'cpansec/transparency';
import { atOnce, BlobError, type BlobStore } from '../blobs/index.ts';

const TOGETHER = 16;

/** What a bucket has taken is durable. */
export function bucketLogStore(blobs: BlobStore): LogStore {
  const putAll = (files: readonly LogFile[], put: (file: LogFile) => Promise<void>): Promise<void> =>
    atOnce(files, put, TOGETHER);
  return {
    async read(path, limit) {
      const found = await blobs.get(path);
      if (found === null || found.bytes.length <= limit) return found?.bytes ?? null;
      throw new BlobError('too-large', `${found.bytes.length} bytes, at most ${limit}`, { file: path });
    },
    putNew: (files) => putAll(files, (file) => putNew(blobs, file)),
    async replace(path, bytes) {
      await blobs.put(path, bytes);
    },
    putHint: (files) =>
      putAll(files, async ({ path, bytes }) => {
        await blobs.put(path, bytes, { durable: false });
      }),
    remove: (paths) => atOnce(paths, (path) => blobs.delete(path), TOGETHER),
    async list(prefix) {
      const paths: string[] = [];
      for await (const { key } of blobs.list(prefix)) paths.push(key);
      return paths;
    },
  };
}

async function putNew(blobs: BlobStore, { path, bytes }: LogFile): Promise<void> {
  if ((await blobs.put(path, bytes, { only: 'absent' })) !== null) return;
  const there = await blobs.get(path);
  if (there !== null && Buffer.compare(there.bytes, bytes) === 0) return;
  throw new TransparencyError('changed', 'holds other bytes than it is to have for ever', { file: path });
}
