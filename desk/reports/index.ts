/**
 * reports: how a report comes in and how whoever made it follows it. A report is a case from the first moment; the
 * reporter is a participant with a private link and no account.
 *
 *     const taken = await takeReport(tx, vault, { channel: 'form', report, person: null, files: [] });
 *     taken.alike; // other cases that share something with it
 */

export { facetsOf } from './facets.ts';
export { followRoutes } from './follow-routes.tsx';
export type { ByMail, Received, ReportOps } from './ops.ts';
export { reference } from './reference.ts';
export { EMPTY_REPORT, QUESTIONS, type Report, reportShape, reportText } from './report.ts';
export { reportRoutes } from './report-routes.tsx';
export {
  addReport,
  type GivenReport,
  REPORTER,
  reportTaken,
  type TakenReport,
  takeReport,
} from './take.ts';
export { sayInThread, threadCase, threadOf } from './thread.ts';
