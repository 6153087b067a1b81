/** A bucket answers after milliseconds: so many requests are under way at once. */
const AT_ONCE = 32;

/**
 * Works on the items, at most `count` of them at a time; the next is asked for when there is room for it. After a
 * failure no other is begun, and it is thrown when those under way have ended.
 */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<unknown>,
  count: number = AT_ONCE,
): Promise<void> {
  const iterator = Symbol.iterator in items ? items[Symbol.iterator]() : items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  const one = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await iterator.next();
        if (next.done === true || failures.length > 0) return;
        await work(next.value);
      }
    } catch (cause) {
      failures.push(cause);
    }
  };
  await Promise.all(Array.from({ length: count }, one));
  if (failures.length > 0) throw failures[0];
}
