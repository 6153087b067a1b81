/**
 * cases: what members see of cases and do with them. Every act is an entry of the case's timeline and one of the
 * audit log; what a case's state does not allow is refused with the reason.
 */
export { askHandlers } from './ask-host.ts';
export { caseRoutes } from './case-routes.ts';
export { Lines } from './case-table.tsx';
export { custodyRoutes } from './custody-routes.tsx';
export { draftOf } from './draft.ts';
export { type CaseLine, type CaseList, type Filter, listCases } from './list.ts';
export { memberNames } from './names.ts';
export { partRoutes } from './part-routes.tsx';
export { type RadiusOps, radiusRoutes } from './radius.tsx';
export { type Releases, rangeRoutes } from './range-routes.tsx';
