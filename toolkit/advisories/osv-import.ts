/** A directory of OSV documents as records. */
import { BytesError, compareText, decodeUtf8, JsonError } from '../base/index.ts';
import { FormatError, type OsvRecord, parseOsv } from '../formats/index.ts';
import { importedRecords, newestInstant } from './document-import.ts';
import { AdvisoryError } from './errors.ts';
import { ImportFlags } from './import-flags.ts';
import { fromOsv } from './osv-in.ts';
import type { AdvisoryRecord } from './record.ts';
import type { ImportedRecords, SetFile } from './record-set.ts';

/**
 * Imports OSV documents, one a file, in whatever order they come. Documents that name no CPAN distribution are
 * counted as rows and by `osv-package`, and make no record. Throws `osv-shape` for a file that is no document,
 * `import-shape` when two have one id; errors name the file.
 */
export function importOsv(files: readonly SetFile[]): ImportedRecords {
  const flags = new ImportFlags();
  const documents = files.toSorted((a, b) => compareText(a.name, b.name)).map((file) => readDocument(file));
  const records = documents.flatMap((document) => fromOsv(document, flags) ?? []);
  refuseTwice(records);
  return importedRecords(records, {
    rows: documents.reduce((sum, { affected }) => sum + (affected?.length ?? 0), 0),
    flags,
    built: newestInstant(documents.map(({ modified }) => modified)),
    source: 'OSV documents',
  });
}

function readDocument({ name: file, bytes }: SetFile): OsvRecord {
  try {
    return parseOsv(decodeUtf8(bytes, file), { file });
  } catch (cause) {
    if (!(cause instanceof FormatError || cause instanceof JsonError || cause instanceof BytesError))
      throw cause;
    throw new AdvisoryError('osv-shape', cause.problem, { ...cause.place, file }, { cause });
  }
}

function refuseTwice(records: readonly AdvisoryRecord[]): void {
  const seen = new Set<string>();
  for (const { id } of records) {
    if (seen.has(id)) throw new AdvisoryError('import-shape', `id ${id} in two documents`);
    seen.add(id);
  }
}
