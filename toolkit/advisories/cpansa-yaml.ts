/**
 * Reads CPANSA's YAML sources: `cpansa/` (written by hand), `external_reports/` (libraries that distributions
 * embed) and `generated_reports/` (what CPANSA's own tool made of the latter). Where generated reports are given,
 * they are the rows and the library files tell which version of the library each is about; where they are not, the
 * rows are made from the library files. The rules are those of the JSON database.
 */
import { compareText, type Json } from '../base/index.ts';
import type { ImportedAdvisories, ImportReport } from './cpansa.ts';
import { causeOf, type Library, libraryRows, readLibrary } from './cpansa-library.ts';
import { recordsOf } from './cpansa-records.ts';
import { type CpansaRow, isObject, type JsonObject, readRow } from './cpansa-row.ts';
import { ImportFlags } from './import-flags.ts';
import type { AdvisoryRecord, Cause } from './record.ts';
import type { SetFile } from './record-set.ts';
import type { DistributionReleases } from './releases.ts';
import { readYaml } from './yaml-text.ts';

/**
 * Imports the files, in whatever order they come. A file that is no YAML or of another shape is named in the
 * report by `file-unread` and stops nothing.
 */
export function importCpansaYaml(files: readonly SetFile[]): ImportedAdvisories {
  return new YamlImport(files).import();
}

interface Report {
  readonly file: string;
  readonly document: JsonObject;
}

class YamlImport {
  readonly #flags = new ImportFlags();
  readonly #written: Report[] = [];
  readonly #generated: Report[] = [];
  readonly #libraries = new Map<string, Library>();
  readonly #releases = new Map<string, DistributionReleases>();
  readonly #files: readonly SetFile[];
  #rowCount = 0;

  constructor(files: readonly SetFile[]) {
    this.#files = files.toSorted((a, b) => compareText(a.name, b.name));
  }

  import(): ImportedAdvisories {
    for (const file of this.#files) this.#sort(file);
    const rows = [...this.#written, ...this.#generated].flatMap((report) => this.#rows(report));
    if (this.#generated.length === 0) {
      for (const library of this.#libraries.values()) rows.push(...libraryRows(library, this.#flags));
      this.#rowCount = rows.length;
    }
    const records = recordsOf(rows, this.#flags);
    return {
      records,
      report: this.#report(rows, records),
      modules: new Map(),
      releases: this.#releases,
      coverage: { complete: true },
      built: null,
      source: 'CPANSA, YAML sources',
    };
  }

  #report(rows: readonly CpansaRow[], records: readonly AdvisoryRecord[]): ImportReport {
    return {
      rows: this.#rowCount,
      entries: rows.length,
      ids: records.length,
      records: records.length,
      distributions: new Set(rows.map(({ entry }) => entry.distribution)).size,
      modules: 0,
      releases: 0,
      perRule: this.#flags.perRule(),
      flags: this.#flags.all,
    };
  }

  /** By content: a library file lists distributions, a report is of one. */
  #sort({ name: file, bytes }: SetFile): void {
    const document = this.#read(file, bytes);
    if (document === null) return;
    if (document.perl_distributions !== undefined) {
      const fallback = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
      this.#libraries.set(baseName(file), readLibrary(document, file, fallback, this.#flags));
    } else if (typeof document.distribution === 'string' && Array.isArray(document.advisories)) {
      (isObject(document.generated) ? this.#generated : this.#written).push({ file, document });
    } else if (Array.isArray(document.advisories)) {
      this.#flags.add('file-unread', file, 'advisories of no distribution');
    } else {
      this.#flags.add('file-unread', file, Object.keys(document));
    }
  }

  #read(file: string, bytes: Uint8Array): JsonObject | null {
    const found = readYaml(bytes);
    if ('value' in found && isObject(found.value)) return found.value;
    const { problem, line } = 'value' in found ? { problem: 'no mapping' } : found;
    this.#flags.add('file-unread', line === undefined ? file : `${file} line ${line}`, problem);
    return null;
  }

  #rows({ file, document }: Report): CpansaRow[] {
    const { distribution: found, advisories, main_module: mainModule, generated, ...about } = document;
    const distribution = this.#distributionName(String(found), file);
    for (const [member, value] of Object.entries(about)) {
      if (value !== null) this.#flags.add('file-member', `${file} ${member}`, value);
    }
    if (typeof mainModule === 'string') this.#releases.set(distribution, { mainModule, versions: [] });
    const library = this.#libraryOf(generated);
    const list = Array.isArray(advisories) ? advisories : [];
    return list.flatMap((row, i) => this.#row(row, distribution, `${file} advisories[${i}]`, library) ?? []);
  }

  #row(row: Json, distribution: string, at: string, library: Library | null): CpansaRow | null {
    this.#rowCount++;
    if (!isObject(row)) {
      this.#flags.add('row-shape', at, row);
      return null;
    }
    const context = { at, distribution, flags: this.#flags };
    const cause = library === null ? null : this.#causeIn(library, row, distribution, at);
    return readRow(row, cause === null ? context : { ...context, library: cause });
  }

  #distributionName(found: string, file: string): string {
    const name = found.replace(/[^!-~]/g, '_').slice(0, 200) || '_';
    if (name !== found) this.#flags.add('distribution-form', file, found);
    return name;
  }

  #libraryOf(generated: Json | undefined): Library | null {
    if (!isObject(generated) || typeof generated.from !== 'string') return null;
    return this.#libraries.get(baseName(generated.from)) ?? null;
  }

  /** The carrier whose versions are those of the row tells the version of the library. */
  #causeIn(library: Library, row: JsonObject, distribution: string, at: string): Cause {
    const versions = Array.isArray(row.affected_versions) ? row.affected_versions[0] : row.affected_versions;
    const carriers = library.carriers.filter(
      (carrier) => carrier.distribution === distribution && carrier.versions === versions,
    );
    const [first] = carriers;
    const known = new Set(carriers.map(({ libraryVersion }) => libraryVersion));
    if (first !== undefined && known.size === 1) {
      const rule = first.libraryVersion === null ? 'library-unknown-version' : 'cause-from-library';
      this.#flags.add(rule, at, `${library.name} ${first.libraryVersion ?? ''}`);
      return causeOf(library.name, first);
    }
    const rule = known.size > 1 ? 'library-ambiguous' : 'library-unknown-version';
    this.#flags.add(rule, at, `${library.name} in ${String(versions)}`);
    return { kind: 'embedded', library: library.name };
  }
}

function baseName(path: string): string {
  return path.replace(/^.*\//, '');
}
