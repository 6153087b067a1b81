/** Writes an audit index from records; `index-format.ts` specifies it. The same input gives the same bytes. */

import { recordsByDistribution } from './by-distribution.ts';
import { joinIndex } from './join-index.ts';
import { type PreparedDistribution, prepareDistribution, prepareRecord } from './prepare.ts';
import type { AdvisoryRecord } from './record.ts';
import type { DistributionReleases } from './releases.ts';

type Named<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>>;

/** What an index is built from; what `importCpansa` gives fits. */
export interface IndexInput {
  readonly records: readonly AdvisoryRecord[];
  /** Module to distribution. */
  readonly modules?: Named<string>;
  /** Releases by distribution: with the main module, or the versions alone. */
  readonly releases?: Named<DistributionReleases | readonly string[]>;
  /** Default 0. */
  readonly serial?: number;
  /** RFC 3339 UTC to the second; default the epoch. */
  readonly built?: string | null;
  /** Default: partial, covering the distributions that the records name. */
  readonly coverage?:
    | { readonly complete: true }
    | { readonly complete: false; readonly distributions: readonly string[] };
  /** What it is built from, in words. */
  readonly source?: string;
}

/** The bytes of the index. Throws `index-input` for an id twice, a name too long or a bad instant. */
export function buildIndex(input: IndexInput): Uint8Array {
  const distributions = distributionsOf(input);
  return joinIndex({
    records: input.records.map(prepareRecord),
    distributions,
    modules: modulesOf(distributions, input),
    covered: coveredNames(input),
    serial: input.serial ?? 0,
    built: input.built ?? '1970-01-01T00:00:00Z',
    source: input.source ?? 'advisory records',
  });
}

/** Null when the index is complete. */
function coveredNames({ records, coverage }: IndexInput): string[] | null {
  if (coverage?.complete === true) return null;
  const names =
    coverage?.distributions ?? records.flatMap(({ affected }) => affected.map((one) => one.distribution));
  return [...new Set(names)];
}

/** The modules given, and the main modules of distributions whose modules nobody gave. */
function modulesOf(distributions: readonly PreparedDistribution[], input: IndexInput): Map<string, string> {
  const mains = distributions.flatMap(({ name, mainModule }): [string, string][] =>
    mainModule === null ? [] : [[mainModule, name]],
  );
  return new Map([...mains, ...members(input.modules)]);
}

function members<T>(named: Named<T> | undefined): [string, T][] {
  return named instanceof Map ? [...named] : Object.entries(named ?? {});
}

function distributionsOf(input: IndexInput): PreparedDistribution[] {
  const releases = new Map(members(input.releases));
  const modules = new Map(members(input.modules));
  return [...recordsByDistribution(input.records)].flatMap(([name, records]) => {
    const has = (module: string): boolean => modules.get(module) === name;
    return prepareDistribution({ name, records, releases: releases.get(name), has }) ?? [];
  });
}
