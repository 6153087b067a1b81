/** A directory of OSV documents as records. */
import { BytesError, compareText, decodeUtf8, JsonError } from '../base/index.ts';
import { FormatError, type OsvRecord, parseOsv } from '../formats/index.ts';
import { importedRecords, newestInstant } from './document-import.ts';
import { AdvisoryError } from './errors.ts';
import { ImportFlags } from './import-flags.ts';
import { fromOsv } from './osv-in.ts';
import type { ImportedRecords, SetFile } from './record-set.ts';
import { refuseTwice } from './refuse-twice.ts';

/**
 * Imports OSV documents, one a file, in whatever order they come. Documents that name no CPAN distribution are
 * counted as rows and by `osv-package`, and make no record. Throws `osv-shape` for a file that is no document,
 * `import-shape` when two have one id; errors name the file.
 */
export function importOsv(files: readonly SetFile[]): ImportedRecords {
  const flags = new ImportFlags();
  const sorted = files.toSorted((a, b) => compareText(a.name, b.name));
  const documents = sorted.map(readDocument);
  const found = documents.flatMap((document, i) => {
    const record = fromOsv(document, flags);
    return record === null ? [] : [{ file: sorted[i]?.name ?? '', id: record.id, record }];
  });
  refuseTwice(found);
  const records = found.map(({ record }) => record);
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
