/** What a publication tells the log: every revision of an advisory, every patch, and what the whole tree is. */
import { posix } from 'node:path';
import { encodeRecord } from 'cpansec/advisories';
import { encodeUtf8, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { type Added, type LogEntry, type OwnSource, sequenceOf } from 'cpansec/transparency';
import { decodeManifest, MANIFEST_PATH } from 'cpansec/tree';
import type { BlobStore, Environment } from '../blobs/index.ts';
import { type ChangesSince, type PublishedStore, StoreReading } from '../published/index.ts';
import type { LogConfig } from './config.ts';
import { withLog } from './open.ts';
import type { LogMemory } from './seen.ts';

export interface PublicationTask {
  readonly log: { addAll(entries: readonly LogEntry[]): Promise<Added[]> };
  /** Remembers which changes of the store the log knows. */
  readonly memory: LogMemory;
  readonly store: PublishedStore;
  /** The public tree that was made of it. */
  readonly tree: BlobStore;
  /** Of which changes of the store: what came meanwhile is not public. */
  readonly taken: LogMemory['changes'];
  /** Where the tree has an advisory. */
  recordPath(id: string): string;
}

/** What became of a publication in the log. */
export interface LoggedPublication {
  /** Entries that the log did not have. */
  readonly added: number;
  /** Of the log, with them. */
  readonly size: number;
  /** What everybody sees: less while witnesses are missing. */
  readonly published: number;
  /** Who is missing, in words; empty when nobody is. */
  readonly missing: string;
  /** Entries that contradict an earlier one: of a revision or patch the log has two digests. */
  readonly conflicts: readonly { readonly index: number; readonly earlier: number }[];
}

/** Opens the log for a publication. Throws what {@link withLog} and {@link logPublication} throw. */
export function logTree(
  config: LogConfig,
  { env, ...places }: Omit<PublicationTask, 'log' | 'memory'> & { readonly env: Environment },
): Promise<LoggedPublication> {
  return withLog(config, { env }, async ({ log, seen }) => {
    const added = await logPublication({ log, memory: seen, ...places });
    return {
      added: added.filter(({ duplicate }) => !duplicate).length,
      size: log.checkpoint.size,
      published: log.published?.size ?? 0,
      missing: log.publishing?.missing ?? '',
      conflicts: added.flatMap(({ index, conflict }) =>
        conflict === null ? [] : [{ index, earlier: conflict }],
      ),
    };
  });
}

/** The tree stands already. Nothing is added of what the log has. */
export async function logPublication(task: PublicationTask): Promise<Added[]> {
  const { log, memory, store, tree, taken } = task;
  const changes = await changesSince(memory.changes, store, taken.last);
  const manifest = await manifestOf(tree);
  // What was public before the log was told of anything is not new.
  const source = memory.knows(sequenceOf(manifest) ?? '') ? 'publisher' : 'backfill';
  const entries: LogEntry[] = [];
  for (const id of changes.records) entries.push(...(await revisionsOf(id, task, source)));
  for (const key of changes.patches)
    entries.push(...(await patchOf(key, tree, { published: taken.at, source })));
  entries.push(manifest);
  const added = await log.addAll(entries);
  const { last, at, open } = taken;
  memory.changes = { last, at, open };
  return added;
}

/** From the beginning where the store is not the one that the log was told of: what it has it does not take again. */
async function changesSince(
  { last, at, open }: LogMemory['changes'],
  store: PublishedStore,
  upTo: number,
): Promise<ChangesSince> {
  const reading = new StoreReading(store);
  const known = last === 0 || (await store.changes.of(last))?.at === at;
  return known ? reading.changes(last, open, upTo) : reading.changes(0, [], upTo);
}

/** Up to that which stands in the tree. */
async function revisionsOf(
  id: string,
  { store, tree, recordPath }: Pick<PublicationTask, 'store' | 'tree' | 'recordPath'>,
  source: OwnSource,
): Promise<LogEntry[]> {
  const path = recordPath(id);
  const shown = await tree.get(path);
  if (shown === null) return [];
  // Ids may hold what no line of an entry has a place for: their files are called as names are.
  const called = posix.basename(path, '.json');
  const newest = digestOf(shown.bytes);
  const all = (await store.revisions(id)).map(({ revision, published, record }) => {
    const sha256 = digestOf(encodeUtf8(encodeRecord(record)));
    return { type: 'advisory', id: called, revision, sha256, published, source } as const;
  });
  return all.slice(0, all.findLastIndex(({ sha256 }) => sha256 === newest) + 1);
}

async function patchOf(
  path: string,
  tree: BlobStore,
  said: { readonly published: string | null; readonly source: OwnSource },
): Promise<LogEntry[]> {
  const shown = await tree.get(path);
  // A writer that was killed may have announced it only.
  if (shown === null) return [];
  return [{ type: 'patch', path, sha256: digestOf(shown.bytes), size: shown.bytes.length, ...said }];
}

async function manifestOf(tree: BlobStore): Promise<LogEntry> {
  const { bytes } = (await tree.get(MANIFEST_PATH)) ?? { bytes: new Uint8Array(0) };
  const { serial, built } = decodeManifest(bytes);
  return { type: 'manifest', serial, sha256: digestOf(bytes), size: bytes.length, built };
}

function digestOf(bytes: Uint8Array): string {
  return toHex(nodeSha256(bytes));
}
