import { deadline } from './deadline.ts';
import { fetchBelow, type GetOptions } from './fetch.ts';

export interface Patience {
  /** Milliseconds for each file, beside what is waited when a server says so. */
  readonly base: number;
  /** Bytes that give a second more. */
  readonly rate: number;
}

/** What a line of 64 kbit/s does. */
const PATIENCE: Patience = { base: 30_000, rate: 8_000 };

/**
 * Reads what stands below an address, as `fetchBelow`, from a server that may want to take for ever: who sends a
 * byte now and then is stopped too. Throws what `fetchBelow` does, `timeout` for that.
 */
export function fetchWithin(
  top: URL,
  net: Omit<GetOptions, 'limit'>,
  { base, rate }: Patience = PATIENCE,
): (path: string, limit: number) => Promise<Uint8Array | null> {
  return async (path, limit) => {
    const { signal, inTime, extend } = deadline(base, top.host, { file: path });
    let left = limit;
    const came = (bytes: number): void => {
      const counted = Math.min(bytes, left);
      left -= counted;
      extend((counted / rate) * 1000);
    };
    return inTime(fetchBelow(top, { ...net, signal, came, waits: extend })(path, limit));
  };
}
