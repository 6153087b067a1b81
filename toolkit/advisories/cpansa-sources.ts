import type { ImportedAdvisories } from './cpansa.ts';
import type { SetFile } from './record-set.ts';

/**
 * Imports CPANSA's YAML sources: files of `cpansa/`, `external_reports/` and `generated_reports/`. Asynchronous
 * because the YAML library is loaded only now. A file that cannot be read is named in the report.
 */
export async function importCpansaYaml(files: readonly SetFile[]): Promise<ImportedAdvisories> {
  const reader = await import('./cpansa-yaml.ts');
  return reader.importCpansaYaml(files);
}
