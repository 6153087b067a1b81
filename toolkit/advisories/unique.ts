import { canonicalJson } from '../base/index.ts';

/** The items without those that say the same as another one; plain JSON, all of them. */
export function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}
