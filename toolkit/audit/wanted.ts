/** What the requirements on one distribution come to. */
import type { IndexedDistribution } from '../advisories/index.ts';
import type { Wanted } from './subject.ts';

/**
 * Ranges of the distribution's versions, alternatives. What always holds holds together; what holds in some
 * phases only may be all there is there. A module other than the main one has a version of its own: a range of
 * that says nothing.
 */
export function acceptable(wanted: readonly Wanted[], known: IndexedDistribution): string[] {
  const always = wanted.filter((one) => one.always);
  const ranges = (list: readonly Wanted[]): string[] =>
    list.filter(({ module }) => speaksFor(module, known)).map(({ range }) => range);
  if (always.length > 0) return [ranges(always).join(', ') || '0'];
  return wanted.map((one) => ranges([one])[0] ?? '0');
}

/** Only the main module's version is sure to be the distribution's. */
export function speaksFor(module: string | null, { name, mainModule }: IndexedDistribution): boolean {
  return module === null || module === mainModule || module === name.replaceAll('-', '::');
}
