/** More reserved ids, without losing those of an attempt whose answer was lost. */
import { MAX_RESERVED } from './client.ts';
import { CveError } from './errors.ts';
import type { CveServices, Reserving } from './services.ts';

export interface ReserveMore extends Reserving {
  /** When the first attempt began: an instant, UTC. */
  readonly begun: string;
  /** Whether an earlier attempt may have reserved already. */
  readonly again: boolean;
  /** Of these ids the ones that somebody keeps account of already. */
  readonly known: (cves: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface ReservedMore {
  /** May be fewer than were asked for, where the quota ends. */
  readonly cves: readonly string[];
  /** How many of them an earlier attempt had reserved. */
  readonly found: number;
}

/** Milliseconds by which the service's clock may be behind ours. */
const SKEW = 5 * 60 * 1000;

/**
 * Reserves once. Where an attempt may have happened, ids of the same user that were reserved since and that nobody
 * keeps account of are its ids; what is missing is reserved. The user must be one that reserves for nobody else, and
 * one call must be under way at a time. Throws {@link CveError}; `unclear` where more is found than was asked for.
 */
export async function reserveMore(services: CveServices, asked: ReserveMore): Promise<ReservedMore> {
  const { amount, again, year, random = false } = asked;
  if (amount > MAX_RESERVED)
    throw new CveError('bad-value', `${amount} ids at once: at most ${MAX_RESERVED}`);
  const found = again ? await lostIds(services, asked) : [];
  const missing = amount - found.length;
  if (missing === 0) return { cves: found, found: found.length };
  try {
    const { ids } = await services.reserve({ year, amount: missing, random });
    return { cves: [...found, ...ids.map(({ cve }) => cve)], found: found.length };
  } catch (error) {
    if (!(error instanceof CveError)) throw error;
    // What an earlier attempt reserved is not lost for want of more.
    if (error.code === 'quota' && found.length > 0) return { cves: found, found: found.length };
    if (!error.mayHaveHappened) throw error;
    const now = await lostIds(services, asked);
    if (now.length < amount) throw error;
    return { cves: now, found: now.length };
  }
}

async function lostIds(services: CveServices, asked: ReserveMore): Promise<string[]> {
  const { year, begun, amount, known } = asked;
  const reservedAfter = new Date(Date.parse(begun) - SKEW).toISOString();
  const cves: string[] = [];
  for await (const { cve, by } of services.list({ state: 'RESERVED', year, reservedAfter }))
    if (by === services.user) cves.push(cve);
  const accounted = await known(cves);
  const lost = cves.filter((cve) => !accounted.has(cve));
  if (lost.length > amount)
    throw new CveError(
      'unclear',
      `${lost.length} ids were reserved since ${begun}, and ${amount} were asked for`,
    );
  return lost;
}
