/** Pages' models from what the store knows. */
import type { AdvisoryRecord, AffectedEntry } from 'cpansec/advisories';
import { FormatError, scoreCvss } from 'cpansec/formats';
import type {
  AdvisoryLine,
  AffectedDistribution,
  DistributionPage,
  JudgedRelease,
  Release,
} from '../site/index.ts';
import { fixedIn, Judge, type ReadRelease } from './judged.ts';
import type { KnownRelease, Revision } from './ops.ts';

/** One advisory as the store has it at present. */
export interface Advisory {
  readonly record: AdvisoryRecord;
  /** Oldest first; at least one. */
  readonly revisions: readonly Pick<Revision, 'revision' | 'published'>[];
  readonly origin: 'own' | 'cpansa' | 'cve' | 'osv';
}

/** First and last publication here. */
export function instantsOf({ revisions }: Advisory): { published: string; modified: string } {
  const [first] = revisions;
  const last = revisions.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('an advisory without a revision');
  return { published: first.published, modified: last.published };
}

/** Every name of the record, its own id first. */
export function namesOf({ id, aliases, affected }: AdvisoryRecord): string[] {
  return [...new Set([id, ...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])])];
}

/** Distributions in the order of the record, each with its entries. */
export function entriesByDistribution({ affected }: AdvisoryRecord): Map<string, AffectedEntry[]> {
  const byName = new Map<string, AffectedEntry[]>();
  for (const entry of affected) {
    const entries = byName.get(entry.distribution);
    if (entries === undefined) byName.set(entry.distribution, [entry]);
    else entries.push(entry);
  }
  return byName;
}

/** The year it is listed under: that of the report, else of the CVE, else of the id; `unknown` when none says. */
export function yearOf(record: AdvisoryRecord): string {
  const said = [record.reported ?? '', ...record.aliases, record.id];
  for (const text of said) {
    const year = /^(?:CVE-)?((?:19|20)\d\d)-|-((?:19|20)\d\d)-\d+/.exec(text);
    if (year !== null) return year[1] ?? year[2] ?? 'unknown';
  }
  return 'unknown';
}

/** `releases` gives those that the store knows of a distribution. */
export function lineOf(advisory: Advisory, releases: (name: string) => readonly ReadRelease[]): AdvisoryLine {
  const { record } = advisory;
  const byName = entriesByDistribution(record);
  return {
    id: record.id,
    aliases: namesOf(record).slice(1),
    summary: record.summary,
    distributions: [...byName.keys()],
    ...(record.malicious === undefined ? {} : { malicious: true }),
    rating: ratingOf(record),
    reported: record.reported,
    modified: instantsOf(advisory).modified,
    fixed:
      record.withdrawn === undefined
        ? [...byName].every(([name, entries]) => isFixed(new Judge(entries), releases(name)))
        : null,
    hasPatch: record.references.some(({ type }) => type === 'patch'),
    withdrawn: record.withdrawn?.kind ?? null,
  };
}

/** The word that somebody gave, else that of the vector that somebody gave; null when nobody did. */
function ratingOf({ severity }: AdvisoryRecord): AdvisoryLine['rating'] {
  if (severity?.rating !== undefined) return severity.rating;
  if (severity?.vector === undefined) return null;
  try {
    const { rating } = scoreCvss(severity.vector);
    return rating === 'none' ? null : rating;
  } catch (error) {
    // The lint tells of it; a vector that cannot be scored rates nothing.
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Whether the newest release is not affected; where no release is known, whether what is affected ends. */
function isFixed(judge: Judge, releases: readonly ReadRelease[]): boolean {
  const newest = releases.findLast(({ version }) => version !== null && !version.alpha);
  return newest === undefined ? judge.ends : judge.affects(newest.version) === false;
}

export function affectedDistributions(
  record: AdvisoryRecord,
  releases: (name: string) => readonly ReadRelease[],
): AffectedDistribution[] {
  return [...entriesByDistribution(record)].map(([distribution, entries]) => {
    const judge = new Judge(entries);
    const known = releases(distribution);
    return {
      distribution,
      intervals: judge.intervals.map(({ low, lowOpen, high, highOpen }) => ({
        low: low.original,
        lowOpen,
        high: high?.original ?? null,
        highOpen,
      })),
      fixedIn: fixedIn(entries, judge, known),
      releases: known.map(({ release, version }) => judged(release, judge.affects(version))),
      library: libraryOf(entries),
    };
  });
}

function judged(release: KnownRelease, affected: boolean | null): JudgedRelease {
  return { ...releaseOf(release), affected };
}

export function releaseOf({ version, date, author }: KnownRelease): Release {
  return { version, date, author: author ?? null };
}

function libraryOf(entries: readonly AffectedEntry[]): string | null {
  const names = entries.flatMap(({ cause }) =>
    cause.kind === 'own' ? [] : [[cause.library, cause.libraryVersion ?? ''].join(' ').trim()],
  );
  return names.length === 0 ? null : [...new Set(names)].join(', ');
}

/** What is known of one distribution and of the advisories that name it. */
export interface DistributionFacts {
  readonly distribution: string;
  readonly mainModule: string | null;
  readonly releases: readonly ReadRelease[];
  readonly advisories: readonly { readonly record: AdvisoryRecord; readonly line: AdvisoryLine }[];
  readonly covered: boolean;
  readonly patches: readonly string[];
}

export function distributionPage(facts: DistributionFacts): DistributionPage {
  const { distribution, mainModule, covered, patches } = facts;
  const judges = facts.advisories
    .filter(({ record }) => record.withdrawn === undefined)
    .map(({ record }) => ({
      id: record.id,
      judge: new Judge(record.affected.filter((entry) => entry.distribution === distribution)),
    }));
  const releases = facts.releases.map(({ release, version }) => {
    const answers = judges.map(({ id, judge }) => ({ id, affected: judge.affects(version) }));
    return {
      ...releaseOf(release),
      open: answers.flatMap(({ id, affected }) => (affected === true ? [id] : [])),
      unknown: answers.some(({ affected }) => affected === null),
    };
  });
  return {
    distribution,
    mainModule,
    advisories: facts.advisories.map(({ line }) => line).sort(newestFirst),
    releases: releases.toReversed(),
    lowestSafe: lowestSafe(releases, facts.releases),
    covered,
    patches,
  };
}

type Judged = DistributionPage['releases'][number];

/**
 * Both in version order; going down from the newest, the last that nothing affects. A trial release (`1.73_01`) is
 * nobody's advice where there is another.
 */
function lowestSafe(judged: readonly Judged[], read: readonly ReadRelease[]): string | null {
  const first = judged.findLastIndex(({ open, unknown }) => open.length > 0 || unknown) + 1;
  const safe = read.slice(first);
  const advised = safe.find(({ version }) => version?.alpha === false) ?? safe[0];
  return advised?.release.version ?? null;
}

/** By day of report, newest first; then by id. */
export function newestFirst(a: AdvisoryLine, b: AdvisoryLine): number {
  const [dayA, dayB] = [a.reported ?? '', b.reported ?? ''];
  if (dayA !== dayB) return dayA < dayB ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
