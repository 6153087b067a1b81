/**
 * sources: advisories of others on this disk, recognised by content (`docs/formats/import.md`) and read by the
 * importer of their kind.
 *
 * @example
 *   const source = readSource('cpan-security-advisory.json'); // { kind: 'cpansa', files: [...] }
 *   const { records, releases, report } = await importSource(source);
 */
export { MAX_FILE, readAll, type SourceFile, walk } from './files.ts';
export { type Imported, importSource } from './import.ts';
export { readSource, type Source, type SourceKind } from './source.ts';
