/** From what an inventory names to the distribution that advisories are about. */
import type { AdvisoryIndex } from '../advisories/index.ts';
import { coreDistribution, distInfo } from '../cpan/index.ts';
import type { Component } from '../inventory/index.ts';

/** CPAN's list of packages (02packages.details.txt), as far as an audit needs it. */
export interface PackageList {
  /** Path below `authors/id/` of the archive that has the module, or null. */
  pathOf(module: string): string | null;
  /** Whether any module of the distribution is listed. */
  has(distribution: string): boolean;
}

/**
 * The component's distribution: the one that the input names, else the one that the index, CPAN's list, perl's
 * own list or the custom of naming gives for its module; null when none does. Throws `index-damaged`.
 */
export function distributionOf(
  component: Component,
  index: AdvisoryIndex,
  packages?: PackageList,
): string | null {
  const { distribution, module } = component;
  if (distribution !== null) return distribution;
  if (module === null) return null;
  if (module === 'perl') return 'perl';
  const path = packages?.pathOf(module) ?? null;
  const listed = path === null ? null : distInfo(path).dist;
  return index.distributionOf(module) ?? listed ?? coreDistribution(module) ?? byCustom(module, index);
}

/**
 * `Foo::Bar` is in `Foo-Bar` more often than not. That is enough to find advisories; and it is asked of a
 * complete index only, where finding none means that there are none.
 */
function byCustom(module: string, index: AdvisoryIndex): string | null {
  if (!index.header.coverage.complete) return null;
  const name = module.replaceAll('::', '-');
  return index.distribution(name) === null ? null : name;
}
