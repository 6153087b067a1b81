/** Opens a repository for the one writer that it has. */
import { join } from 'node:path';
import { IoError, makeDirectory, nodeDigest, nodeTufVerifier, now, readFile, withLock } from 'cpansec/io';
import {
  type OnlineSigners,
  type RepositoryOps,
  type RepositoryOptions,
  TufRepository,
  type TufSigner,
} from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { logStore } from '../transparency/index.ts';
import type { TufConfig } from './config.ts';
import { TufKeepingError } from './errors.ts';
import { openTufSigner } from './signer.ts';

const MAX_ROOT = 1024 * 1024;

/** To read a repository no key is needed. */
export function repositoryOps(config: Pick<TufConfig, 'store'>, env: Environment): RepositoryOps {
  return { store: logStore(config, env), verifier: nodeTufVerifier, digest: nodeDigest };
}

/** The root that the operator began with. Throws `config`. */
export function pinnedRoot({ root }: Pick<TufConfig, 'root'>): Uint8Array {
  try {
    return readFile(root, MAX_ROOT);
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new TufKeepingError('config', cause.problem, { file: root }, { cause });
  }
}

/**
 * Works with the repository, or with its options to recover it. Throws TufKeepingError, TufError, IoError `locked` when
 * another process is at it.
 */
export async function withRepository<T>(
  config: TufConfig,
  env: Environment,
  work: (repository: TufRepository, options: RepositoryOptions) => Promise<T>,
): Promise<T> {
  return withOptions(config, env, async (options) => work(await TufRepository.open(options), options));
}

export async function withOptions<T>(
  config: TufConfig,
  env: Environment,
  work: (options: RepositoryOptions) => Promise<T>,
): Promise<T> {
  const signers = await signersOf(config, env);
  makeDirectory(config.state);
  return withLock(join(config.state, 'writer'), () =>
    work({ ...repositoryOps(config, env), root: pinnedRoot(config), signers, now }),
  );
}

async function signersOf({ signers }: TufConfig, env: Environment): Promise<OnlineSigners> {
  const open = (places: readonly string[]): Promise<TufSigner[]> =>
    Promise.all(places.map((place) => openTufSigner(place, env)));
  return {
    timestamp: await open(signers.timestamp),
    snapshot: await open(signers.snapshot),
    'pause-index': await open(signers['pause-index']),
    advisories: await open(signers.advisories),
    'recently-claimed': await open(signers['recently-claimed']),
    bins: await open(signers.bins),
  };
}
