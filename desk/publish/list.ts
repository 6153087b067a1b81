/** Lists files of the tree: the shards of its manifest. */
import { createHash } from 'node:crypto';
import { encodeShard, objectPath, type TreeFile } from 'cpansec/tree';
import { atOnce } from '../blobs/index.ts';
import type { Workshop } from './make.ts';
import type { ListedShard } from './makers.ts';
import type { StateReader } from './state.ts';

export async function list(
  { state, tree }: Pick<Workshop, 'state' | 'tree'>,
  shards: readonly number[],
): Promise<ListedShard[]> {
  const listed: ListedShard[] = [];
  await atOnce(shards, async (number) => {
    const files = filesOf(state, number);
    const bytes = encodeShard(files);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    listed.push({ number, sha256, files: files.size });
    await tree.put(objectPath(sha256), bytes, { durable: false, sha256 });
  });
  return listed;
}

function filesOf(state: StateReader, shard: number): Map<string, TreeFile> {
  const sql = 'SELECT path, sha256, size FROM files WHERE shard = ? AND sha256 IS NOT NULL';
  const files = state.tuples<[path: string, sha256: string, size: number]>(sql, shard);
  return new Map(files.map(([path, sha256, size]) => [path, { sha256, size }]));
}
