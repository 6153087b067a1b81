/** Mails that one client may bring in a minute. Remembers a bounded number of clients, the oldest go first. */
const MINUTE = 60_000;
const MAX_CLIENTS = 10_000;

export class ClientRate {
  readonly #most: number;
  readonly #now: () => number;
  readonly #clients = new Map<string, { since: number; count: number }>();

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** Counts one. */
  takes(address: string): boolean {
    const key = keyOf(address);
    const now = this.#now();
    const known = this.#clients.get(key);
    const entry = known === undefined || now - known.since >= MINUTE ? { since: now, count: 0 } : known;
    entry.count++;
    this.#clients.delete(key);
    this.#clients.set(key, entry);
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MAX_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
    return entry.count <= this.#most;
  }
}

/** An IPv4 address, or the first half of an IPv6 one: who has one address there has all of them. */
function keyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - (tail === '' ? 0 : tail.split(':').length);
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...first, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...rest].slice(0, 4).join(':');
}
