/**
 * published: what is public, as files in a directory or bucket (`docs/formats/published-store.md`). The desk and
 * imports write it, the publisher reads it.
 *
 * Words: a *revision* is one state of a record, never changed; a *decision* says what became of a source's row and
 * why; a *change* is what a writer said it was about to write.
 *
 * @example
 *   const store = new PublishedStore(openBlobs('var/store', process.env));
 *   for await (const { record, revision } of store.latestRevisions()) console.log(record.id, revision);
 *   for await (const { number, records, done } of store.changes.after(12)) console.log(number, records, done);
 */
export type { Change } from './change.ts';
export { type CheckedStore, checkStore, type Fault } from './check.ts';
export { type Coverage, type SourceCoverage, wholeCoverage } from './coverage.ts';
export { cveNamesOf } from './cve-names.ts';
export type { Decision, Difference, Verdict } from './decisions.ts';
export type { Dist, DistRelease } from './dist.ts';
export { PublishedError, type PublishedErrorCode } from './errors.ts';
export { differencesOf, sameFacts } from './facts.ts';
export { type ImportOptions, type ImportOutcome, importInto } from './import.ts';
export type { ImportedRow } from './import-plan.ts';
export type { Journal, NumberedChange } from './journal.ts';
export { distKey, revisionKey } from './keys.ts';
export { type AddedPatch, addPatch, type PatchOf } from './patch.ts';
export { type ChangesSince, StoreReading } from './reading.ts';
export type { ImportedFrom, Origin, Revision } from './revision.ts';
export { PublishedStore, type Statement } from './store.ts';
export { MAX_PATCH, problemOfDiff } from './unified-diff.ts';
