import {
  type ImportReport,
  type IndexInput,
  importCna,
  importCpansa,
  importCpansaYaml,
  importCve,
  importOsv,
  importRecordSet,
} from '../advisories/index.ts';
import type { Source } from './source.ts';

/** What every importer gives; the serial where the source states one. */
export interface Imported extends Omit<IndexInput, 'built' | 'source'> {
  readonly report: ImportReport;
  readonly built: string | null;
  /** `YYYY-MM-DD`: until when the source follows others, where it says. */
  readonly asOf?: string;
  readonly source: string;
}

/** Reads the files of the source by the importer of their kind. Throws `AdvisoryError` for one that is damaged. */
export async function importSource({ kind, files, whole }: Source): Promise<Imported> {
  if (kind === 'records') return importRecordSet(files);
  if (kind === 'cna') return importCna(files);
  if (kind === 'cve') return importCve(files);
  if (kind === 'osv') return importOsv(files);
  if (kind === 'cpansa-yaml') {
    const imported = await importCpansaYaml(files);
    return whole ? imported : { ...imported, coverage: undefined };
  }
  const [{ name, bytes } = { name: '', bytes: new Uint8Array() }] = files;
  return withEpoch(importCpansa(bytes, name));
}

/** CPANSA's own serial is the epoch of its build. */
function withEpoch(imported: Imported): Imported {
  return imported.built === null ? imported : { ...imported, serial: Date.parse(imported.built) / 1000 };
}
