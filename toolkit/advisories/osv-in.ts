/** An OSV document as a record: `docs/formats/osv.md`. What {@link toOsv} wrote comes back whole. */
import { anything, array, compareText, record as recordOf, type Shape, string } from '../base/index.ts';
import {
  FormatError,
  type OsvAffected,
  type OsvRange,
  type OsvRecord,
  scoreCvss,
  uriOf,
} from '../formats/index.ts';
import { isDate } from './date.ts';
import { ImportFlags } from './import-flags.ts';
import { formatIntervals, intervals, within } from './intervals.ts';
import { eventText, expressionsOf, fixedOf, sayTheSame } from './osv-events.ts';
import { CREDIT_TYPES, IOC_LISTS, REFERENCE_TYPES } from './osv-out.ts';
import { OSV_RULES, type OsvRule } from './osv-rules.ts';
import { isUndecided, readRange, tryVersion } from './range.ts';
import { readAs } from './read-as.ts';
import {
  type AdvisoryRecord,
  type AffectedEntry,
  type Credit,
  disputedShape,
  entryShape,
  type Flag,
  flagsShape,
  historyShape,
  INDICATOR_TYPES,
  type Indicator,
  indicatorShape,
  MAX_INDICATORS,
  maliciousShape,
  RECORD_FORMAT,
  type Reference,
  type Severity,
  withdrawnShape,
} from './record.ts';
import { firstSentence } from './summary.ts';

/**
 * The record of a document that names CPAN distributions; null for one that names none. What is odd stands in
 * the record's flags, and with the notes in `flags`.
 */
export function fromOsv(document: OsvRecord, flags: ImportFlags = new ImportFlags()): AdvisoryRecord | null {
  return new OsvReader(document, flags).record();
}

class OsvReader {
  readonly #document: OsvRecord;
  readonly #import: ImportFlags;
  readonly #flags: Flag[] = [];

  constructor(document: OsvRecord, flags: ImportFlags) {
    this.#document = document;
    this.#import = flags;
  }

  record(): AdvisoryRecord | null {
    const document = this.#document;
    const { database_specific: own = {} } = document;
    const affected = withLeftOut(this.#affected(), readAs(recordOf(entryShape), own.left_out) ?? {});
    if (affected.length === 0) return null;
    const details = document.details;
    const record: AdvisoryRecord = {
      format: RECORD_FORMAT,
      id: this.#name(document.id, 'id'),
      aliases: this.#aliases(),
      reported: this.#date(document.published, 'published'),
      summary:
        document.summary || firstSentence(details ?? '') || `Vulnerability in ${affected[0]?.distribution}`,
      ...(details === undefined ? {} : { details }),
      ...this.#severity(own),
      ...optionalMember('weaknesses', readAs(array(string), own.cwe_ids)),
      ...this.#malicious(own),
      affected,
      references: this.#references(own),
      ...this.#credits(),
      ...this.#withdrawn(own),
      ...optionalMember('disputed', readAs(disputedShape, own.disputed)),
      history: readAs(historyShape, own.history) ?? [],
    };
    const all = [...(readAs(flagsShape, own.flags) ?? []), ...this.#flags];
    return all.length === 0 ? record : { ...record, flags: all };
  }

  #affected(): AffectedEntry[] {
    return (this.#document.affected ?? []).flatMap((one, i) => {
      const at = `affected[${i}]`;
      const { ecosystem, name } = one.package ?? { ecosystem: '', name: '' };
      if (ecosystem === 'CPAN' || ecosystem.startsWith('CPAN:')) return [this.#entry(one, name, at)];
      this.#flag('osv-package', `${at}.package`, one.package);
      return [];
    });
  }

  #entry(one: OsvAffected, name: string, at: string): AffectedEntry {
    const distribution = name.replace(/[^!-~]/g, '_').slice(0, 200) || '_';
    if (distribution !== name) this.#flag('osv-distribution', `${at}.package.name`, name);
    const own = readAs(ownEntryShape, { ...one.database_specific, distribution });
    const prepared = own !== null && this.#agrees(own, one, at) ? own : null;
    return prepared ?? this.#foreignEntry(one, distribution, at);
  }

