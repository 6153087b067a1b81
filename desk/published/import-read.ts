/** A source as rows, releases and coverage, whatever its kind. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { compareText, formatPlace, PlacedError } from 'cpansec/base';
import { type Imported, importSource, type Source, type SourceKind } from 'cpansec/sources';
import type { SourceCoverage } from './coverage.ts';
import type { Dist } from './dist.ts';
import type { ImportedFrom } from './revision.ts';

export interface SourceRows {
  readonly name: 'own' | ImportedFrom;
  readonly records: readonly AdvisoryRecord[];
  /** Rows that make no record. */
  readonly refused: readonly { readonly row: string; readonly reason: string }[];
  readonly dists: readonly Dist[];
  /** Absent where the source does not say. */
  readonly coverage?: SourceCoverage;
  /** Whether what the source once had and this does not is gone from it. */
  readonly whole: boolean;
}

/** Throws `AdvisoryError` where nothing can be read; a file of many that cannot be read is a refused row. */
export async function readRows(source: Source): Promise<SourceRows> {
  const name = nameOf(source.kind);
  if (name !== 'own' && name !== 'cpansa') return rowsOfFiles(source, name);
  const imported = await importSource(source);
  return {
    name,
    records: imported.records,
    refused: refusedRows(imported),
    dists: distsOf(imported, name),
    ...coverageOf(imported),
    whole: imported.coverage !== undefined,
  };
}

function nameOf(kind: SourceKind): SourceRows['name'] {
  switch (kind) {
    case 'records':
      return 'own';
    case 'cpansa':
    case 'cpansa-yaml':
      return 'cpansa';
    // YAML of cna-tool is what CVE records are made of.
    case 'cna':
      return 'cve';
    default:
      return kind;
  }
}

/** Import rules that mean that a row made no record. */
const REFUSING: ReadonlySet<string> = new Set(['distribution-shape', 'file-unread', 'row-shape']);

function refusedRows({ report }: Imported): SourceRows['refused'] {
  return report.flags
    .filter(({ rule }) => REFUSING.has(rule))
    .map(({ rule, at, found }) => ({ row: at, reason: `${rule}: ${found}` }));
}

type Refused = SourceRows['refused'][number];
type FileOfSource = Source['files'][number];

/** Documents one by one, so that a bad one is refused alone; then those of one record together. */
async function rowsOfFiles(source: Source, name: ImportedFrom): Promise<SourceRows> {
  const groups = new Map<string, FileOfSource[]>();
  const records: AdvisoryRecord[] = [];
  const refused: Refused[] = [];
  for (const file of source.files.toSorted((a, b) => compareText(a.name, b.name))) {
    const found = await recordOf(source, [file]);
    const files = 'reason' in found ? undefined : groups.get(found.id);
    if ('reason' in found) refused.push(found);
    else if (files !== undefined) files.push(file);
    else {
      groups.set(found.id, [file]);
      records.push(found);
    }
  }
  for (const [i, record] of records.entries()) {
    const [first, ...others] = groups.get(record.id) ?? [];
    if (first === undefined || others.length === 0) continue;
    const found = await recordOf(source, [first, ...others]);
    if (!('reason' in found)) records[i] = found;
    else refused.push(...others.map(({ name }) => ({ row: name, reason: found.reason })));
  }
  return { name, records, refused, dists: [], whole: source.files.length > 1 };
}

/** The one record of the files, or why there is none. */
async function recordOf(source: Source, files: readonly FileOfSource[]): Promise<AdvisoryRecord | Refused> {
  const row = files[0]?.name ?? '';
  try {
    const [record] = (await importSource({ ...source, files })).records;
    return record ?? { row, reason: 'names no CPAN distribution' };
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { file: _file, ...place } = cause.place;
    const at = formatPlace(place);
    return { row, reason: at === '' ? cause.problem : `${at}: ${cause.problem}` };
  }
}

function distsOf({ releases, modules }: Imported, source: string): Dist[] {
  const modulesOf = new Map<string, string[]>();
  for (const [module, distribution] of entriesOf(modules)) {
    const list = modulesOf.get(distribution);
    if (list === undefined) modulesOf.set(distribution, [module]);
    else list.push(module);
  }
  const known = new Map(entriesOf(releases));
  return [...new Set([...known.keys(), ...modulesOf.keys()])].sort(compareText).map((distribution) => {
    const found = known.get(distribution);
    const listed = found !== undefined && 'versions' in found ? found : null;
    return {
      distribution,
      mainModule: listed?.mainModule ?? null,
      modules: modulesOf.get(distribution) ?? [],
      releases: (listed?.versions ?? []).map((version) => ({
        version,
        date: listed?.dates?.get(version)?.slice(0, 10) ?? null,
        source,
      })),
    };
  });
}

function entriesOf<T>(
  named: ReadonlyMap<string, T> | Readonly<Record<string, T>> | undefined,
): [string, T][] {
  return named instanceof Map ? [...named] : Object.entries(named ?? {});
}

function coverageOf({ coverage, built, asOf }: Imported): { coverage?: SourceCoverage } {
  if (coverage === undefined) return {};
  const distributions = coverage.complete ? [] : [...coverage.distributions];
  return {
    coverage: { complete: coverage.complete, distributions, asOf: asOf ?? built?.slice(0, 10) ?? null },
  };
}
