/** Opens a log for the one writer that it has, and leaves it whole. */
import { dirname, join } from 'node:path';
import { decodeUtf8, PlacedError, toHex } from 'cpansec/base';
import { FormatError, type NoteSigner, parseNoteSigner } from 'cpansec/formats';
import {
  IoError,
  makeDirectory,
  nodeEd25519,
  nodeSha256,
  nodeSha256Into,
  now,
  readFile,
  readPrivate,
} from 'cpansec/io';
import {
  CHECKPOINT_PATH,
  Log,
  type LogOptions,
  type LogStore,
  MAX_CHECKPOINT,
  MAX_POLICY,
  type Policy,
  parsePolicy,
  TransparencyError,
} from 'cpansec/transparency';
import { type Environment, openBlobs } from '../blobs/index.ts';
import { alone } from './alone.ts';
import { bucketLogStore } from './bucket.ts';
import type { LogConfig } from './config.ts';
import { directoryLogStore } from './directory.ts';
import { nodeDisk } from './disk.ts';
import { LogKeepingError } from './errors.ts';
import { fileLock } from './file-lock.ts';
import { makeHints } from './hints.ts';
import { type OpenLock, postgresLock } from './postgres-lock.ts';
import { SeenFile } from './seen.ts';
import { cosignedBy } from './witnesses.ts';

export interface KeptLog {
  readonly log: Log;
  readonly store: LogStore;
  readonly seen: SeenFile;
  readonly policy: Policy;
  readonly config: LogConfig;
}

export interface OpenLogOptions {
  readonly env: Environment;
  /** Makes a log where none is; default: opens the one that is there. */
  readonly create?: boolean;
  /** Told in words what went wrong beside the log; default: standard error. */
  readonly warn?: (words: string) => void;
  /** How long another writer may keep us waiting, in milliseconds. Default 30,000. */
  readonly patience?: number;
}

const PATIENCE = 30_000;
const MAX_KEY = 64 * 1024;

/**
 * Works with the log; then lookups and proofs of what was published are made. Throws LogKeepingError, of it `locked`
 * when another writer of this machine is at it for too long, TransparencyError, BlobError.
 */
export async function withLog<T>(
  config: LogConfig,
  options: OpenLogOptions,
  work: (kept: KeptLog) => Promise<T>,
): Promise<T> {
  makeState(config.state);
  return alone(join(config.state, 'writer.lock'), options.patience ?? PATIENCE, async () => {
    const seen = new SeenFile(join(config.state, 'seen.db'), config.origin);
    let lock: OpenLock | undefined;
    try {
      lock = await lockOf(config, options.env);
      const kept = await opened(config, { ...options, lock, seen });
      const done = await work(kept);
      await kept.log.close();
      await completeHints(kept, options.warn);
      seen.commit();
      return done;
    } finally {
      seen.close();
      await lock?.close();
    }
  });
}

/** Those above it are nothing of the log's. */
function makeState(path: string): void {
  makeDirectory(dirname(path));
  makeDirectory(path, 0o700);
}

/** Where a log stands, to be read. */
export function logStore(
  { store, lock }: Pick<LogConfig, 'store'> & Partial<Pick<LogConfig, 'lock'>>,
  env: Environment,
): LogStore {
  if (/^s3:/.test(store)) return bucketLogStore(openBlobs(store, env));
  return directoryLogStore(store, nodeDisk, lock === 'postgres');
}

/** Throws `config` for a policy that cannot be read. */
export function logPolicy({ policy }: Pick<LogConfig, 'policy'>): Policy {
  try {
    return parsePolicy(readFile(policy, MAX_POLICY));
  } catch (cause) {
    if (!(cause instanceof IoError || cause instanceof TransparencyError)) throw cause;
    throw new LogKeepingError('config', cause.problem, { ...cause.place, file: policy }, { cause });
  }
}

/** The log's own keys. Throws `config`; nothing of a key is in the error. */
export async function logSigners({ keys, origin }: LogConfig): Promise<NoteSigner[]> {
  return Promise.all(keys.map((file) => signerOf(file, origin)));
}

async function opened(
  config: LogConfig,
  { env, create = false, lock, seen }: OpenLogOptions & { lock: OpenLock; seen: SeenFile },
): Promise<KeptLog> {
  const policy = logPolicy(config);
  const store = logStore(config, env);
  const options: LogOptions = {
    ...{ origin: config.origin, store, lock, seen },
    signers: await logSigners(config),
    hash: nodeSha256Into,
    ed25519: nodeEd25519,
    now: () => now().getTime(),
    cosign: cosignedBy({ policy, timeout: config.witnessTimeout, env }),
  };
  const log = create ? await Log.create(options) : await Log.open(options);
  return { log, store, seen, policy, config };
}

/**
 * The policy that people check the log by, and hints for all that is public. What is wrong with hints is told and fails
 * nothing: the log has its entries, and hints can be made again.
 */
async function completeHints(
  { store, config }: KeptLog,
  warn: OpenLogOptions['warn'] = warned,
): Promise<void> {
  const note = await store.read(CHECKPOINT_PATH, MAX_CHECKPOINT);
  if (note === null) return;
  try {
    await store.putHint([{ path: 'policy', bytes: readFile(config.policy, MAX_POLICY) }]);
    const edition = await editionOf(config);
    await makeHints({ store, hash: nodeSha256Into, note: decodeUtf8(note), edition });
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    warn(`lookups and proofs are not complete: ${error.message}; cpansec-desk log hints makes them`);
  }
}

function warned(words: string): void {
  process.stderr.write(`cpansec-desk: ${words}\n`);
}

/** Changes when keys or policy do: proofs of before may satisfy nobody any more. */
export async function editionOf(config: LogConfig): Promise<string> {
  const ids = (await logSigners(config)).map(({ verifier }) => verifier.id);
  const policy = toHex(nodeSha256(readFile(config.policy, MAX_POLICY)));
  return [policy, ...ids].join(' ');
}

/** The lock of the log, from where its configuration says. */
export async function lockOf({ lock, state, origin }: LogConfig, env: Environment): Promise<OpenLock> {
  if (lock === 'file') return { ...fileLock(state), close: async () => {} };
  const url = env.CPANSEC_LOG_DATABASE;
  if (url !== undefined && url !== '') return postgresLock(url, origin);
  throw new LogKeepingError('config', 'the lock is in PostgreSQL and CPANSEC_LOG_DATABASE is not set');
}

async function signerOf(file: string, origin: string): Promise<NoteSigner> {
  try {
    const signer = await parseNoteSigner(readPrivate(file, MAX_KEY).trimEnd(), nodeEd25519);
    if (signer.verifier.name === origin) return signer;
    throw new LogKeepingError('config', `is a key of ${signer.verifier.name}, not of ${origin}`, { file });
  } catch (cause) {
    if (!(cause instanceof IoError || cause instanceof FormatError)) throw cause;
    throw new LogKeepingError('config', cause.problem, { file }, { cause });
  }
}
