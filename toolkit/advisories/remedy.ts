/** What to do about an affected distribution, in words: the action that VEX documents ask for. */
import { compareVersions } from '../cpan/index.ts';
import { uriOf } from '../formats/index.ts';
import { type Interval, intersection, joined, within } from './intervals.ts';
import { tryVersion } from './range.ts';
import type { AdvisoryRecord } from './record.ts';
import type { Product } from './vulnerabilities.ts';

export interface Remedy {
  readonly kind: 'update' | 'patch' | 'remove' | 'none';
  /** One sentence. */
  readonly text: string;
  readonly url?: string;
}

/** The sentence with its address. */
export function adviceOf({ text, url }: Remedy): string {
  return url === undefined ? text : `${text} ${url}`;
}

/** At least one; `none` stands alone. `releases` in version order, as far as they are known. */
export function remediesOf(
  product: Product,
  { references, malicious }: AdvisoryRecord,
  releases: readonly string[],
): Remedy[] {
  const { distribution } = product;
  if (malicious !== undefined) return [{ kind: 'remove', text: removal(distribution) }];
  const branches = branchesOf(product, releases);
  const remedies: Remedy[] = references
    .filter(({ type }) => type === 'patch')
    .flatMap(({ url }) => uriOf(url) ?? [])
    .map((url) => ({ kind: 'patch', text: 'A patch is published.', url }));
  if (branches.length > 0) {
    remedies.unshift({ kind: 'update', text: `Update ${distribution} to ${branches.join(', or to ')}.` });
  }
  return remedies.length > 0
    ? remedies
    : [{ kind: 'none', text: `No fixed release of ${distribution} is known.` }];
}

function removal(distribution: string): string {
  return `Remove ${distribution}: these releases are malicious. Take every machine that had one for compromised, and renew the secrets that were on it.`;
}

/** Where one can go from an affected version, a text for each branch. */
function branchesOf({ affected, fixed, unaffected }: Product, releases: readonly string[]): string[] {
  const [lowest] = affected;
  if (lowest === undefined) return [];
  return joined(fixed, unaffected)
    .filter(({ low }) => compareVersions(low, lowest.low) > 0)
    .flatMap((branch) => branchText(branch, targetOf(branch, fixed, releases)) ?? []);
}

/**
 * The lowest version to go to: the one that the record calls fixed, else the first release, else the beginning. Null
 * for a gap between affected versions without either: its beginning is affected.
 */
function targetOf(branch: Interval, fixed: readonly Interval[], releases: readonly string[]): string | null {
  const named = intersection([branch], fixed).find(({ lowOpen }) => !lowOpen);
  if (named !== undefined) return named.low.original;
  const released = releases.find((text) => {
    const version = tryVersion(text);
    return version !== null && within([branch], version);
  });
  return released ?? (branch.lowOpen ? null : branch.low.original);
}

/** `1.5.4 or later below 1.6`. */
function branchText({ high, highOpen }: Interval, target: string | null): string | null {
  if (target === null) return null;
  if (high === null) return `${target} or later`;
  if (compareVersions(high, target) === 0) return target;
  return `${target} or later ${highOpen ? 'below' : 'up to'} ${high.original}`;
}
