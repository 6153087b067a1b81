/** More reserved ids, without losing those of an attempt whose answer was lost. */
import { CveError } from './errors.ts';
import type { CveServices, Reserving } from './services.ts';

export interface ReserveMore extends Reserving {
  /** When the ids were first wanted: an instant, UTC. */
  readonly begun: string;
  /** Of these ids the ones that somebody keeps account of already. */
  readonly known: (cves: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface ReservedMore {
  /** May be fewer than were asked for, where the quota ends. */
  readonly cves: readonly string[];
  /** How many of them an earlier attempt had reserved. */
  readonly found: number;
  /** What may still be reserved; null where nobody said. */
  readonly left: number | null;
}

/** Milliseconds by which the service's clock may be behind ours. */
const SKEW = 5 * 60 * 1000;

/**
 * Reserves once, however often it is called until somebody keeps account of the ids. Ids of the same user that were
 * reserved since and that nobody keeps account of are those of an earlier attempt; what is missing is reserved. The
 * user must be one that reserves for nobody else, and one call must be under way at a time. Throws {@link CveError};
 * `unclear` where more is found than was asked for.
 */
export async function reserveMore(services: CveServices, asked: ReserveMore): Promise<ReservedMore> {
  const { amount, year, random = false } = asked;
  const found = await lostIds(services, asked);
  const missing = amount - found.length;
  if (missing === 0) return { cves: found, found: found.length, left: null };
  try {
    const { ids, left } = await services.reserve({ year, amount: missing, random });
    return { cves: [...found, ...ids.map(({ cve }) => cve)], found: found.length, left };
  } catch (error) {
    if (!(error instanceof CveError)) throw error;
    // What an earlier attempt reserved is not lost for want of more.
    if (error.code === 'quota' && found.length > 0) return { cves: found, found: found.length, left: 0 };
    if (!error.mayHaveHappened) throw error;
    const now = await lostIds(services, asked);
    if (now.length < amount) throw error;
    return { cves: now, found: now.length, left: null };
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
