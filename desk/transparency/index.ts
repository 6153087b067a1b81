/**
 * transparency (desk): the transparency log as its operator keeps it: where its files stand, its lock, what it
 * remembers, its keys, and what a publication tells it. The log itself is `cpansec/transparency`.
 *
 *     const config = readLogConfig('log.json');
 *     await initLog(config, { env: process.env });
 *     await withLog(config, { env: process.env }, ({ log }) => log.addAll(entries));
 *     (await fsckLog(config, process.env)).faults; // []
 *
 * Words: the *lock* holds what was signed last, apart from the log; *hints* are lookups and proofs that can be made
 * again.
 */

export { logHead } from './audit-head.ts';
export { type LogConfig, readLogConfig } from './config.ts';
export { LogKeepingError, type LogKeepingErrorCode } from './errors.ts';
export { type CheckedLog, fsckLog } from './fsck.ts';
export { HINTS } from './hints.ts';
export { initLog } from './init.ts';
export { announceKeys, missingInPolicy, type RetiredKey, retireKey } from './keys.ts';
export { type KeptLog, logSigners, logStore, type OpenLogOptions, withLog } from './open.ts';
export { type LoggedPublication, logPublication, logTree } from './publication.ts';
export { type LogStatus, logStatus, statusMetrics } from './status.ts';
