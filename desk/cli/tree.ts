/** The public tree as a command makes it: where it stands, who publishes, by which key. */
import { resolve } from 'node:path';
import type { Environment } from '../blobs/index.ts';
import { openBlobs } from '../blobs/index.ts';
import { makerPool, type PublishConfig, type Published, publish } from '../publish/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import { type Key, openSigner } from '../signing/index.ts';
import { edition, siteAssets } from './edition.ts';

export interface TreeOptions {
  /** Addresses, as `openBlobs` takes them. */
  readonly store: string;
  readonly tree: string;
  readonly config: PublishConfig;
  readonly key: Key | null;
  /** File of what this publisher remembers. */
  readonly state: string;
  readonly env: Environment;
  progress(words: string): void;
}

/** Throws PublishError, PublishedError, BlobError, SigningError. */
export async function makeTree({ store, tree, key, env, ...about }: TreeOptions): Promise<Published> {
  const signer = key === null ? null : await openSigner(key);
  const pool = makerPool({ store, tree, env, key });
  try {
    return await publish({
      ...about,
      store: new StoreReading(new PublishedStore(openBlobs(store, env))),
      tree: openBlobs(tree, env),
      pool,
      signer,
      assets: siteAssets(),
      edition: edition(),
    });
  } finally {
    await pool.close();
  }
}

/** Beside a tree in a directory; a bucket has no such place. */
export function stateBeside(tree: string): string | null {
  return /^s3:/.test(tree) ? null : `${resolve(tree)}.state`;
}
