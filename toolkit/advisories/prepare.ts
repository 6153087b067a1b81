/** What an index keeps of one record and of one distribution, made apart so that a publisher can keep it. */
import { compareText, encodeUtf8, quoteFound, ShapeError } from '../base/index.ts';
import { AdvisoryError } from './errors.ts';
import type { IndexedAdvisory, IndexedDistribution } from './lookup.ts';
import { type AdvisoryRecord, type AffectedEntry, compactRecord, recordShape } from './record.ts';
import { type DistributionReleases, inVersionOrder } from './releases.ts';
import { distributionBytes } from './stored-distribution.ts';

export interface PreparedRecord {
  readonly id: string;
  /** Every alias, those of entries as well. */
  readonly names: readonly string[];
  /** How many entries it has. */
  readonly entries: number;
  /** As the index holds it. */
  readonly bytes: Uint8Array;
}

/** Of a distribution with advisories that count. */
export interface PreparedDistribution {
  readonly name: string;
  readonly mainModule: string | null;
  /** As the index holds them, without the pointer. */
  readonly head: Uint8Array;
  readonly rest: Uint8Array;
}

/** Throws `index-input` for what could not be read back. */
export function prepareRecord(record: AdvisoryRecord): PreparedRecord {
  try {
    recordShape(record);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    const problem = `record ${quoteFound(record.id)}: ${cause.problem}`;
    throw new AdvisoryError('index-input', problem, cause.place, { cause });
  }
  const { id, aliases, affected } = record;
  const names = [...new Set([...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])])];
  return { id, names, entries: affected.length, bytes: encodeUtf8(compactRecord(record)) };
}

export interface DistributionParts {
  readonly name: string;
  /** Those that name it; what they say of others is passed over. */
  readonly records: readonly AdvisoryRecord[];
  readonly releases?: DistributionReleases | readonly string[] | undefined;
  /** Whether the module is one of the distribution's; tells the main module where nobody gave it. */
  has(module: string): boolean;
}

/** Null for a distribution without an advisory that counts. */
export function prepareDistribution(parts: DistributionParts): PreparedDistribution | null {
  const { name, records } = parts;
  const advisories = records
    .filter(({ withdrawn }) => withdrawn === undefined)
    .toSorted((a, b) => compareText(a.id, b.id))
    .flatMap((record) =>
      record.affected
        .filter(({ distribution }) => distribution === name)
        .map((entry) => indexedAdvisory(record, entry)),
    );
  if (advisories.length === 0) return null;
  const { mainModule, releases } = mainModuleAndReleases(parts);
  return { name, mainModule, ...distributionBytes({ name, mainModule, releases, advisories }) };
}

function mainModuleAndReleases({
  name,
  releases,
  has,
}: DistributionParts): Pick<IndexedDistribution, 'mainModule' | 'releases'> {
  const likely = name.replaceAll('-', '::');
  const given =
    releases !== undefined && 'versions' in releases
      ? releases
      : { mainModule: null, versions: releases ?? [] };
  const versions = given.versions.filter((version) => !/\s/.test(version));
  return {
    mainModule: given.mainModule ?? (has(likely) ? likely : null),
    releases: inVersionOrder(versions),
  };
}

function indexedAdvisory(record: AdvisoryRecord, entry: AffectedEntry): IndexedAdvisory {
  const { references } = record;
  const page = references.find(({ type }) => type === 'advisory') ?? references[0];
  return {
    id: record.id,
    aliases: [...record.aliases, ...(entry.aliases ?? [])].sort(compareText),
    summary: record.summary,
    ...(record.malicious === undefined ? {} : { malicious: true }),
    rating: record.severity?.rating ?? null,
    reported: record.reported,
    ranges: entry.ranges,
    fixed: entry.fixed,
    cause: entry.cause,
    url: page?.url ?? null,
    patch: references.find(({ type }) => type === 'patch')?.url ?? null,
  };
}
