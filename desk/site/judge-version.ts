/** Whether a version that somebody has is affected, and in words what to do. */
import { affects, type RangedEntry } from 'cpansec/advisories';
import { compareVersions, isLaxVersion } from 'cpansec/cpan';
import type { LineRelease } from '../ui/index.ts';

/** `unreadable`: no version; null: nothing was asked. */
export type Verdict = 'affected' | 'not-affected' | 'unknown' | 'unreadable' | null;

/** By entries of one distribution: affected when any says so, unknown when one that could say so cannot. */
export function judgeVersion(entries: readonly RangedEntry[], text: string): Verdict {
  const version = text.trim();
  if (version === '') return null;
  if (!isLaxVersion(version)) return 'unreadable';
  const answers = entries.map((entry) => affects(entry, version));
  if (answers.includes(true)) return 'affected';
  return answers.includes(null) || answers.length === 0 ? 'unknown' : 'not-affected';
}

/** The first release that ends it above the version; null when there is none. */
export function fixAbove(fixedIn: readonly string[], version: string): string | null {
  return fixedIn.find((fixed) => compareVersions(fixed, version) > 0) ?? null;
}

/** The releases judged, and the place of the version among them; between two it is a half. */
export function placeVersion(
  entries: readonly RangedEntry[],
  versions: readonly string[],
  version: string,
): { readonly releases: LineRelease[]; readonly at: number } {
  const releases = versions.map((one) => ({ version: one, affected: judged(entries, one) }));
  const above = versions.findIndex((one) => isLaxVersion(one) && compareVersions(one, version) >= 0);
  const next = above < 0 ? versions.length : above;
  const same = versions[next] !== undefined && compareVersions(versions[next], version) === 0;
  return { releases, at: same ? next : next - 0.5 };
}

function judged(entries: readonly RangedEntry[], version: string): boolean | null {
  const verdict = judgeVersion(entries, version);
  return verdict === 'affected' ? true : verdict === 'not-affected' ? false : null;
}
