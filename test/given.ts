/** Small inventories and advisories for tests, written as their facts. */
import type { AdvisoryIndex, AdvisoryRecord, AffectedEntry } from '../toolkit/advisories/index.ts';
import { openIndex } from '../toolkit/advisories/index.ts';
import type { Asked, Component, Inventory } from '../toolkit/inventory/index.ts';

/** `Foo-Bar@1.2` as a locked component; `more` says otherwise. */
export function component(name: string, more: Partial<Component> = {}): Component {
  const [distribution = '', version = null] = name.split('@');
  return {
    key: name,
    distribution,
    module: null,
    version,
    presence: 'locked',
    places: [{ file: 'cpanfile.snapshot', line: 3 }],
    asked: [],
    requires: [],
    ...more,
  };
}

/** A requirement of a cpanfile without a lock file: `Foo::Bar`, `>= 1.0`. */
export function declared(module: string, range: string, more: Partial<Component> = {}): Component {
  return component(module, {
    distribution: null,
    module,
    version: null,
    unversioned: 'not-pinned',
    requirement: range,
    presence: 'declared',
    places: [{ file: 'cpanfile', line: 1 }],
    asked: [asked(module, range)],
    editable: true,
    ...more,
  });
}

export function asked(module: string, range = '0', more: Partial<Asked> = {}): Asked {
  return {
    module,
    range,
    phase: 'runtime',
    relationship: 'requires',
    place: { file: 'cpanfile', line: 1 },
    ...more,
  };
}

export function inventory(components: readonly Component[], more: Partial<Inventory> = {}): Inventory {
  return { subject: '.', inputs: [], perl: null, components, unexamined: [], ...more };
}

/** A record for `CPANSA-DBI-2020-01`, say; each entry affects the distribution of the id unless it says otherwise. */
export function record(
  id: string,
  entries: readonly Partial<AffectedEntry>[],
  more: Partial<AdvisoryRecord> = {},
): AdvisoryRecord {
  const distribution = /^CPANSA-(.+)-\d{4}-/.exec(id)?.[1] ?? id;
  return {
    format: 'cpansec-advisory/1',
    id,
    aliases: [],
    reported: '2020-01-01',
    summary: `something is wrong in ${distribution}`,
    affected: entries.map((entry) => ({
      distribution,
      ranges: [],
      fixed: [],
      cause: { kind: 'own' },
      ...entry,
    })),
    references: [],
    history: [],
    ...more,
  };
}

interface IndexFacts {
  /** Released versions by distribution. */
  readonly releases?: Readonly<Record<string, readonly string[]>>;
  /** Distribution by module, for modules that are not the main one. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Where it is not the one that the distribution is named after. */
  readonly mainModules?: Readonly<Record<string, string>>;
  /** Distributions that a partial index covers; the index is complete when absent. */
  readonly covers?: readonly string[];
}

/** An index over the records; the main module of `Foo-Bar` is `Foo::Bar` unless it says otherwise. */
export function index(records: readonly AdvisoryRecord[], facts: IndexFacts = {}): AdvisoryIndex {
  const names = new Set(records.flatMap(({ affected }) => affected.map(({ distribution }) => distribution)));
  const mains = new Map(
    [...names].map((name) => [name, facts.mainModules?.[name] ?? name.replaceAll('-', '::')]),
  );
  return openIndex({
    records,
    modules: { ...Object.fromEntries([...mains].map(([name, main]) => [main, name])), ...facts.modules },
    releases: Object.fromEntries(
      [...mains].map(([name, mainModule]) => [name, { mainModule, versions: facts.releases?.[name] ?? [] }]),
    ),
    serial: 7,
    built: '2026-11-01T00:00:00Z',
    coverage:
      facts.covers === undefined ? { complete: true } : { complete: false, distributions: facts.covers },
  });
}
