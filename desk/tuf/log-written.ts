import type { TufPublication } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { type LogConfig, withLog } from '../transparency/index.ts';

/** Tells the log which metadata is new: everybody can see then what was ever signed. Throws TransparencyError. */
export async function logWritten(
  config: LogConfig,
  env: Environment,
  { written }: TufPublication,
): Promise<void> {
  const entries = written.map((one) => ({ type: 'tuf', ...one }) as const);
  await withLog(config, { env }, ({ log }) => log.addAll(entries));
}
