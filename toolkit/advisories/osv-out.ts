/** A record as an OSV document: `docs/formats/osv.md`. */
import {
  cpanPurl,
  OSV_SCHEMA_VERSION,
  type OsvAffected,
  type OsvRecord,
  type OsvSeverity,
} from '../formats/index.ts';
import { affects } from './affects.ts';
import { intervals, within } from './intervals.ts';
import { type Loss, unknownMembers } from './losses.ts';
import { type EventTexts, eventRanges, justAbove } from './osv-events.ts';
import { isUndecided, tryVersion } from './range.ts';
import type { AdvisoryRecord, AffectedEntry, Credit, Indicator, Malicious, Reference } from './record.ts';
import { spelling } from './spelling.ts';
import { entryAliases } from './vulnerabilities.ts';
import { type WrittenReference, writtenReferences } from './written-reference.ts';

export interface OsvOptions {
  /** When the record last changed, RFC 3339 UTC. */
  readonly modified: string;
  /** The releases of a distribution in version order, where they are known: they are listed then. */
  readonly releases?: (distribution: string) => readonly string[] | null;
}

export interface OsvResult {
  readonly document: OsvRecord;
  /** What the document says otherwise or leaves out, each with its path in the record. */
  readonly losses: readonly Loss[];
}

/** The document, and what OSV cannot hold of the record. */
export function toOsv(record: AdvisoryRecord, options: OsvOptions): OsvResult {
  const losses: Loss[] = [];
  const leftOut: Record<number, AffectedEntry> = {};
  const affected = record.affected.flatMap((entry, i) => {
    const lose = (text: string): void => void losses.push({ path: `affected[${i}]`, text });
    const written = affectedOf(entry, options, lose);
    if (written === null) leftOut[i] = entry;
    return written ?? [];
  });
  const references = writtenReferences(record, losses);
  losses.push(...unknownMembers(record, 'OSV', ['malicious', 'disputed']));
  const own = entryAliases(record);
  const document: OsvRecord = {
    schema_version: OSV_SCHEMA_VERSION,
    id: record.id,
    modified: options.modified,
    ...(record.reported === null ? {} : { published: `${record.reported}T00:00:00Z` }),
    ...(record.withdrawn === undefined ? {} : { withdrawn: `${record.withdrawn.on}T00:00:00Z` }),
    ...(record.aliases.length === 0 ? {} : { aliases: record.aliases }),
    // Not aliases: those of one entry are not names of the others.
    ...(own.length === 0 ? {} : { related: own }),
    summary: record.summary,
    ...(record.details === undefined ? {} : { details: record.details }),
    ...severityOf(record),
    affected,
    references: references.map(({ type, uri }) => ({ type: REFERENCE_TYPES[type], url: uri })),
    ...creditsOf(record),
    database_specific: databaseOf(record, references, leftOut),
  };
  return { document, losses };
}

function affectedOf(
  entry: AffectedEntry,
  { releases }: OsvOptions,
  lose: (text: string) => void,
): OsvAffected | null {
  if (isUndecided(entry)) {
    lose('left out: OSV cannot say that it cannot be told whether a version is affected');
    return null;
  }
  const list = intervals(entry.ranges, entry.fixed);
  if (list.length === 0) {
    lose('left out: nothing is affected, which OSV cannot say of a package');
    return null;
  }
  const known = releases?.(entry.distribution) ?? [];
  const spelled = spelling(known);
  const versions = known.filter(
    (version) => tryVersion(version) !== null && affects(entry, version) === true,
  );
  return {
    package: { ecosystem: 'CPAN', name: entry.distribution, purl: cpanPurl(entry.distribution) },
    ranges: eventRanges(list, {
      openEnd: closedEnd(versions, lose),
      text: ({ original }) => spelled(original),
    }),
    ...(versions.length === 0 ? {} : { versions }),
    database_specific: entryMembers(entry),
  };
}

