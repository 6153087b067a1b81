/** How a log stands: what was signed, what everybody sees, who witnessed it. Nothing is written. */
import { decodeUtf8, toHex } from 'cpansec/base';
import type { NoteSigner } from 'cpansec/formats';
import { nodeEd25519 } from 'cpansec/io';
import {
  CHECKPOINT_PATH,
  type Checkpoint,
  checkPolicy,
  MAX_CHECKPOINT,
  openOwnCheckpoint,
  type Policy,
  parseLock,
  readCheckpoint,
  TransparencyError,
} from 'cpansec/transparency';
import type { Environment } from '../blobs/index.ts';
import type { LogConfig } from './config.ts';
import { missingInPolicy } from './keys.ts';
import { lockOf, logPolicy, logSigners, logStore } from './open.ts';

export interface LogStatus {
  readonly origin: string;
  /** What was signed last, and when, in milliseconds since 1970; null before there is a log. */
  readonly signed: (Checkpoint & { readonly time: number }) | null;
  /** What everybody sees; null when nothing was ever published. */
  readonly published: Checkpoint | null;
  /** Who of the policy cosigned it, and when, in seconds since 1970. */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
  /** Ids of the keys that sign. */
  readonly keys: readonly string[];
}

/** Throws LogKeepingError, BlobError. */
export async function logStatus(config: LogConfig, env: Environment): Promise<LogStatus> {
  const policy = logPolicy(config);
  const signers = await logSigners(config);
  // First what everybody sees: what is signed can only be more.
  const bytes = await logStore(config, env).read(CHECKPOINT_PATH, MAX_CHECKPOINT);
  const note = bytes === null ? null : decodeUtf8(bytes);
  const published = note === null ? null : readCheckpoint(note).checkpoint;
  const { signed, wrong } = await signedOf(config, env, signers);
  const { witnesses, problem } = await believed(note, policy);
  const [lacking] = missingInPolicy(policy, signers);
  return {
    ...{ origin: config.origin, signed, published, witnesses },
    problem:
      wrong ??
      apart(signed, published) ??
      problem ??
      (lacking === undefined ? null : `the policy lacks the line: ${lacking}`),
    keys: signers.map(({ verifier }) => verifier.id),
  };
}

/** Why no writer could open the log, or why not everything is public. */
function apart(signed: Checkpoint | null, published: Checkpoint | null): string | null {
  if (published === null) return 'nothing was published yet';
  if (signed === null) return 'there is a log and no lock: it must not be written without';
  if (published.size > signed.size) return 'the lock is an old one: docs/formats/log.md says what to do';
  if (published.size < signed.size)
    return `${signed.size - published.size} entries are signed and not published: cpansec-desk log publish says why`;
  const same = toHex(published.root) === toHex(signed.root);
  return same ? null : 'lock and log have two roots for one size: docs/formats/log.md says what to do';
}

interface Locked {
  readonly signed: LogStatus['signed'];
  /** What is wrong with the lock; null when nothing is. */
  readonly wrong: string | null;
}

async function signedOf(
  config: LogConfig,
  env: Environment,
  signers: readonly NoteSigner[],
): Promise<Locked> {
  const lock = await lockOf(config, env);
  try {
    const text = await lock.load();
    if (text === null) return { signed: null, wrong: null };
    const { time, note } = parseLock(text);
    const keys = signers.map(({ verifier }) => verifier);
    return { signed: { ...(await openOwnCheckpoint(note, keys, nodeEd25519, 'lock')), time }, wrong: null };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return { signed: null, wrong: error.message };
  } finally {
    await lock.close();
  }
}

async function believed(
  note: string | null,
  policy: Policy,
): Promise<Pick<LogStatus, 'witnesses' | 'problem'>> {
  if (note === null) return { witnesses: [], problem: null };
  try {
    const { witnesses } = await checkPolicy(policy, note, nodeEd25519);
    return { witnesses, problem: null };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return { witnesses: [], problem: error.problem };
  }
}

/** For a monitor: the text format of Prometheus, for a file that its node exporter collects. */
export function statusMetrics({ origin, signed, published, witnesses, problem }: LogStatus): string {
  const label = `{origin=${JSON.stringify(origin)}}`;
  const rows: [name: string, help: string, value: number][] = [
    ['signed_entries', 'Entries of the newest tree that was signed.', signed?.size ?? 0],
    ['published_entries', 'Entries of the tree that everybody sees.', published?.size ?? 0],
    ['signed_timestamp_seconds', 'When the log last signed.', (signed?.time ?? 0) / 1000],
    ['witnesses', 'Witnesses of the policy that cosigned what everybody sees.', witnesses.length],
    [
      'oldest_cosignature_timestamp_seconds',
      'The oldest of their cosignatures; 0 when there is none.',
      witnesses.length === 0 ? 0 : Math.min(...witnesses.map(({ time }) => time)),
    ],
    ['problem', '1 when something is wrong with it: log status says what.', problem === null ? 0 : 1],
  ];
  return rows
    .map(([name, help, value]) => {
      const metric = `cpansec_log_${name}`;
      return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric}${label} ${value}\n`;
    })
    .join('');
}
