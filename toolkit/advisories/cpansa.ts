/**
 * Reads CPANSA's database (`cpan-security-advisory.json`). Every oddity has a rule (`cpansa-rules.ts`), is
 * flagged and counted; no row is dropped. Bare versions and `=` are equality. Data of
 * https://github.com/briandfoy/cpan-security-advisory.
 */
import { BytesError, compareText, decodeUtf8, type Json, JsonError } from '../base/index.ts';
import { type CpansaDocument, FormatError, parseCpansa } from '../formats/index.ts';
import { affects } from './affects.ts';
import { recordsOf } from './cpansa-records.ts';
import { type CpansaRow, isObject, type JsonObject, readRow } from './cpansa-row.ts';
import type { CpansaRule } from './cpansa-rules.ts';
import { AdvisoryError } from './errors.ts';
import { ImportFlags } from './import-flags.ts';
import { tryVersion } from './range.ts';
import type { AdvisoryRecord, Flag } from './record.ts';
import { type DistributionReleases, inVersionOrder } from './releases.ts';

export interface ImportReport {
  /** Rows of the source, those of unreadable shape included. */
  readonly rows: number;
  /** Rows that became an entry. */
  readonly entries: number;
  /** Distinct ids. */
  readonly ids: number;
  readonly records: number;
  /** Distributions that have a row. */
  readonly distributions: number;
  readonly modules: number;
  readonly releases: number;
  /** How often each rule was met. */
  readonly perRule: Readonly<Record<string, number>>;
  /** Everything odd, in the order of the source. */
  readonly flags: readonly Flag[];
}

/** What `openIndex` and `buildIndex` take as it is. */
export interface ImportedAdvisories {
  /** By id. */
  readonly records: AdvisoryRecord[];
  readonly report: ImportReport;
  /** Module to distribution. */
  readonly modules: ReadonlyMap<string, string>;
  readonly releases: ReadonlyMap<string, DistributionReleases>;
  /** The database is meant to name everything that is known. */
  readonly coverage: { readonly complete: true };
  /** RFC 3339 UTC instant of the source, where it says. */
  readonly built: string | null;
  /** The source in words. */
  readonly source: string;
}

/**
 * Imports the JSON database: its text, its bytes, or what `JSON.parse` made of it (then versions that were
 * written as numbers have lost trailing zeros). Throws `import-shape` when it is no such database.
 */
export function importCpansa(json: string | Uint8Array | object, file?: string): ImportedAdvisories {
  return new CpansaReader(databaseText(json, file), file).import();
}

function databaseText(json: string | Uint8Array | object, file?: string): string {
  try {
    if (typeof json === 'string') return json;
    return json instanceof Uint8Array ? decodeUtf8(json, file) : JSON.stringify(json);
  } catch (cause) {
    const problem = cause instanceof BytesError ? cause.problem : 'a value without JSON form';
    throw new AdvisoryError('import-shape', problem, cause instanceof BytesError ? cause.place : {}, {
      cause,
    });
  }
}

class CpansaReader {
  readonly #flags = new ImportFlags();
  readonly #rows: CpansaRow[] = [];
  readonly #modules = new Map<string, string>();
  readonly #releases = new Map<string, DistributionReleases>();
  readonly #database: CpansaDocument;
  /** The same with numbers as numbers: only so can one be told from a text. */
  readonly #typed: unknown;
  #rowCount = 0;
  #distributions = 0;

  constructor(text: string, file?: string) {
    this.#database = databaseOf(text, file);
    this.#typed = JSON.parse(text);
  }

  import(): ImportedAdvisories {
    const { dists, module2dist, meta } = this.#database;
    this.#readModules(module2dist, dists);
    const withModules = new Set(this.#modules.values());
    for (const [name, value] of sortedMembers(dists)) this.#readDistribution(name, value, withModules);
    this.#flagUnaffectedReleases();
    const records = recordsOf(this.#rows, this.#flags);
    return {
      records,
      report: this.#report(records),
      modules: this.#modules,
      releases: this.#releases,
      coverage: { complete: true },
      ...provenance(isObject(meta) ? meta : {}),
    };
  }

  #report(records: readonly AdvisoryRecord[]): ImportReport {
    const releases = [...this.#releases.values()].map(({ versions }) => versions.length);
    return {
      rows: this.#rowCount,
      entries: this.#rows.length,
      ids: records.length,
      records: records.length,
      distributions: this.#distributions,
      modules: this.#modules.size,
      releases: releases.reduce((sum, count) => sum + count, 0),
      perRule: this.#flags.perRule(),
      flags: this.#flags.all,
    };
  }

  #readModules(modules: Json | undefined, dists: JsonObject): void {
    for (const [module, distribution] of sortedMembers(modules)) {
      const at = memberPath('module2dist', module);
      if (typeof distribution !== 'string' || module === '' || distribution === '') {
        this.#flags.add('module-shape', at, distribution);
        continue;
      }
      if (!Object.hasOwn(dists, distribution)) this.#flags.add('module-elsewhere', at, distribution);
      this.#modules.set(module, distribution);
    }
  }

  #readDistribution(key: string, value: Json, withModules: ReadonlySet<string>): void {
    const at = memberPath('dists', key);
    if (!isObject(value)) return void this.#flags.add('distribution-shape', at, value);
    const name = this.#distributionName(key, at);
    if (!withModules.has(name)) this.#flags.add('distribution-without-modules', at, name);
    this.#readReleases(name, value, at);
    const list = Array.isArray(value.advisories) ? value.advisories : [];
    if (list.length > 0) this.#distributions++;
    for (const [i, row] of list.entries()) this.#readAdvisory(row, name, `${at}.advisories[${i}]`);
    for (const member of Object.keys(value)) {
      if (!DISTRIBUTION_MEMBERS.has(member)) this.#flags.add('member-kept', `${at}.${member}`, value[member]);
    }
  }

