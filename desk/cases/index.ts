/**
 * cases: what members see of cases and do with them. Every act is an entry of the case's timeline and one of the
 * audit log; what a case's state does not allow is refused with the reason.
 */
export { say } from './acts.ts';
export { askHandlers } from './ask-host.ts';
export { actorOf as caseActor, type By, told } from './by.ts';
export { Act, Fold } from './case-act.tsx';
export { CaseBar } from './case-bar.tsx';
export type { CaseModel } from './case-model.ts';
export { caseOf } from './case-of.ts';
export { caseRoutes } from './case-routes.ts';
export { caseSchema } from './case-schema.ts';
export { Lines } from './case-table.tsx';
export { creditedDraft, namedCredits } from './credited-draft.ts';
export { custodyRoutes } from './custody-routes.tsx';
export { cveChore, cveHandlers } from './cve-services.ts';
export { type AskedCase, byOf, CASE, memberOf, SCRIPTS, shown as caseShown, words } from './deed.ts';
export { draftOf } from './draft.ts';
export { statementRoutes } from './early-routes.tsx';
export { type CaseLine, type CaseList, type Filter, listCases } from './list.ts';
export { memberNames } from './names.ts';
export { partRoutes } from './part-routes.tsx';
export { poolRoutes } from './pool-routes.tsx';
export { type RadiusOps, radiusRoutes } from './radius.tsx';
export { type Releases, rangeRoutes } from './range-routes.tsx';
export { plain, whenTyped } from './typed-text.ts';
