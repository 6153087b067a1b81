/** How a log stands: what was signed, what everybody sees, who witnessed it. Nothing is written. */
import { decodeUtf8 } from 'cpansec/base';
import { nodeEd25519 } from 'cpansec/io';
import {
  type Checkpoint,
  checkPolicy,
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

const MAX_CHECKPOINT = 1_000_000;

/** Throws LogKeepingError, BlobError. */
export async function logStatus(config: LogConfig, env: Environment): Promise<LogStatus> {
  const policy = logPolicy(config);
  const signers = await logSigners(config);
  const signed = await signedOf(config, env);
  const bytes = await logStore(config, env).read('checkpoint', MAX_CHECKPOINT);
  const note = bytes === null ? null : decodeUtf8(bytes);
  const { witnesses, problem } = await believed(note, policy);
  const [lacking] = missingInPolicy(policy, signers);
  return {
    ...{ origin: config.origin, signed, witnesses },
    published: note === null ? null : readCheckpoint(note).checkpoint,
    problem: problem ?? (lacking === undefined ? null : `the policy lacks the line: ${lacking}`),
    keys: signers.map(({ verifier }) => verifier.id),
  };
}

async function signedOf(config: LogConfig, env: Environment): Promise<LogStatus['signed']> {
  const lock = await lockOf(config, env);
  try {
    const text = await lock.load();
    if (text === null) return null;
    const { time, note } = parseLock(text);
    return { ...readCheckpoint(note).checkpoint, time };
  } finally {
    await lock.close();
  }
}

async function believed(
  note: string | null,
  policy: Policy,
): Promise<Pick<LogStatus, 'witnesses' | 'problem'>> {
  if (note === null) return { witnesses: [], problem: 'nothing was published yet' };
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
      'The oldest of their cosignatures.',
      Math.min(...witnesses.map(({ time }) => time), signed === null ? 0 : signed.time / 1000),
    ],
    ['problem', '1 when the policy does not accept what everybody sees.', problem === null ? 0 : 1],
  ];
  return rows
    .map(([name, help, value]) => {
      const metric = `cpansec_log_${name}`;
      return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric}${label} ${value}\n`;
    })
    .join('');
}
