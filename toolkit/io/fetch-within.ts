import { deadline } from './deadline.ts';
import { fetchBelow, type GetOptions } from './fetch.ts';

export interface Patience {
  /** Milliseconds for each file, whatever its size, beside what `net` has to wait when a server says so. */
  readonly base: number;
  /** Bytes in a second that must come beside that, of the most that may come. */
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
    const time = Math.min(base + (net.patience ?? 0) + Math.ceil((limit / rate) * 1000), 2 ** 31 - 1);
    const { signal, inTime } = deadline(time, top.host, { file: path });
    return inTime(fetchBelow(top, { ...net, signal })(path, limit));
  };
}
