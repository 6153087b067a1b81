/** The releases of a distribution, as far as a source lists them. */
import { compareText } from '../base/index.ts';
import { compareVersions, type PerlVersion } from '../cpan/index.ts';
import { tryVersion } from './range.ts';

export interface DistributionReleases {
  readonly mainModule: string | null;
  /** Released versions in version order; every one parses. */
  readonly versions: readonly string[];
  /** Versions that came with perl and were never a release of their own, in version order. */
  readonly coreVersions?: readonly string[];
  /** When a version was released, UTC: `2010-02-11T02:04:14` or a date alone. */
  readonly dates?: ReadonlyMap<string, string>;
}

/** The versions that parse, in version order; equal ones by their text. */
export function inVersionOrder(versions: readonly string[]): string[] {
  const parsed = versions.flatMap((text): [string, PerlVersion][] => {
    const version = tryVersion(text);
    return version === null ? [] : [[text, version]];
  });
  parsed.sort(([textA, a], [textB, b]) => compareVersions(a, b) || compareText(textA, textB));
  return parsed.map(([text]) => text);
}

/** Asks for the releases of a distribution in version order. */
export type AskReleases = (distribution: string) => readonly string[] | null;

/** Null where none is known: every distribution has one. */
export function releasesOf(ask: AskReleases | undefined, distribution: string): readonly string[] | null {
  const known = ask?.(distribution) ?? [];
  return known.length === 0 ? null : known;
}
