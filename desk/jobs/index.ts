/**
 * jobs: what has to be done outside. A job is written in the transaction of the act that wants it, done by a worker
 * of any process, and never lost. What must never happen twice is of kind `once`: when nobody can tell whether it
 * happened, it is `uncertain` and a person decides.
 *
 *     ready → leased → done | failed | uncertain | cancelled      failed, uncertain → done | ready, by a person
 *
 *     await store.transaction(async (tx) => {
 *       await enqueue(tx, store.vault, { kind: 'mail.send', caseId, keyId, payload: { entry: 'ID' } });
 *       tx.record({ actor, act: 'case.message', subject: `case:${caseId}`, detail: {} });
 *     });
 *     const handlers = {
 *       'mail.send': handler({ payload: object({ entry: string }), once: true, run: async ({ entry }) => … }),
 *     };
 *     const jobs = startJobs({ store, handlers, onError });
 *
 * Clocks of several machines must agree to within a lease; if they do not, work is done too soon or again, but what
 * is of kind `once` still is not.
 */
export type { BackOff } from './back-off.ts';
export { reap } from './claim.ts';
export { countJobs, decide, type JobDecision, type JobLine, waitingJobs } from './decide.ts';
export { cancel, enqueue } from './enqueue.ts';
export { JobError, type JobErrorCode } from './errors.ts';
export { type DailyHead, headChore, headLogChore } from './heads.ts';
export {
  type Handler,
  type HandlerOptions,
  type Handlers,
  handler,
  type Job,
  MAX_PAYLOAD,
  type NewJob,
  type Outcome,
} from './job.ts';
export { type ReadJob, readJob } from './read.ts';
export { type Chore, type JobsOptions, type RunningJobs, startJobs } from './run.ts';
export { type Work, workOne } from './work.ts';
