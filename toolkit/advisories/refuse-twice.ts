import { AdvisoryError } from './errors.ts';

/** Throws `import-shape` with the file where another one has the id. */
export function refuseTwice(documents: Iterable<{ readonly file: string; readonly id: string }>): void {
  const fileOf = new Map<string, string>();
  for (const { file, id } of documents) {
    const other = fileOf.get(id);
    if (other !== undefined)
      throw new AdvisoryError('import-shape', `id ${id} is that of ${other}, too`, { file });
    fileOf.set(id, file);
  }
}
