/** Records as the feed that MetaCPAN and Test::CVE read: `docs/formats/cpansa-feed.md`. */
import { compareText } from '../base/index.ts';
import type { CpansaFeed, CpansaFeedAdvisory } from '../formats/index.ts';
import { recordsByDistribution } from './by-distribution.ts';
import { type CpansaLoss, namesOf, recordLosses, standing } from './cpansa-out.ts';
import { expressionOf, intervals } from './intervals.ts';
import { unplaced } from './losses.ts';
import { isUndecided } from './range.ts';
import type { AdvisoryRecord, AffectedEntry } from './record.ts';
import { unique } from './unique.ts';

/** The feed, distributions in the order of their names, and what it cannot hold. */
export function toCpansaFeed(records: readonly AdvisoryRecord[]): {
  feed: CpansaFeed;
  losses: CpansaLoss[];
} {
  const groups = [...recordsByDistribution(records)].sort(([a], [b]) => compareText(a, b));
  const members = groups.map(([name, group]) => ({ name, ...cpansaFeedMember(name, group) }));
  const feed = members
    .filter(({ member }) => member.length > 0)
    .map(({ name, member }): [string, CpansaFeedAdvisory[]] => [name, member]);
  return { feed: Object.fromEntries(feed), losses: unique(members.flatMap(({ losses }) => losses)) };
}

/**
 * One distribution of the feed, from the records that affect it; empty when none of them can be said. Entries of
 * one id become one advisory, because its readers keep one for each id.
 */
export function cpansaFeedMember(
  distribution: string,
  records: readonly AdvisoryRecord[],
): { member: CpansaFeedAdvisory[]; losses: CpansaLoss[] } {
  const losses: CpansaLoss[] = [];
  const member = standing(records, losses).flatMap((record) => {
    const entries = [...record.affected.entries()].filter(([, entry]) => entry.distribution === distribution);
    const affected = affectedVersions(record.id, entries, losses);
    if (affected.length === 0) return [];
    losses.push(...feedLosses(record, entries));
    return [advisoryOf(record, entries, affected)];
  });
  return { member, losses };
}

type PlacedEntry = [index: number, entry: AffectedEntry];

/** An element for each interval, with operators that every reader knows. */
function affectedVersions(id: string, entries: readonly PlacedEntry[], losses: CpansaLoss[]): string[] {
  const expressions = entries.flatMap(([i, entry]) => {
    const lose = (text: string): void => void losses.push({ id, path: `affected[${i}]`, text });
    if (isUndecided(entry)) {
      lose('left out: the feed cannot say that it cannot be told whether a version is affected');
      return [];
    }
    const list = intervals(entry.ranges, entry.fixed);
    if (list.length === 0) lose('left out: no version is affected');
    return list.map(expressionOf);
  });
  return intervals(expressions).map(expressionOf);
}

function advisoryOf(
  record: AdvisoryRecord,
  entries: readonly PlacedEntry[],
  affected: string[],
): CpansaFeedAdvisory {
  const { id, aliases, details, summary, references, reported, severity } = record;
  const own = entries.flatMap(([, entry]) => entry.aliases ?? []);
  return {
    cpansa_id: id,
    affected_versions: affected,
    cves: namesOf([...aliases, ...own]).cves,
    description: details ?? summary,
    references: references.map(({ url }) => url),
    reported,
    severity: severity?.rating ?? null,
  };
}

function feedLosses(record: AdvisoryRecord, entries: readonly PlacedEntry[]): CpansaLoss[] {
  const { id, affected, aliases } = record;
  const losses = recordLosses(record);
  const lose = (path: string, text: string): void => void losses.push({ id, path, text });
  const { ghsas, earlier } = namesOf(aliases);
  if (ghsas.length + earlier.length > 0) lose('aliases', 'left out: the feed has CVE ids only');
  if (entries.length > 1 && entries.some(([, entry]) => entry.aliases !== undefined))
    lose('affected', 'aliases of one entry stand for all entries of the distribution');
  if (new Set(affected.map(({ distribution }) => distribution)).size > 1)
    lose('affected', 'several distributions: a reader that keeps one advisory for each id shows the last');
  const none = (path: string): void => void losses.push({ id, ...unplaced(path, 'the feed') });
  for (const [i, { cause, fixed, modules }] of entries) {
    if (cause.kind === 'embedded') none(`affected[${i}].cause`);
    if (modules !== undefined) none(`affected[${i}].modules`);
    if (fixed.length > 0)
      lose(
        `affected[${i}].fixed`,
        'taken away from the affected versions; which release is the fix is not said',
      );
  }
  return losses;
}
