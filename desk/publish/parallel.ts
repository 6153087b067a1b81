/** A bucket answers after milliseconds: so many requests are under way at once. */
const AT_ONCE = 32;

/** Works on all of them, some at once. After a failure none is begun; it is thrown when those under way have ended. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items].reverse();
  const worker = async (): Promise<void> => {
    try {
      for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
    } finally {
      rest.length = 0;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
}
