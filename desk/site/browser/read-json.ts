import { hrefBelow } from '../paths.ts';
import type { ReadJson } from '../search-reader.ts';

/** Reads JSON of the tree that the page belongs to; null where nothing stands. */
export function readJsonBelow(base: string): ReadJson {
  return async (path) => {
    const response = await fetch(hrefBelow(base, path));
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${path}: answered ${response.status}`);
    return response.json();
  };
}
