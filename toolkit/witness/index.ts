/**
 * witness: a program that anybody can run and that cosigns checkpoints of logs, so that no log can show different
 * people different trees (https://c2sp.org/tlog-witness). What it answers is decided in the room transparency; here
 * it stands on a disk and speaks HTTP.
 *
 * Words: a log is *followed* when the witness takes its checkpoints; what is *kept* of it is the checkpoint that was
 * cosigned last; a *split view* is two trees of one size that a log signed.
 *
 * @example
 *   beginState(directory); // once, with the key
 *   const witness = await openWitness({ signer, logs: [followedLog(vkey)], directory, report, failed });
 *   await witness.listen('127.0.0.1', 8081); // 'http://127.0.0.1:8081'
 */
export { WitnessError, type WitnessErrorCode } from './errors.ts';
export { beginState, originHash } from './file-store.ts';
export { type FollowedLog, followedLog, parseLogList } from './log-list.ts';
export { openWitness, type WitnessLimits, type WitnessOptions, type WitnessServer } from './server.ts';
