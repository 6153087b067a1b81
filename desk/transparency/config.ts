/** What keeps a log, as its operator describes it: a JSON file beside which its other files stand. */
import { dirname, isAbsolute, resolve } from 'node:path';
import {
  array,
  decodeUtf8,
  exact,
  type Infer,
  JsonError,
  matching,
  oneOf,
  optional,
  parseJson,
  ShapeError,
  string,
  whole,
} from 'cpansec/base';
import { IoError, readFile } from 'cpansec/io';
import { LogKeepingError } from './errors.ts';

export const LOG_FORMAT = 'cpansec-log/1';
const MAX_LENGTH = 64 * 1024;

/** The name of a log is its address without the scheme: a host and a path, and no sign that a key's name may not have. */
const origin = matching(
  /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.~-]+)*$/,
  'a host and a path, advisories.example.org/log',
);

const shape = exact({
  format: oneOf(LOG_FORMAT),
  origin,
  store: string,
  state: string,
  lock: optional(oneOf('file', 'postgres')),
  keys: array(string),
  policy: string,
  witnessSeconds: optional(whole(1, 60)),
});

export interface LogConfig {
  readonly origin: string;
  /** Where the log stands: a directory, or `s3://BUCKET/PREFIX`. Below a public tree it is its `log`. */
  readonly store: string;
  /** A directory of the log's own on this machine, in no backup: its lock, and what can be made again. */
  readonly state: string;
  /** Where the lock is: in `state`, or in the database of CPANSEC_LOG_DATABASE. */
  readonly lock: 'file' | 'postgres';
  /** Files of signer keys, the newest first. */
  readonly keys: readonly string[];
  /** File of the policy: the log's own keys, its witnesses and their addresses, the quorum. */
  readonly policy: string;
  /** How long a witness has to answer, in milliseconds. */
  readonly witnessTimeout: number;
}

/** Throws `config`, naming the file and what was found. */
export function readLogConfig(path: string): LogConfig {
  const beside = (file: string): string =>
    /^s3:/.test(file) || isAbsolute(file) ? file : resolve(dirname(path), file);
  const { origin, store, state, lock, keys, policy, witnessSeconds } = read(path);
  if (keys.length === 0) throw new LogKeepingError('config', 'keys: a log has a key', { file: path });
  return {
    origin,
    store: beside(store),
    state: beside(state),
    lock: lock ?? 'file',
    keys: keys.map(beside),
    policy: beside(policy),
    witnessTimeout: (witnessSeconds ?? 5) * 1000,
  };
}

function read(path: string): Infer<typeof shape> {
  try {
    return shape(parseJson(decodeUtf8(readFile(path, MAX_LENGTH))));
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError || cause instanceof IoError)) throw cause;
    throw new LogKeepingError('config', cause.problem, { ...cause.place, file: path }, { cause });
  }
}
