/** What pages are made of: plain data that a publisher reads from the store. */
import type { AdvisoryRecord } from 'cpansec/advisories';

/** The same on every page. */
export interface Site {
  /** Name of the site, `CPAN Security Advisories`. */
  readonly name: string;
  /** Address of the top without a slash at its end: `https://advisories.example.org`. */
  readonly base: string;
  /** Who publishes, in words. */
  readonly publisher: string;
  readonly contact: string;
  /** When what the page is made of last changed, RFC 3339 UTC; null where nothing says. */
  readonly built: string | null;
  /** Paths of assets by name, `style.css` to `assets/style.0a1b2c3d.css`. */
  readonly assets: Readonly<Record<string, string>>;
}

export interface Release {
  readonly version: string;
  /** `YYYY-MM-DD`, or null. */
  readonly date: string | null;
  readonly author: string | null;
}

/** One advisory in a list. */
export interface AdvisoryLine {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly distributions: readonly string[];
  /** The releases were made to do harm: nothing of it is rated or fixed. */
  readonly malicious?: true;
  readonly rating: 'low' | 'medium' | 'high' | 'critical' | null;
  readonly reported: string | null;
  /** RFC 3339 UTC: when it last changed here. */
  readonly modified: string;
  /** Whether a release ends it in every distribution; null when withdrawn. */
  readonly fixed: boolean | null;
  readonly hasPatch: boolean;
  readonly withdrawn: 'withdrawn' | 'rejected' | null;
}

/** A released version and whether an advisory affects it; null when that cannot be told. */
export interface JudgedRelease extends Release {
  readonly affected: boolean | null;
}

export interface AdvisoryPage {
  readonly record: AdvisoryRecord;
  readonly line: AdvisoryLine;
  readonly revision: number;
  /** First and last publication here, RFC 3339 UTC. */
  readonly published: string;
  readonly modified: string;
  readonly origin: 'own' | 'cpansa' | 'cve' | 'osv';
  /** One for each distribution, in the record's order. */
  readonly affected: readonly AffectedDistribution[];
  /** Machine formats that exist, as `[label, path, media type]`. */
  readonly formats: readonly (readonly [label: string, path: string, mediaType: string])[];
  /** Paths of patches in the tree. */
  readonly patches: readonly string[];
}

export interface AffectedDistribution {
  readonly distribution: string;
  /** Affected and not fixed, as sorted intervals of version texts; null stands for no end. */
  readonly intervals: readonly {
    readonly low: string;
    readonly lowOpen: boolean;
    readonly high: string | null;
    readonly highOpen: boolean;
  }[];
  /** First fixed version of each branch, in version order. */
  readonly fixedIn: readonly string[];
  /** In version order. */
  readonly releases: readonly JudgedRelease[];
  /** The embedded library at fault, `zlib 1.2.11`, or null when it is the distribution's own code. */
  readonly library: string | null;
}

export interface DistributionPage {
  readonly distribution: string;
  readonly mainModule: string | null;
  /** Newest first. */
  readonly advisories: readonly AdvisoryLine[];
  /** Newest version first; `open` are the ids that affect it. */
  readonly releases: readonly (Release & { readonly open: readonly string[]; readonly unknown: boolean })[];
  /** The lowest release that nothing affects and nothing above it is affected either; null when there is none. */
  readonly lowestSafe: string | null;
  /** Whether absence of advisories means that none is known. */
  readonly covered: boolean;
  readonly patches: readonly string[];
}

export interface Decision {
  readonly source: string;
  readonly row: string;
  readonly record: string | null;
  readonly decision: string;
  readonly reason: string;
  readonly by: string;
  readonly on: string;
  readonly differences: readonly { readonly path: string; readonly ours: string; readonly theirs: string }[];
}

export interface Statistics {
  readonly advisories: number;
  readonly distributions: number;
  readonly perYear: readonly (readonly [year: string, count: number])[];
  readonly perRating: readonly (readonly [rating: string, count: number])[];
  readonly perWeakness: readonly (readonly [weakness: string, count: number])[];
  /** With a fixed release, with a patch only, with neither, withdrawn. */
  readonly perState: readonly (readonly [state: string, count: number])[];
  readonly embedded: number;
}

/** A rendered page and where it stands in the tree. */
export interface Page {
  /** `advisories/CPANSA-X-2026-1/index.html`. */
  readonly path: string;
  readonly html: string;
}

export interface HomePage {
  /** Newest first; the page shows five. */
  readonly latest: readonly AdvisoryLine[];
  readonly statistics: Statistics;
}

/** An alias and the advisories that have it: one redirects, several are listed. */
export interface AliasPage {
  readonly alias: string;
  readonly advisories: readonly AdvisoryLine[];
}

export interface AdvisoryIndexPage {
  /** Newest year first. */
  readonly years: readonly (readonly [year: string, count: number])[];
  readonly advisories: number;
}

export interface YearPage {
  /** `YYYY`; `unknown` for those of which nothing says when. */
  readonly year: string;
  /** Newest first. */
  readonly advisories: readonly AdvisoryLine[];
}

/** A distribution in a list. */
export interface DistributionLine {
  readonly distribution: string;
  readonly advisories: number;
}

export interface LetterPage {
  /** What {@link letterOf} gives for each of them. */
  readonly letter: string;
  /** By name. */
  readonly distributions: readonly DistributionLine[];
}

export interface DistributionIndexPage {
  /** Letters that have a page, in order, each with how many distributions it has. */
  readonly letters: readonly (readonly [letter: string, count: number])[];
  /** Those with the most advisories, most first. */
  readonly most: readonly DistributionLine[];
}

export interface AuthorPage {
  /** PAUSE id. */
  readonly author: string;
  readonly distributions: readonly DistributionLine[];
  /** Of these distributions, newest first. */
  readonly advisories: readonly AdvisoryLine[];
}

export interface DataFile {
  readonly path: string;
  /** In bytes; null where that changes with every reading. */
  readonly size: number | null;
  /** What it is, in one sentence without a full stop. */
  readonly about: string;
}

export interface DataPage {
  readonly serial: number;
  readonly files: readonly DataFile[];
  /** How many distributions are wholly covered; null when all of CPAN is. */
  readonly covered: number | null;
  /** Licence of the data, in words or as an SPDX expression. */
  readonly licence: string;
}

export interface PatchLine {
  /** In the tree: `patches/D/DBI/1.643/CVE-2026-99991-r1.patch`. */
  readonly path: string;
  readonly distribution: string;
  readonly version: string;
  /** The advisory that it answers; null when none of the index has it. */
  readonly advisory: string | null;
}