  #distributionName(key: string, at: string): string {
    const name = key.replace(/[^!-~]/g, '_').slice(0, 200) || '_';
    if (name !== key) this.#flags.add('distribution-form', at, key);
    return name;
  }

  #readAdvisory(row: Json, distribution: string, at: string): void {
    this.#rowCount++;
    if (!isObject(row)) return void this.#flags.add('row-shape', at, row);
    this.#rows.push(readRow(row, { at, distribution, flags: this.#flags }));
  }

  #readReleases(name: string, value: JsonObject, at: string): void {
    const mainModule =
      typeof value.main_module === 'string' && value.main_module !== '' ? value.main_module : null;
    if (mainModule === null) this.#flags.add('main-module-absent', at, value.main_module);
    const list = Array.isArray(value.versions) ? value.versions : [];
    if (list.length === 0) this.#flags.add('release-absent', at, value.versions);
    const own = new Map<string, string | null>();
    const core = new Map<string, string | null>();
    for (const [i, release] of list.entries()) {
      const place = `${at}.versions[${i}]`;
      const version = this.#releasedVersion(release, place, ['dists', name, 'versions', i]);
      if (version === null) continue;
      const isCore = isObject(release) && release.dual_lived !== undefined;
      if (isCore) this.#flags.add('release-core', place, version);
      if (own.has(version) || core.has(version)) this.#flags.add('release-duplicate', place, version);
      const kept = isCore ? core : own;
      if (!kept.has(version)) kept.set(version, dateOf(release));
    }
    const coreOnly = inVersionOrder([...core.keys()].filter((version) => !own.has(version)));
    const dated = [...core, ...own].flatMap(([version, date]) =>
      date === null ? [] : [[version, date] as const],
    );
    this.#releases.set(name, {
      mainModule,
      versions: inVersionOrder([...own.keys()]),
      ...(coreOnly.length > 0 ? { coreVersions: coreOnly } : {}),
      ...(dated.length > 0 ? { dates: new Map(dated) } : {}),
    });
  }

  /** The version of one release, or null where there is none that version.pm reads. */
  #releasedVersion(release: Json, at: string, path: readonly (string | number)[]): string | null {
    const flag = (rule: CpansaRule): null => {
      this.#flags.add(rule, at, release);
      return null;
    };
    if (!isObject(release)) return flag('release-shape');
    const { version } = release;
    if (version === null || version === undefined) return flag('release-null');
    if (typeof version !== 'string') return flag('release-shape');
    if (typeof member(this.#typed, [...path, 'version']) === 'number') flag('release-number');
    const parsed = tryVersion(version);
    if (parsed === null || parsed.warning !== undefined || /\s/.test(version))
      return flag('release-unreadable');
    return version;
  }

  #flagUnaffectedReleases(): void {
    for (const { entry, flags } of this.#rows) {
      const known = this.#releases.get(entry.distribution);
      const versions = [...(known?.versions ?? []), ...(known?.coreVersions ?? [])];
      if (versions.length === 0 || versions.some((version) => affects(entry, version) !== false)) continue;
      flags.push(this.#flags.add('affects-no-release', entry.source?.row ?? '', entry.ranges.join(' or ')));
    }
  }
}

const DISTRIBUTION_MEMBERS: ReadonlySet<string> = new Set(['advisories', 'versions', 'main_module']);

function databaseOf(text: string, file?: string): CpansaDocument {
  try {
    return parseCpansa(text, { file });
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof FormatError)) throw cause;
    throw new AdvisoryError('import-shape', cause.problem, cause.place, { cause });
  }
}

function provenance(meta: JsonObject): { built: string | null; source: string } {
  const epoch = Number(typeof meta.epoch === 'string' ? meta.epoch : Number.NaN);
  const known = Number.isSafeInteger(epoch) && epoch >= 0 && epoch < 4_102_444_800; // until the year 2100
  const built = known ? new Date(epoch * 1000).toISOString().replace('.000Z', 'Z') : null;
  const commit = typeof meta.commit === 'string' && /^[0-9a-f]{7,64}$/.test(meta.commit) ? meta.commit : null;
  return { built, source: commit === null ? 'CPANSA' : `CPANSA, commit ${commit}` };
}

function dateOf(release: Json): string | null {
  const date = isObject(release) ? release.date : null;
  return typeof date === 'string' && /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?$/.test(date) ? date : null;
}

function sortedMembers(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value).sort(([a], [b]) => compareText(a, b)) : [];
}

function member(value: unknown, path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

function memberPath(parent: string, key: string): string {
  return /^[\w$:-]+$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}