  /** Whether our own ranges are those of the events, but for what OSV cannot say. */
  #agrees(own: AffectedEntry, one: OsvAffected, at: string): boolean {
    const list = isUndecided(own) ? [] : intervals(own.ranges, own.fixed);
    if (list.length > 0 && sayTheSame(list, one.ranges ?? [])) return true;
    this.#flag('osv-differs', `${at}.database_specific.ranges`, formatIntervals(list));
    return false;
  }

  #foreignEntry(one: OsvAffected, distribution: string, at: string): AffectedEntry {
    const ranges = (one.ranges ?? []).flatMap((range, i) => this.#range(range, `${at}.ranges[${i}]`));
    const all = [...ranges, ...this.#listed(one.versions ?? [], ranges, at)];
    if (all.length === 0) this.#flag('osv-range-absent', at, one);
    const readable = all.every((range) => readRange(range) !== null);
    return {
      distribution,
      ranges: all,
      fixed: readable ? fixedOf(intervals(all), one.ranges ?? []) : [],
      cause: { kind: 'own' },
      source: {
        database: 'osv',
        row: `${this.#document.id} ${at}`,
        affected: [...(one.ranges ?? []).map(eventText), ...(one.versions ?? [])],
        fixed: [],
      },
    };
  }

  #range(range: OsvRange, at: string): readonly string[] {
    if (range.type === 'GIT') {
      this.#flag('osv-range-git', at, range.repo);
      return [];
    }
    if (range.type !== 'ECOSYSTEM') this.#flag('osv-range-semver', at, range.type);
    const { ranges, unreadable } = expressionsOf(range);
    for (const version of unreadable) this.#flag('osv-event-unreadable', `${at}.events`, version);
    return ranges;
  }

  /** Listed versions that no range has already. */
  #listed(versions: readonly string[], ranges: readonly string[], at: string): string[] {
    const covered = intervals(ranges.filter((range) => readRange(range) !== null));
    return versions.flatMap((text, i) => {
      const version = tryVersion(text);
      if (version === null || readRange(`==${text}`) === null) {
        this.#flag('osv-version-unreadable', `${at}.versions[${i}]`, text);
        return [];
      }
      return within(covered, version) ? [] : [`==${text}`];
    });
  }

  #aliases(): string[] {
    const { aliases, upstream = [], related = [] } = this.#document;
    if (upstream.length > 0) this.#flag('osv-member', 'upstream', upstream);
    const entries = this.#document.affected ?? [];
    const own = new Set(
      entries.flatMap((one) => readAs(array(string), one.database_specific?.aliases) ?? []),
    );
    const others = related.filter((id) => !own.has(id));
    if (others.length > 0) this.#flag('osv-member', 'related', others);
    const names = (aliases ?? []).map((alias, i) => this.#name(alias, `aliases[${i}]`));
    return [...new Set(names)].sort(compareText);
  }

  #name(found: string, at: string): string {
    const name = found.replace(/[^!-~]/g, '_').slice(0, 200) || '_';
    if (name !== found) this.#flag('osv-name', at, found);
    return name;
  }

  /** Ours, or one of OpenSSF's repository of malicious packages. */
  #malicious(own: Readonly<Record<string, unknown>>): Pick<AdvisoryRecord, 'malicious'> {
    const known = readAs(maliciousShape, own.malicious);
    if (known !== null) return { malicious: known };
    const { id, aliases } = this.#document;
    const said = ['malicious', 'malicious-packages-origins'].some((name) => own[name] !== undefined);
    if (!said && ![id, ...(aliases ?? [])].some((name) => name.startsWith('MAL-'))) return {};
    return { malicious: { indicators: this.#indicators(own.iocs) } };
  }

  #indicators(iocs: unknown): Indicator[] {
    const lists = readAs(recordOf(anything), iocs) ?? {};
    const found = Object.entries(lists).flatMap(([name, list]) => {
      const type = TYPE_OF_LIST.get(name);
      const values = readAs(array(string), list);
      if (type === undefined || values === null) {
        this.#flag('osv-indicator', `database_specific.iocs.${name}`, list);
        return [];
      }
      return values.map((value): Indicator => ({ type, value }));
    });
    const held = found.filter((one) => readAs(indicatorShape, one) !== null).slice(0, MAX_INDICATORS);
    const left = found.length - held.length;
    if (left > 0) this.#flag('osv-indicator', 'database_specific.iocs', `${left} of ${found.length}`);
    return held;
  }

  #date(instant: string | undefined, at: string): string | null {
    if (instant === undefined) return null;
    const date = instant.slice(0, 10);
    if (isDate(date)) return date;
    this.#flag('osv-date', at, instant);
    return null;
  }

  #severity(own: Readonly<Record<string, unknown>>): { severity?: Severity } {
    const rating = RATINGS.get(String(own.severity ?? '').toLowerCase());
    const vector = this.#vector();
    const source = readAs(string, own.severity_source) ?? (vector === null ? null : 'osv');
    if (rating === undefined && vector === null) return {};
    return {
      severity: {
        ...(rating === undefined ? {} : { rating }),
        ...(vector === null ? {} : { vector }),
        ...(source === null ? {} : { source }),
      },
    };
  }

  /** The newest kind of CVSS that can be scored. */
  #vector(): string | null {
    const { severity, affected } = this.#document;
    const all = [...(severity ?? []), ...(affected ?? []).flatMap((one) => one.severity ?? [])];
    const vectors = new Set(all.map(({ score }) => score).filter(isScored));
    for (const one of all) if (!vectors.has(one.score)) this.#flag('osv-severity', 'severity', one);
    const list = [...vectors];
    return list.find((vector) => vector.startsWith('CVSS:4')) ?? list[0] ?? null;
  }

  #references(own: Readonly<Record<string, unknown>>): Reference[] {
    const patches = new Set(readAs(array(string), own.patches) ?? []);
    const addresses = new Map(Object.entries(readAs(recordOf(string), own.addresses) ?? {}));
    return (this.#document.references ?? []).map(({ type, url: uri }, i) => {
      const address = addresses.get(uri) ?? uri;
      const url = uriOf(address) === uri ? address : uri;
      if (patches.has(uri)) return { type: 'patch', url };
      const known = REFERENCE_OF.get(type);
      if (known === undefined) this.#flag('osv-reference', `references[${i}].type`, type);
      return { type: known ?? 'web', url };
    });
  }

  #credits(): { credits?: Credit[] } {
    const { credits } = this.#document;
    if (credits === undefined) return {};
    return { credits: credits.map(({ name, type = '' }) => ({ name, role: ROLE_OF.get(type) ?? 'other' })) };
  }

  #withdrawn(own: Readonly<Record<string, unknown>>): Pick<AdvisoryRecord, 'withdrawn'> {
    const { withdrawn } = this.#document;
    if (withdrawn === undefined) return {};
    const known = readAs(withdrawnShape, own.withdrawn);
    if (known !== null) return { withdrawn: known };
    // Withdrawn at an unreadable instant is withdrawn.
    const on = this.#date(withdrawn, 'withdrawn') ?? '1970-01-01';
    return { withdrawn: { on, kind: 'withdrawn', reason: 'withdrawn by its source' } };
  }

  #flag(rule: OsvRule, member: string, found: unknown): void {
    const added = this.#import.add(rule, `${this.#document.id} ${member}`, found);
    if (OSV_RULES[rule][0] === 'flag') this.#flags.push(added);
  }
}

