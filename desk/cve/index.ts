/**
 * cve: CVE Services of the CVE Program, where a CNA reserves ids and publishes records. Knows no case and no database.
 *
 *     const services = cveServices({ base: 'https://cveawg.example.org/api/', org, user, key, fetch });
 *     await services.quota(); // { quota: 1000, reserved: 41, available: 959 }
 *     await putRecord(services, 'CVE-2026-99990', toCve(record, options).documents[0].containers.cna);
 *     // { done: 'published', record }; called again: { done: 'unchanged', record }
 *
 * {@link CveServices} is one request a call, and none is made again by itself. The acts above it look first and can be
 * called again whatever happened: `putRecord`, `putRejection`, `rejectReserved`, `undoReject`, `transfer`,
 * `reserveMore`. {@link dryRun} is of the same type, changes nothing and tells what it would have sent. A
 * {@link CveError} says whether the service may have done it all the same, and when to ask again.
 *
 * Words: an id is *reserved*, *published* with its record, or *rejected*; a *container* is the part of a record that
 * the CNA writes; the *owner* of an id is an organisation.
 *
 * Links: https://cveawg.mitre.org/api-docs/ (OpenAPI 2.3.3), https://github.com/CVEProject/cve-schema (5.2.0), CNA
 * Operational Rules 4.1.0.
 */
export {
  type Changed,
  type PutRecord,
  type PutRejection,
  putRecord,
  putRejection,
  rejectReserved,
  transfer,
  undoReject,
} from './acts.ts';
export type { Fetch, KeySource, ServiceAddress } from './ask.ts';
export { cveServices, MAX_RESERVED } from './client.ts';
export { containerDifferences, type FieldDifference } from './differences.ts';
export { type DryRunOptions, dryRun, type WouldSend } from './dry-run.ts';
export { CveError, type CveErrorCode } from './errors.ts';
export { type ReservedMore, type ReserveMore, reserveMore } from './reserve-more.ts';
export { ownPart, sameContainer } from './same.ts';
export {
  type CnaContainer,
  type CveIdState,
  type CveServices,
  type IdFilter,
  isCveId,
  type Organisation,
  type OrganisationUser,
  type Quota,
  type RejectedContainer,
  type Reserved,
  type Reserving,
  type ServedId,
} from './services.ts';
