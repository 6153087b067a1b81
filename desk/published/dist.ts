import { inVersionOrder } from 'cpansec/advisories';
import {
  array,
  compareText,
  matching,
  nullable,
  object,
  oneOf,
  optional,
  type Shape,
  string,
} from 'cpansec/base';
import { date, decodeFile, encodeFile } from './file.ts';

const DIST_FORMAT = 'cpansec-dist/1';

/** What is known of a distribution's releases. */
export interface Dist {
  distribution: string;
  /** Null where nobody says. */
  mainModule: string | null;
  /** Sorted. */
  modules: string[];
  /** In version order; those whose version does not parse last. No version twice. */
  releases: DistRelease[];
}

export interface DistRelease {
  version: string;
  /** `YYYY-MM-DD`, or null. */
  date: string | null;
  /** Who says so: `own`, `cpansa`, later a mirror. */
  source: string;
  /** PAUSE id. */
  author?: string;
  /** Below `authors/id/`. */
  path?: string;
}

const name: Shape<string> = matching(/^[!-~]{1,200}$/, 'a name of 1 to 200 printable characters');

const release: Shape<DistRelease> = object({
  version: string,
  date: nullable(date),
  source: name,
  author: optional(name),
  path: optional(string),
});

const distShape: Shape<Dist> = object({
  format: oneOf(DIST_FORMAT),
  distribution: name,
  mainModule: nullable(string),
  modules: array(string),
  releases: array(release),
});

/** Throws `shape`. */
export function decodeDist(bytes: Uint8Array, key: string): Dist {
  const { distribution, mainModule, modules, releases } = decodeFile(bytes, key, distShape);
  return { distribution, mainModule, modules, releases };
}

export function encodeDist({ distribution, mainModule, modules, releases }: Dist): Uint8Array {
  const ordered = releases.map(({ version, date, source, author, path }) => ({
    version,
    date,
    source,
    ...(author === undefined ? {} : { author }),
    ...(path === undefined ? {} : { path }),
  }));
  return encodeFile({ format: DIST_FORMAT, distribution, mainModule, modules, releases: ordered });
}

/** What was known with what is found: nothing is lost, what is known stays, what is absent is filled in. */
export function mergeDist(known: Dist | null, found: Dist): Dist {
  const releases = new Map(known?.releases.map((release) => [release.version, release]));
  for (const release of found.releases) {
    const old = releases.get(release.version);
    releases.set(release.version, old === undefined ? release : filledIn(old, release));
  }
  return {
    distribution: found.distribution,
    mainModule: known?.mainModule ?? found.mainModule,
    modules: [...new Set([...(known?.modules ?? []), ...found.modules])].sort(compareText),
    releases: ordered(releases),
  };
}

function filledIn(old: DistRelease, found: DistRelease): DistRelease {
  return { ...found, ...old, date: old.date ?? found.date };
}

/** Those that do not parse last. */
function ordered(releases: ReadonlyMap<string, DistRelease>): DistRelease[] {
  const readable = inVersionOrder([...releases.keys()]);
  const known = new Set(readable);
  const others = [...releases.keys()].filter((version) => !known.has(version)).sort(compareText);
  return [...readable, ...others].flatMap((version) => releases.get(version) ?? []);
}
