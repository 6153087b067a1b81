/**
 * Reads a set of records: each file one record, or the layout of `docs/formats/record-set.md`, in which
 * `coverage.json` says what the records under `advisories/` wholly cover.
 */
import {
  array,
  BytesError,
  compareText,
  decodeUtf8,
  formatPlace,
  type Infer,
  instant,
  JsonError,
  matching,
  object,
  oneOf,
  optional,
  parseJson,
  record as recordOf,
  type Shape,
  ShapeError,
  string,
  whole,
} from '../base/index.ts';
import type { ImportedAdvisories } from './cpansa.ts';
import { AdvisoryError } from './errors.ts';
import { ImportFlags } from './import-flags.ts';
import { readRange } from './range.ts';
import { type AdvisoryRecord, decodeRecord } from './record.ts';
import { refuseTwice } from './refuse-twice.ts';
import { type DistributionReleases, inVersionOrder } from './releases.ts';

export interface SetFile {
  /** Path within the set, `advisories/CPANSA-Example-2026-01.json`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What `openIndex` and `buildIndex` take as it is. */
export interface ImportedRecords extends Omit<ImportedAdvisories, 'coverage'> {
  /** Absent where the set does not say: then it covers the distributions that it names. */
  readonly coverage?: { readonly complete: false; readonly distributions: readonly string[] };
  /** Absent where the set does not say. */
  readonly serial?: number;
  /** `YYYY-MM-DD`: until when the sources were followed; absent where the set does not say. */
  readonly asOf?: string;
}

const COVERAGE_FORMAT = 'cpansec-coverage/1';
/** Files of a set that says what it covers; every other is a record under `advisories/`. */
export const SET_FILES = ['coverage.json', 'modules.json', 'releases.json'] as const;

const MAX_DEPTH = 16;

const name: Shape<string> = matching(/^[!-~]{1,200}$/, 'a name of 1 to 200 printable characters');

const coverageShape: Shape<{
  format: typeof COVERAGE_FORMAT;
  distributions: string[];
  serial: number;
  built: string;
  asOf?: string | undefined;
  mainModules?: Record<string, string> | undefined;
}> = object({
  format: oneOf(COVERAGE_FORMAT),
  distributions: array(name),
  serial: whole(),
  built: instant,
  asOf: optional(matching(/^\d{4}-\d\d-\d\d$/, 'a date, YYYY-MM-DD')),
  mainModules: optional(recordOf(name)),
});
type Coverage = Infer<typeof coverageShape>;
const modulesShape: Shape<Record<string, string>> = recordOf(name);
const releasesShape: Shape<Record<string, string[]>> = recordOf(array(string));

/**
 * Imports the files of a set, in whatever order they come. Throws `import-shape` when one of them has no place
 * in it, two have the same id or none is a record, `record-shape` for a record that does not decode; errors
 * name the file.
 */
export function importRecordSet(files: readonly SetFile[]): ImportedRecords {
  const sorted = files.toSorted((a, b) => compareText(a.name, b.name));
  const part = <T>(name: (typeof SET_FILES)[number], shape: Shape<T>): T | undefined => {
    const file = sorted.find((candidate) => candidate.name === name);
    return file === undefined ? undefined : readPart(file, shape);
  };
  const coverage = part('coverage.json', coverageShape);
  const recordFiles = coverage === undefined ? sorted : sorted.filter(isRecordOfSet);
  const flags = new ImportFlags();
  const records = readRecords(recordFiles, flags);
  const modules = coverage === undefined ? {} : part('modules.json', modulesShape);
  const releases = coverage === undefined ? {} : part('releases.json', releasesShape);
  const versions = releasesOf(releases ?? {}, coverage?.mainModules ?? {}, flags);
  return {
    records,
    report: reportOf(records, Object.keys(modules ?? {}).length, versions, flags),
    modules: new Map(Object.entries(modules ?? {})),
    releases: versions,
    ...provenance(coverage),
  };
}

/** Whether the file is a record; the other files of a set are not. */
function isRecordOfSet({ name }: SetFile): boolean {
  if (SET_FILES.some((part) => part === name)) return false;
  if (/^advisories\/[^/]+\.json$/.test(name)) return true;
  throw new AdvisoryError('import-shape', 'has no place in a set of records', { file: name });
}

type Provenance = Pick<ImportedRecords, 'built' | 'source' | 'coverage' | 'serial' | 'asOf'>;

function provenance(coverage: Coverage | undefined): Provenance {
  if (coverage === undefined) return { built: null, source: 'advisory records' };
  const { distributions, serial, built, asOf } = coverage;
  const source = asOf === undefined ? 'advisory records' : `advisory records, as of ${asOf}`;
  const covers = { coverage: { complete: false, distributions }, serial } as const;
  return { built, source, ...covers, ...(asOf === undefined ? {} : { asOf }) };
}

function readPart<T>({ name, bytes }: SetFile, shape: Shape<T>): T {
  try {
    return shape(parseJson(decodeUtf8(bytes), { maxDepth: MAX_DEPTH }));
  } catch (cause) {
    const known = cause instanceof BytesError || cause instanceof JsonError || cause instanceof ShapeError;
    if (!known) throw cause;
    throw new AdvisoryError('import-shape', cause.problem, { ...cause.place, file: name }, { cause });
  }
}

function readRecords(files: readonly SetFile[], flags: ImportFlags): AdvisoryRecord[] {
  const read = files.map(({ name: file, bytes }) => ({ file, record: decodeRecord(bytes, file) }));
  refuseTwice(read.map(({ file, record: { id } }) => ({ file, id })));
  for (const { file, record } of read) flagRanges(record, file, flags);
  const records = read.map(({ record }) => record);
  if (records.length > 0) return records.sort((a, b) => compareText(a.id, b.id));
  throw new AdvisoryError('import-shape', 'a set without a record');
}

function flagRanges({ affected }: AdvisoryRecord, file: string, flags: ImportFlags): void {
  for (const [i, entry] of affected.entries()) {
    for (const member of ['ranges', 'fixed'] as const) {
      for (const [k, range] of entry[member].entries()) {
        const path = `affected[${i}].${member}[${k}]`;
        if (readRange(range) === null) flags.add('range-unreadable', formatPlace({ file, path }), range);
      }
    }
  }
}

function releasesOf(
  lists: Readonly<Record<string, readonly string[]>>,
  mainModules: Readonly<Record<string, string>>,
  flags: ImportFlags,
): Map<string, DistributionReleases> {
  const mainOf = new Map(Object.entries(mainModules));
  return new Map(
    Object.entries(lists).map(([distribution, texts]) => {
      const versions = inVersionOrder([...new Set(texts)]);
      flagReleases(distribution, texts, new Set(versions), flags);
      return [distribution, { mainModule: mainOf.get(distribution) ?? null, versions }];
    }),
  );
}

function flagReleases(
  distribution: string,
  texts: readonly string[],
  readable: ReadonlySet<string>,
  flags: ImportFlags,
): void {
  const seen = new Set<string>();
  for (const text of texts) {
    const at = `releases.json at ${distribution}`;
    if (seen.has(text)) flags.add('release-duplicate', at, text);
    else if (!readable.has(text)) flags.add('release-unreadable', at, text);
    seen.add(text);
  }
}

function reportOf(
  records: readonly AdvisoryRecord[],
  modules: number,
  releases: ReadonlyMap<string, DistributionReleases>,
  flags: ImportFlags,
): ImportedRecords['report'] {
  const entries = records.flatMap(({ affected }) => affected);
  return {
    rows: entries.length,
    entries: entries.length,
    ids: records.length,
    records: records.length,
    distributions: new Set(entries.map(({ distribution }) => distribution)).size,
    modules,
    releases: [...releases.values()].reduce((sum, { versions }) => sum + versions.length, 0),
    perRule: flags.perRule(),
    flags: flags.all,
  };
}
