/** Records as CPANSA's database, which CPAN::Audit reads: `docs/formats/cpansa-feed.md`. */
import { compareText } from '../base/index.ts';
import type { CpansaAdvisory, CpansaDatabase, CpansaDistribution, CpansaMeta } from '../formats/index.ts';
import { recordsByDistribution } from './by-distribution.ts';
import { type Loss, unplaced } from './losses.ts';
import { isUndecided } from './range.ts';
import type { AdvisoryRecord, AffectedEntry } from './record.ts';
import type { DistributionReleases } from './releases.ts';
import { unique } from './unique.ts';

/** What there is to publish; an import fits as it is. */
export interface CpansaContent {
  readonly records: readonly AdvisoryRecord[];
  /** Module to distribution. */
  readonly modules: ReadonlyMap<string, string>;
  readonly releases: ReadonlyMap<string, DistributionReleases>;
}

export interface CpansaMetaOptions {
  /** When the database was made, RFC 3339 UTC. */
  readonly built: string;
  /** The program that made it. */
  readonly generator: string;
  readonly repo?: string;
  readonly commit?: string;
}

/** What a target says otherwise or leaves out. */
export interface CpansaLoss extends Loss {
  /** Of the record. */
  readonly id: string;
}

/** The database, distributions and modules in the order of their names, and what it cannot hold. */
export function toCpansa(
  { records, modules, releases }: CpansaContent,
  meta: CpansaMetaOptions,
): { database: CpansaDatabase; losses: CpansaLoss[] } {
  const affecting = recordsByDistribution(records);
  const names = [...new Set([...releases.keys(), ...affecting.keys()])].sort(compareText);
  const members = names.map((name) => {
    return { name, ...cpansaMember(name, affecting.get(name) ?? [], releases.get(name)) };
  });
  const database = {
    meta: metaOf(meta),
    module2dist: Object.fromEntries([...modules].sort(([a], [b]) => compareText(a, b))),
    dists: Object.fromEntries(members.map(({ name, member }) => [name, member])),
  };
  return { database, losses: unique(members.flatMap(({ losses }) => losses)) };
}

/** One distribution of the database, from the records that affect it. Those that are withdrawn are left out. */
export function cpansaMember(
  distribution: string,
  records: readonly AdvisoryRecord[],
  releases?: DistributionReleases,
): { member: CpansaDistribution; losses: CpansaLoss[] } {
  const losses: CpansaLoss[] = [];
  const advisories = standing(records, losses).flatMap((record) => {
    losses.push(...recordLosses(record));
    return record.affected.flatMap((entry, i) => {
      if (entry.distribution !== distribution) return [];
      losses.push(...entryLosses(record, i));
      return [rowOf(record, entry)];
    });
  });
  const { mainModule = null, versions = [], coreVersions = [], dates } = releases ?? {};
  const dated = (version: string): { version: string; date?: string } => {
    const date = dates?.get(version);
    return date === undefined ? { version } : { version, date };
  };
  const core = coreVersions.map((version) => ({ ...dated(version), dual_lived: 1 as const }));
  const member: CpansaDistribution = { advisories, versions: [...versions.map(dated), ...core] };
  return { member: mainModule === null ? member : { ...member, main_module: mainModule }, losses };
}

function rowOf(record: AdvisoryRecord, entry: AffectedEntry): CpansaAdvisory {
  const { cves, ghsas, earlier } = namesOf([...record.aliases, ...(entry.aliases ?? [])]);
  const { database, other } = entry.source ?? {};
  return {
    id: record.id,
    distribution: entry.distribution,
    description: record.details ?? record.summary,
    cves,
    ...(ghsas.length === 0 ? {} : { github_security_advisory: ghsas }),
    ...(earlier.length === 0 ? {} : { previous_id: earlier }),
    affected_versions: entry.ranges,
    fixed_versions: entry.fixed,
    references: record.references.map(({ url }) => url),
    reported: record.reported,
    severity: record.severity?.rating ?? null,
    ...embedded(entry),
    // What a row of the same format had beside these goes back to where it came from.
    ...(database === 'cpansa' ? withoutOwn(other ?? {}) : {}),
  };
}