/** The first release above the open end where releases are known, else the least version above. */
function closedEnd(versions: readonly string[], lose: (text: string) => void): EventTexts['openEnd'] {
  return (interval) => {
    const first = versions.find((version) => {
      const parsed = tryVersion(version);
      return parsed !== null && within([interval], parsed);
    });
    const { low } = interval;
    const begin = first ?? justAbove(low);
    lose(`begins after ${low.original}, which OSV cannot say; ${begin} stands as its beginning`);
    return begin;
  };
}

function entryMembers({
  ranges,
  fixed,
  cause,
  modules,
  aliases,
  source,
}: AffectedEntry): Record<string, unknown> {
  return {
    ranges,
    fixed,
    cause,
    ...(modules === undefined ? {} : { modules }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(source === undefined ? {} : { source }),
  };
}

export const REFERENCE_TYPES: Readonly<Record<Reference['type'], string>> = {
  advisory: 'ADVISORY',
  article: 'ARTICLE',
  discussion: 'DISCUSSION',
  evidence: 'EVIDENCE',
  fix: 'FIX',
  package: 'PACKAGE',
  patch: 'FIX',
  report: 'REPORT',
  web: 'WEB',
};

export const CREDIT_TYPES: Readonly<Record<Credit['role'], string>> = {
  finder: 'FINDER',
  reporter: 'REPORTER',
  analyst: 'ANALYST',
  coordinator: 'COORDINATOR',
  developer: 'REMEDIATION_DEVELOPER',
  reviewer: 'REMEDIATION_REVIEWER',
  other: 'OTHER',
};

function severityOf({ severity }: AdvisoryRecord): { severity?: OsvSeverity[] } {
  const vector = severity?.vector;
  if (vector === undefined) return {};
  return { severity: [{ type: vector.startsWith('CVSS:4') ? 'CVSS_V4' : 'CVSS_V3', score: vector }] };
}

function creditsOf({ credits }: AdvisoryRecord): Pick<OsvRecord, 'credits'> {
  if (credits === undefined) return {};
  return { credits: credits.map(({ name, role }) => ({ name, type: CREDIT_TYPES[role] })) };
}

/** What OSV has no member for; `severity` and `cwe_ids` as GitHub's database names them. */
function databaseOf(
  { format, severity, weaknesses, malicious, withdrawn, disputed, history, flags }: AdvisoryRecord,
  references: readonly WrittenReference[],
  leftOut: Readonly<Record<number, AffectedEntry>>,
): Record<string, unknown> {
  const patches = references.filter(({ type }) => type === 'patch').map(({ uri }) => uri);
  const rewritten = references.filter(({ url, uri }) => url !== uri).map(({ url, uri }) => [uri, url]);
  return {
    format,
    ...(severity?.rating === undefined ? {} : { severity: severity.rating.toUpperCase() }),
    ...(severity?.source === undefined ? {} : { severity_source: severity.source }),
    ...(weaknesses === undefined ? {} : { cwe_ids: weaknesses }),
    ...(malicious === undefined ? {} : { malicious, ...iocsOf(malicious) }),
    ...(patches.length === 0 ? {} : { patches }),
    ...(rewritten.length === 0 ? {} : { addresses: Object.fromEntries(rewritten) }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(disputed === undefined ? {} : { disputed }),
    history,
    ...(flags === undefined ? {} : { flags }),
    ...(Object.keys(leftOut).length === 0 ? {} : { left_out: leftOut }),
  };
}

/** Those of our types that OpenSSF's repository of malicious packages has a list for, by its name. */
export const IOC_LISTS: Readonly<Partial<Record<Indicator['type'], string>>> = {
  domain: 'domains',
  url: 'urls',
  address: 'ip_addresses',
};

function iocsOf({ indicators }: Malicious): { iocs?: Record<string, string[]> } {
  const iocs: Record<string, string[]> = {};
  for (const { type, value } of indicators) {
    const list = IOC_LISTS[type];
    if (list !== undefined) iocs[list] = [...(iocs[list] ?? []), value];
  }
  return Object.keys(iocs).length === 0 ? {} : { iocs };
}