/** Entries that OSV cannot hold stand beside the others by their place in the record. */
function withLeftOut(
  entries: readonly AffectedEntry[],
  leftOut: Readonly<Record<string, AffectedEntry>>,
): AffectedEntry[] {
  const all = [...entries];
  const places = Object.entries(leftOut).filter(([place]) => /^\d{1,6}$/.test(place));
  places.sort(([a], [b]) => Number(a) - Number(b));
  for (const [place, entry] of places) all.splice(Number(place), 0, entry);
  return all;
}

/** What our own documents say of an entry beside its events. */
const ownEntryShape: Shape<AffectedEntry> = (value, path = '') => {
  const { distribution, ranges, fixed, cause, modules, aliases, source } = entryShape(value, path);
  return {
    distribution,
    ranges,
    fixed,
    cause,
    ...optionalMember('modules', modules),
    ...optionalMember('aliases', aliases),
    ...optionalMember('source', source),
  };
};

const RATINGS: ReadonlyMap<string, NonNullable<Severity['rating']>> = new Map([
  ['low', 'low'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
]);

const REFERENCE_OF: ReadonlyMap<string, Reference['type']> = inverse(REFERENCE_TYPES, 'patch');
const ROLE_OF: ReadonlyMap<string, Credit['role']> = inverse(CREDIT_TYPES);

const TYPE_OF_LIST: ReadonlyMap<string, Indicator['type']> = new Map(
  INDICATOR_TYPES.flatMap((type) => {
    const list = IOC_LISTS[type];
    return list === undefined ? [] : [[list, type] as const];
  }),
);

/** The keys by their values, without the key that shares its value with another. */
function inverse<K extends string>(table: Readonly<Record<K, string>>, without?: K): Map<string, K> {
  const keys = Object.keys(table) as K[]; // keys of a closed record
  return new Map(keys.filter((key) => key !== without).map((key) => [table[key], key]));
}

function isScored(vector: string): boolean {
  try {
    return scoreCvss(vector).score >= 0;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

function optionalMember<K extends string, T>(name: K, value: T | null | undefined): { [key in K]?: T } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [key in K]?: T }); // a computed key
}
