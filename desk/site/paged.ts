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

/** At least one part, however few the items; each holds at most `size`, or one item that alone weighs more. */
export function parts<T>(
  items: readonly T[],
  size: number,
  folder: string,
  weight: (item: T) => number = () => 1,
): Part<T>[] {
  const filled: T[][] = [[]];
  let left = size;
  for (const item of items) {
    left -= weight(item);
    if (left < 0 && filled.at(-1)?.length !== 0) {
      filled.push([]);
      left = size - weight(item);
    }
    filled.at(-1)?.push(item);
  }
  const folders = filled.map((_, i) => (i === 0 ? folder : `${folder}${i + 1}/`));
  return filled.map((own, number) => ({ items: own, number, folder: folders[number] ?? folder, folders }));
}
