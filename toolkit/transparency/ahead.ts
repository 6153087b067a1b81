/** How many are asked for before they are needed. */
const AHEAD = 4;

/** What `read` gives for each number from `from` on, before `to`, in order; the next ones are being read meanwhile. */
export async function* readAhead<T>(
  from: number,
  to: number,
  read: (index: number) => Promise<T>,
): AsyncGenerator<Awaited<T>, void> {
  const coming: Promise<T>[] = [];
  for (let done = from, next = from; done < to; done++) {
    while (coming.length < AHEAD && next < to) {
      const one = read(next++);
      one.catch(() => {}); // told when its turn comes
      coming.push(one);
    }
    const [first] = coming.splice(0, 1);
    if (first !== undefined) yield await first;
  }
}
