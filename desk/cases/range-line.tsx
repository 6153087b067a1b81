/** Ranges drawn against the releases that are known. The same on the server and where they are typed. */
import { affects, readRange } from 'cpansec/advisories';
import { isLaxVersion } from 'cpansec/cpan';
import type { JSX } from 'preact';
import { VersionLine } from '../ui/index.ts';

export interface RangeLineProps {
  readonly distribution: string;
  /** In version order. */
  readonly releases: readonly string[];
  /** As they are typed, with `||` between them. */
  readonly ranges: string;
  readonly fixed: string;
}

export function RangeLine({ distribution, releases, ranges, fixed }: RangeLineProps): JSX.Element {
  const [affected, repaired] = [split(ranges), split(fixed)];
  const bad = [...affected, ...repaired].find((range) => readRange(range) === null);
  if (bad !== undefined) return <p class="problem">{bad} is no range.</p>;
  if (releases.length === 0) return <p>No releases of {distribution} are known here.</p>;
  const entry = { ranges: affected, fixed: repaired };
  const line = releases.map((version) => ({
    version,
    affected: isLaxVersion(version) ? affects(entry, version) : null,
  }));
  return <VersionLine name={distribution} releases={line} fixedIn={firstsOf(repaired, releases)} />;
}

function split(text: string): string[] {
  return text
    .split('||')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The first release of each range that fixes. */
function firstsOf(fixed: readonly string[], releases: readonly string[]): string[] {
  return fixed.flatMap((text) => {
    const range = readRange(text);
    return releases.find((version) => isLaxVersion(version) && range?.contains(version) === true) ?? [];
  });
}
