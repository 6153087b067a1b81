/** Weaknesses in the order of the advisories. */
export function byNumber(weaknesses: readonly string[]): string[] {
  return weaknesses.toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
}
