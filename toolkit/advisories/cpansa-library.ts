/**
 * CPANSA's files about libraries that distributions embed (`external_reports/`): advisories of the library, and
 * which distribution carries which version of it in which of its releases. Each pair of an affected library
 * version and an advisory is a row.
 */

import type { Json } from '../base/index.ts';
import { affects } from './affects.ts';
import { translateRange } from './cpansa-range.ts';
import { type CpansaRow, isObject, type JsonObject, readRow } from './cpansa-row.ts';
import type { ImportFlags } from './import-flags.ts';
import { oddRanges } from './odd-ranges.ts';
import { tryVersion } from './range.ts';
import type { Cause } from './record.ts';

/** What a library file says of one distribution: which of its versions carry which version of the library. */
export interface Carrier {
  readonly distribution: string;
  readonly versions: string;
  /** Null where the source does not know. */
  readonly libraryVersion: string | null;
  readonly at: string;
}

export interface Library {
  readonly name: string;
  readonly carriers: readonly Carrier[];
  readonly advisories: readonly { readonly row: JsonObject; readonly at: string }[];
}

/** Reads a library file. `file` is its name in flags; `fallback` the library's name where the file has none. */
export function readLibrary(
  document: JsonObject,
  file: string,
  fallback: string,
  flags: ImportFlags,
): Library {
  const name =
    typeof document.name === 'string' && /^[!-~]{1,100}$/.test(document.name) ? document.name : fallback;
  const carriers = objects(document.perl_distributions, `${file} perl_distributions`, flags).flatMap(
    ({ value, at }) => readCarriers(value, at, flags),
  );
  const advisories = objects(document.advisories, `${file} advisories`, flags).map(({ value, at }) => ({
    row: value,
    at,
  }));
  for (const member of Object.keys(document)) {
    if (!KNOWN.has(member)) flags.add('file-member', `${file} ${member}`, document[member]);
  }
  return { name, carriers, advisories };
}

const KNOWN: ReadonlySet<string> = new Set(['name', 'perl_distributions', 'advisories']);

function readCarriers(distribution: JsonObject, at: string, flags: ImportFlags): Carrier[] {
  const { name, affected } = distribution;
  if (typeof name !== 'string' || !/^[!-~]{1,200}$/.test(name)) {
    flags.add('library-shape', `${at}.name`, name);
    return [];
  }
  return objects(affected, `${at}.affected`, flags).flatMap(({ value, at: place }) => {
    const versions = versionsOf(value, place, flags);
    if (versions === null) return [];
    const found = value.distributed_library_version;
    const libraryVersion = typeof found === 'string' && found !== '' ? found : null;
    return [{ distribution: name, versions, libraryVersion, at: place }];
  });
}

function versionsOf(row: JsonObject, at: string, flags: ImportFlags): string | null {
  for (const mark of ['ignore', 'does_not_distribute']) {
    if (row[mark] === undefined || row[mark] === null) continue;
    flags.add('library-ignored', `${at}.${mark}`, row);
    return null;
  }
  const { perl_module_versions: right, perl_module_version: misspelt } = row;
  if (typeof right === 'string') return right;
  if (typeof misspelt === 'string') {
    flags.add('member-misspelt', `${at}.perl_module_version`, misspelt);
    return misspelt;
  }
  flags.add('library-shape', at, row);
  return null;
}

/** The rows that a library's advisories make for the distributions that carry it. */
export function libraryRows(library: Library, flags: ImportFlags): CpansaRow[] {
  return library.advisories.flatMap(({ row, at }) => {
    if (row.ignore !== undefined && row.ignore !== null) {
      flags.add('library-ignored', `${at}.ignore`, row.cve);
      return [];
    }
    return library.carriers.flatMap((carrier) => rowOf(library.name, carrier, row, at, flags) ?? []);
  });
}

function rowOf(
  library: string,
  carrier: Carrier,
  advisory: JsonObject,
  at: string,
  flags: ImportFlags,
): CpansaRow | null {
  const carried = carries(advisory, carrier.libraryVersion);
  if (carried === 'unaffected') return null;
  const { affected_versions: _, fixed_versions: __, cve, id: ___, ...rest } = advisory;
  const { distribution, versions } = carrier;
  const number = typeof cve === 'string' ? cve.replace(/^CVE-/, '') : at.replace(/[^A-Za-z0-9]+/g, '-');
  const row: JsonObject = {
    ...rest,
    id: `CPANSA-${distribution}-${number}-${library}`,
    cves: typeof cve === 'string' ? [cve] : (cve ?? []),
    affected_versions: [versions],
  };
  const read = readRow(row, {
    at: `${at} for ${carrier.at}`,
    distribution,
    flags,
    library: causeOf(library, carrier),
  });
  if (carried !== 'affected') {
    read.flags.push(flags.add(carried, `${at} for ${carrier.at}`, carrier.libraryVersion));
  }
  return read;
}

export function causeOf(library: string, { libraryVersion }: Carrier): Cause {
  return { kind: 'embedded', library, ...(libraryVersion === null ? {} : { libraryVersion }) };
}

type Carried = 'affected' | 'unaffected' | 'library-undecided' | 'library-all-versions';

/** Whether the advisory affects this version of the library. Libraries number by dots, so `1.10` is above `1.9`. */
function carries(advisory: JsonObject, version: string | null): Carried {
  const ranges = dottedRanges(advisory.affected_versions);
  if (ranges.length === 0) return 'library-all-versions';
  const asked = version === null ? null : tryVersion(dotted(version));
  if (asked === null) return 'library-undecided';
  if (affects({ ranges, fixed: [] }, asked) === false) return 'unaffected';
  const entry = { ranges, fixed: dottedRanges(advisory.fixed_versions) };
  // A fix of everything is a mistake of the source.
  const mistaken = oddRanges(entry).some(({ rule }) => rule === 'fixed-covers-affected');
  const affected = mistaken ? null : affects(entry, asked);
  return affected === null ? 'library-undecided' : affected ? 'affected' : 'unaffected';
}

function dottedRanges(found: Json | undefined): string[] {
  const list = Array.isArray(found) ? found : [found];
  return list
    .filter((item) => typeof item === 'string' && item !== '')
    .map((item) => translateRange(String(item)).text.replace(/(^|,)([<>=!]+)v?/g, '$1$2v'));
}

function dotted(version: string): string {
  return version.startsWith('v') ? version : `v${version}`;
}

function objects(
  list: Json | undefined,
  at: string,
  flags: ImportFlags,
): { value: JsonObject; at: string }[] {
  if (list === undefined || list === null) return [];
  const items = Array.isArray(list) ? list : [list];
  return items.flatMap((value, i) => {
    if (isObject(value)) return [{ value, at: `${at}[${i}]` }];
    flags.add('library-shape', `${at}[${i}]`, value);
    return [];
  });
}