function embedded({ cause }: AffectedEntry): Pick<CpansaAdvisory, 'embedded_vulnerability'> {
  if (cause.kind === 'own') return {};
  const { library: name, libraryVersion } = cause;
  return { embedded_vulnerability: { name, distributed_version: libraryVersion ?? null } };
}

/** Members that a row gets from elsewhere are not overwritten; `embedded_vulnerability` may have had more members. */
function withoutOwn(other: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(other).filter(([name]) => !OWN.has(name)));
}

const OWN: ReadonlySet<string> = new Set([
  'id',
  'distribution',
  'description',
  'cves',
  'github_security_advisory',
  'previous_id',
  'affected_versions',
  'fixed_versions',
  'references',
  'reported',
  'severity',
]);

export interface AliasNames {
  readonly cves: string[];
  readonly ghsas: string[];
  readonly earlier: string[];
  /** Those for which CPANSA has no member. */
  readonly others: string[];
}

/** Aliases by the member that holds them, each sorted. What somebody took for a CVE id stays among those. */
export function namesOf(aliases: readonly string[]): AliasNames {
  const names: AliasNames = { cves: [], ghsas: [], earlier: [], others: [] };
  for (const alias of [...new Set(aliases)].sort(compareText)) {
    if (alias.startsWith('CPANSA-')) names.earlier.push(alias);
    else if (alias.startsWith('GHSA-')) names.ghsas.push(alias);
    else if (/CVE-/i.test(alias)) names.cves.push(alias);
    else names.others.push(alias);
  }
  return names;
}

/** Those that count, by id. */
export function standing(records: readonly AdvisoryRecord[], losses: CpansaLoss[]): AdvisoryRecord[] {
  const gone = records.filter(({ withdrawn }) => withdrawn !== undefined);
  const text = 'left out: its readers would take a withdrawn record for one that counts';
  losses.push(...gone.map(({ id }) => ({ id, path: 'withdrawn', text })));
  return records.filter(({ withdrawn }) => withdrawn === undefined).sort((a, b) => compareText(a.id, b.id));
}

/** Members of a record that have their place, in a row or in what is made of it. */
const HELD: ReadonlySet<string> = new Set([
  'format',
  'id',
  'aliases',
  'reported',
  'summary',
  'details',
  'severity',
  'affected',
  'references',
]);

export function recordLosses(record: AdvisoryRecord): CpansaLoss[] {
  const { id, severity, aliases } = record;
  const left = Object.entries(record)
    .filter(([member, value]) => !HELD.has(member) && !(Array.isArray(value) && value.length === 0))
    .map(([member]) => member);
  if (severity?.vector !== undefined) left.push('severity.vector');
  if (record.details !== undefined) left.push('summary');
  if (namesOf(aliases).others.length > 0) left.push('aliases');
  return left.map((path) => ({ id, ...unplaced(path, 'CPANSA') }));
}

function entryLosses({ id, affected }: AdvisoryRecord, index: number): CpansaLoss[] {
  const entry = affected[index];
  if (entry === undefined) return [];
  const path = `affected[${index}]`;
  const losses: CpansaLoss[] = [];
  if (entry.modules !== undefined) losses.push({ id, ...unplaced(`${path}.modules`, 'CPANSA') });
  if (isUndecided(entry))
    losses.push({ id, path, text: 'cannot be told; its readers take what they cannot read for no range' });
  return losses;
}

function metaOf({ built, generator, repo, commit }: CpansaMetaOptions): CpansaMeta {
  const instant = new Date(built);
  const [day, date, month, year, time] = instant.toUTCString().replace(',', '').split(' ');
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(repo === undefined ? {} : { repo }),
    date: `${day} ${month} ${date} ${time} ${year}`,
    epoch: Math.floor(instant.getTime() / 1000),
    generator,
  };
}
