/** What a publication tells the log: every revision of an advisory, every patch, and what the whole tree is. */
import { encodeRecord } from 'cpansec/advisories';
import { encodeUtf8, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import type { Added, LogEntry } from 'cpansec/transparency';
import { decodeManifest, MANIFEST_PATH } from 'cpansec/tree';
import type { BlobStore, Environment } from '../blobs/index.ts';
import { type PublishedStore, StoreReading } from '../published/index.ts';
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
}

/** What became of a publication in the log. */
export interface LoggedPublication {
  /** Entries that the log did not have. */
  readonly added: number;
  /** Of the log, with them. */
  readonly size: number;
  /** What everybody sees: less while witnesses are missing. */
  readonly published: number;
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
    };
  });
}

/** The tree stands already. Nothing is added of what the log has. */
export async function logPublication({ log, memory, store, tree }: PublicationTask): Promise<Added[]> {
  const { last, open } = memory.changes;
  const reading = new StoreReading(store);
  const changes = await reading.changes(last, open);
  const entries: LogEntry[] = [];
  for (const id of changes.records) entries.push(...(await revisionsOf(store, id)));
  for (const key of changes.patches) entries.push(...(await patchOf(store, key, changes.at)));
  entries.push(await manifestOf(tree));
  const added = await log.addAll(entries);
  memory.changes = { last: changes.last, open: changes.open };
  return added;
}

async function revisionsOf(store: PublishedStore, id: string): Promise<LogEntry[]> {
  return (await store.revisions(id)).map(({ revision, published, record }) => ({
    type: 'advisory',
    id: record.id,
    revision,
    sha256: digestOf(encodeUtf8(encodeRecord(record))),
    published,
    source: 'publisher',
  }));
}

async function patchOf(store: PublishedStore, path: string, published: string | null): Promise<LogEntry[]> {
  const bytes = await store.patch(path);
  // A writer that was killed may have announced it only.
  if (bytes === null) return [];
  return [
    { type: 'patch', path, sha256: digestOf(bytes), size: bytes.length, published, source: 'publisher' },
  ];
}

async function manifestOf(tree: BlobStore): Promise<LogEntry> {
  const { bytes } = (await tree.get(MANIFEST_PATH)) ?? { bytes: new Uint8Array(0) };
  const { serial, built } = decodeManifest(bytes);
  return { type: 'manifest', serial, sha256: digestOf(bytes), size: bytes.length, built };
}

function digestOf(bytes: Uint8Array): string {
  return toHex(nodeSha256(bytes));
}
