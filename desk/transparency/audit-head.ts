import { encodeUtf8, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import type { Environment } from '../blobs/index.ts';
import type { LogConfig } from './config.ts';
import { LogKeepingError } from './errors.ts';
import { withLog } from './open.ts';

/** The signed end of a desk's audit log, to be made known. */
interface SignedHead {
  readonly note: string;
  /** RFC 3339 UTC to the second. */
  readonly at: string;
}

/** Logs the digest of the note and nothing of what it says but whose it is. The same note is logged once. */
export async function logHead(config: LogConfig, env: Environment, { note, at }: SignedHead): Promise<void> {
  const [origin = ''] = note.split('\n', 1);
  const sha256 = toHex(nodeSha256(encodeUtf8(note)));
  const [added] = await withLog(config, { env }, ({ log }) =>
    log.addAll([{ type: 'audit-head', origin, sha256, at }]),
  );
  if (added === undefined) throw new LogKeepingError('failed', 'the log took nothing');
}
