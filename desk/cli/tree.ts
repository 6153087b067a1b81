/** The public tree as a command makes it: where it stands, who publishes, by which key. */
import { resolve } from 'node:path';
import type { TufPublication } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { openBlobs } from '../blobs/index.ts';
import { makerPool, type PublishConfig, type Published, publish, recordPath } from '../publish/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import { type Key, openSigner } from '../signing/index.ts';
import { type LogConfig, type LoggedPublication, logTree } from '../transparency/index.ts';
import { logWritten, publishTargets, type TufConfig } from '../tuf/index.ts';
import { edition, siteAssets } from './edition.ts';

export interface TreeOptions {
  /** Addresses, as `openBlobs` takes them. */
  readonly store: string;
  readonly tree: string;
  readonly config: PublishConfig;
  readonly key: Key | null;
  /** The transparency log that is told of it; null: none is. */
  readonly log: LogConfig | null;
  /** The TUF repository that vouches for it; null: none does. */
  readonly tuf: TufConfig | null;
  /** File of what this publisher remembers. */
  readonly state: string;
  readonly env: Environment;
  progress(words: string): void;
}

export interface MadeTree extends Published {
  /** What the log was told; null without one. */
  readonly logged: LoggedPublication | null;
  /** What the TUF repository says since; null without one. */
  readonly vouched: TufPublication | null;
}

/**
 * The tree, then the log, then TUF: so nothing is logged that does not stand, and nothing vouched for that is not logged. Throws PublishError, PublishedError, BlobError,
 * SigningError; TransparencyError and LogKeepingError when the tree stands and the log was not told, which doing it
 * again makes good.
 */
export async function makeTree(options: TreeOptions): Promise<MadeTree> {
  const { store, tree, key, env, log, tuf, ...about } = options;
  const signer = key === null ? null : await openSigner(key);
  const pool = makerPool({ store, tree, env, key });
  const places = { store: new PublishedStore(openBlobs(store, env)), tree: openBlobs(tree, env) };
  try {
    const published = await publish({
      ...about,
      store: new StoreReading(places.store),
      tree: places.tree,
      pool,
      signer,
      assets: siteAssets(),
      edition: edition(),
    });
    if (log !== null) about.progress('telling the log');
    const logged =
      log === null ? null : await logTree(log, { ...places, env, taken: published.taken, recordPath });
    if (tuf !== null) about.progress('signing for TUF');
    return { ...published, logged, vouched: tuf === null ? null : await vouch({ tuf, tree, log, env }) };
  } finally {
    await pool.close();
  }
}

interface Vouching extends Pick<TreeOptions, 'tree' | 'log' | 'env'> {
  readonly tuf: TufConfig;
}

/** The log is told of the new metadata: its entry is in the batch after that which the metadata rests on. */
async function vouch({ tuf, tree, log, env }: Vouching): Promise<TufPublication> {
  const vouched = await publishTargets({ config: tuf, env, tree, ...(log === null ? {} : { log }) });
  if (log !== null && vouched.written.length > 0) await logWritten(log, env, vouched);
  return vouched;
}

/** Beside a tree in a directory; a bucket has no such place. */
export function stateBeside(tree: string): string | null {
  return /^s3:/.test(tree) ? null : `${resolve(tree)}.state`;
}
