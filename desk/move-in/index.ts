/**
 * move-in: the group's cases as they are today, tickets with labels and YAML beside them, become cases of the desk.
 * `docs/formats/move-in.md` says what comes in and what becomes of it.
 *
 * Words: a *ticket* is an issue of the group's private repository; what is *left* had no place, and stands in the
 * report with its file and reason.
 *
 *     const { counts, left } = await moveIn(store, { issues: { name: 'issues.json', bytes } }, true);
 */
export { MoveInError, type MoveInErrorCode } from './errors.ts';
export { type InputFile, MAX_INPUT } from './json-file.ts';
export { type MoveInInput, moveIn } from './move-in.ts';
export { COUNTED, type Counted, type Left, type MovedIn } from './report.ts';
