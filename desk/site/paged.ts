/** Long lists in pages of their own, so that no page grows with the data. */

export interface Part<T> {
  readonly items: readonly T[];
  /** From 0. */
  readonly number: number;
  /** Its folder: the list's own for the first, `2/`, `3/` … below it for the others. */
  readonly folder: string;
  /** Folders of all. */
  readonly folders: readonly string[];
}

/** At least one part, however few the items. */
export function parts<T>(items: readonly T[], size: number, folder: string): Part<T>[] {
  const count = Math.max(1, Math.ceil(items.length / size));
  const folders = Array.from({ length: count }, (_, i) => (i === 0 ? folder : `${folder}${i + 1}/`));
  return folders.map((own, number) => ({
    items: items.slice(number * size, (number + 1) * size),
    number,
    folder: own,
    folders,
  }));
}
