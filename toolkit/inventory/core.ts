/** What core perl brings along, by the distributions that its modules are also released in. */
import type { Place } from '../base/index.ts';
import {
  compareVersions,
  coreDistribution,
  coreModules,
  isLaxVersion,
  type Requirement,
} from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';
import type { PerlFound } from './inventory.ts';

export interface Core {
  /** What core perl has for the module, when its perl is known and the version is in the range; else null. */
  supply(module: string, range: Requirement | null): Draft | null;
  /** Whether core perl may have it all the same: what the perl brings is not known, and some perl had it. */
  maySupply(module: string): boolean;
}

/** Some perl, nobody says which. */
export function anyCore(): Core {
  return { supply: () => null, maySupply: (module) => coreDistribution(module) !== null };
}

/**
 * Adds the perl, and its core distributions but for those that something else provides. Of a perl that the list
 * of core modules does not know only itself is added.
 */
export function addCore(
  collection: Collection,
  perl: PerlFound,
  providers: ReadonlyMap<string, Draft>,
): Core {
  const { version, place } = perl;
  collection.perl = perl;
  const interpreter: Draft = collection.add({
    distribution: 'perl',
    module: null,
    version,
    presence: 'core',
    place,
  });
  const modules = coreModules(version);
  if (modules === null) return anyCore();
  const drafts = addCoreDistributions(collection, modules, place, providers).set('perl', interpreter);
  const supply = (module: string, range: Requirement | null): Draft | null => {
    const has = modules.get(module);
    if (has === undefined || !isWithin(has, range)) return null;
    return drafts.get(coreDistribution(module) ?? '') ?? null;
  };
  return { supply, maySupply: () => false };
}

function addCoreDistributions(
  collection: Collection,
  modules: ReadonlyMap<string, string>,
  place: Place,
  providers: ReadonlyMap<string, Draft>,
): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const [distribution, group] of groupCore(modules.keys())) {
    if (distribution === 'perl' || group.some((module) => providers.has(module))) continue;
    const { version } = coreVersion(distribution, group, (module) => modules.get(module) || null);
    const unversioned = version === null ? { unversioned: 'absent' as const } : {};
    const facts = { distribution, module: null, version, ...unversioned, presence: 'core', place } as const;
    drafts.set(distribution, collection.add(facts));
  }
  return drafts;
}

/** A module that states no version satisfies what asks for none. */
function isWithin(version: string, range: Requirement | null): boolean {
  return range === null || range.accepts(isLaxVersion(version) ? version : '0');
}

/** Modules by their distribution, `perl` for what is released with perl alone; modules that no perl had are left out. */
export function groupCore(modules: Iterable<string>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const module of modules) {
    const distribution = coreDistribution(module);
    if (distribution === null) continue;
    const group = groups.get(distribution);
    if (group === undefined) groups.set(distribution, [module]);
    else group.push(module);
  }
  return groups;
}

/** A distribution's version by its modules: that of the one it is named after, else the highest. */
export function coreVersion(
  distribution: string,
  modules: readonly string[],
  versionOf: (module: string) => string | null,
): { readonly main: string; readonly version: string | null } {
  const named = distribution.replaceAll('-', '::');
  if (modules.includes(named)) return { main: named, version: versionOf(named) };
  let best: { main: string; version: string | null } = { main: modules[0] ?? named, version: null };
  for (const main of modules) {
    const version = versionOf(main);
    if (version === null || !isLaxVersion(version)) continue;
    if (best.version === null || compareVersions(version, best.version) > 0) best = { main, version };
  }
  return best;
}
