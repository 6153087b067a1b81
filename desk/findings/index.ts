/**
 * findings: what scanners find, many at once, as cases. `docs/formats/findings.md` says what comes in.
 *
 * Words: a *finding* is one place in one release, as a scanner has it; a *non-finding* is what scanners report again
 * and again and is no vulnerability.
 *
 *     const { findings, unplaced } = parseFindings(bytes, 'scan.sarif', { distribution: 'Foo-Bar' });
 *     const { counts } = await importFindings({ tx, vault, member: null }, findings);
 */
export { FindingsError, type FindingsErrorCode } from './errors.ts';
export type { Finding } from './finding.ts';
export { type Became, type ImportedFinding, type ImportedFindings, importFindings } from './import.ts';
export { MAX_DOCUMENT, parseFindings } from './read.ts';
export { findingsRoutes } from './routes.tsx';
export type { SarifFindings, Subject, Unplaced } from './sarif.ts';
