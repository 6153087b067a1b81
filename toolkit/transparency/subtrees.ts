/** Of which subtrees the proofs of RFC 6962 consist (2.1.1, 2.1.2), by the entries that each is above. */

/** Entries from `start` on, before `end`. A whole subtree, or the ragged right edge of a tree. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** PATH(index, D[size]), index < size: the leaf's sibling first. */
export function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    spans.push(index < middle ? { start: middle, end } : { start, end: middle });
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return spans.reverse();
}

/** PROOF(from, D[to]), 0 < from <= to. */
export function consistencySpans(from: number, to: number): Span[] {
  const spans: Span[] = [];
  let [start, end] = [0, to];
  while (from < end) {
    const middle = start + split(end - start);
    spans.push(from <= middle ? { start: middle, end } : { start, end: middle });
    [start, end] = from <= middle ? [start, middle] : [middle, end];
  }
  if (start > 0) spans.push({ start, end });
  return spans.reverse();
}

/** The full subtrees of a span from the left, each with its height. */
export function* fullSubtrees({ start, end }: Span): Iterable<{ start: number; height: number }> {
  for (let at = start; at < end; ) {
    let height = 0;
    while (at + 2 ** (height + 1) <= end) height++;
    yield { start: at, height };
    at += 2 ** height;
  }
}

/** The largest power of two that is smaller than n, n > 1. */
function split(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
