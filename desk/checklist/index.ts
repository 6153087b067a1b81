/**
 * checklist: how a case becomes public. One member prepares a publication of one or more cases, another approves it
 * word by word, and at its instant the desk does one step after the other. This room alone writes records of the desk
 * into the published store.
 *
 *     prepared → approved → running → done          prepared, approved → withdrawn
 *
 * Words: a *preview* is everything that would go out, its *digest* what two people agree on; a *step* is one thing
 * that is done outside or in the cases, with a *proof* that it happened.
 *
 *     startJobs({ store, handlers: checklistHandlers(store, outward, clock), chores: [checklistChore(store, …)], … });
 */
export { checklistChore } from './chore.ts';
export { isSteady, type SteadyClock, steadyClock } from './clock.ts';
export { ChecklistError, type ChecklistErrorCode } from './errors.ts';
export { checklistHandlers } from './handlers.ts';
export { LIST_NAMES, type ListName, type Outward, type OutwardMail } from './outward.ts';
export type { Writing } from './preview.ts';
export { type RehearsalOptions, rehearse } from './rehearse.ts';
export { checklistRoutes, type WritingNow } from './routes.tsx';
export { STEP_WORDS } from './words.ts';
