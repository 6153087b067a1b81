/** Makes products and puts their objects: nobody sees them yet. */
import { createHash } from 'node:crypto';
import { AdvisoryError } from 'cpansec/advisories';
import { FormatError } from 'cpansec/formats';
import { nodeSha256 } from 'cpansec/io';
import { objectPath, shardOf } from 'cpansec/tree';
import { atOnce, type BlobStore } from '../blobs/index.ts';
import { PublishError } from './errors.ts';
import type { MadeFile, Result } from './makers.ts';
import type { Context, Made } from './product.ts';
import { products, wholeProducts } from './products.ts';
import { isThere } from './retired.ts';
import type { StateReader } from './state.ts';
import { subjectOf } from './subject.ts';
import type { Task } from './work.ts';

/** Of what is made at once, in bytes: what is beyond is left for the next time. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface Workshop {
  readonly state: StateReader;
  readonly tree: BlobStore;
  readonly context: Context;
}

/** While objects are being put, the next ones are made. At least the first of the tasks is done. */
export async function make(shop: Workshop, tasks: readonly Task[]): Promise<Result[]> {
  const results: Result[] = [];
  const put = ({ sha256, bytes }: NewObject): Promise<unknown> =>
    shop.tree.put(objectPath(sha256), bytes, { durable: false, sha256 });
  await atOnce(objectsOf(shop, tasks, results), put);
  return results;
}

interface NewObject {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Objects that no tree has yet; what stands under a digest is never another. */
async function* objectsOf(
  { state, context }: Workshop,
  tasks: readonly Task[],
  results: Result[],
): AsyncIterable<NewObject> {
  const seen = new Set<string>();
  let made = 0;
  for (const task of tasks) {
    if (made > MAX_BYTES) return;
    const all = await madeOf(task, context);
    const files: MadeFile[] = [];
    for (const { path, bytes } of all.flatMap((one) => one.files)) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      files.push({ path, shard: shardOf(path, nodeSha256), sha256, size: bytes.length });
      made += bytes.length;
      if (seen.has(sha256) || isThere(state, sha256)) continue;
      seen.add(sha256);
      yield { sha256, bytes };
    }
    const searched = all.map((one) => one.searched).find((one) => one !== undefined) ?? null;
    results.push({ task, files, members: all.flatMap((one) => one.members ?? []), searched });
  }
}

async function madeOf(task: Task, context: Context): Promise<Made[]> {
  try {
    return await productsOf(task, context);
  } catch (cause) {
    if (!(cause instanceof FormatError || cause instanceof AdvisoryError)) throw cause;
    const problem = `${task.kind} ${task.key} cannot be published: ${cause.message}`;
    throw new PublishError('invalid', problem, {}, { cause });
  }
}

async function productsOf({ kind, key }: Task, context: Context): Promise<Made[]> {
  if (kind === 'whole' || kind === 'last') {
    const product = wholeProducts.find(({ name }) => name === key);
    return product === undefined ? [] : [await product.make(context)];
  }
  const made: Made[] = [];
  for (const product of productsOfSubject(kind, key, context)) made.push(await product());
  return made;
}

/** None for a subject that is gone: then its files go. */
function productsOfSubject(
  kind: Exclude<Task['kind'], 'whole' | 'last'>,
  key: string,
  context: Context,
): (() => Made | Promise<Made>)[] {
  const subject = subjectOf(kind, key, context);
  if (subject === null) return [];
  // The table pairs each kind with the products of its subjects.
  const list = products[kind] as readonly {
    make(of: typeof subject, context: Context): Made | Promise<Made>;
  }[];
  return list.map((product) => () => product.make(subject, context));
}
