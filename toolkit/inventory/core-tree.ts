/** A perl and what comes with it, where its own directories stand. */
import { coreDistribution } from '../cpan/index.ts';
import type { Claims } from './claims.ts';
import type { Collection, Draft } from './collection.ts';
import { coreVersion, groupCore } from './core.ts';
import type { DebianDocuments } from './debian-documents.ts';
import type { DpkgDatabase } from './dpkg.ts';
import type { Distributor } from './inventory.ts';
import type { KnownPerl } from './known-perls.ts';
import { printable } from './reasons.ts';

/** Who packaged a file, where somebody did. */
type DistributorOf = (path: string) => { readonly distributor?: Distributor };

/** Looks files up in dpkg's database. */
export function debianDistributor(dpkg: DpkgDatabase | null, documents: DebianDocuments): DistributorOf {
  return (path) => {
    const owner = dpkg?.owners.get(path);
    return owner === undefined ? {} : { distributor: documents.distributor(owner) };
  };
}

/** The interpreter. */
export function addPerl(collection: Collection, perl: KnownPerl, distributorOf: DistributorOf): Draft {
  return collection.add({
    distribution: 'perl',
    module: null,
    version: perl.version,
    presence: 'core',
    ...distributorOf(perl.file),
    place: { file: printable(perl.file) },
  });
}

/**
 * A component for each distribution that is also released by itself, with the versions that the files have. What
 * is released with perl alone is perl's; a module that no perl is known to have had stands for itself.
 */
export function claimCore(claims: Claims, perl: Draft, distributorOf: DistributorOf): void {
  const { modules } = claims.tree;
  for (const [distribution, group] of groupCore(modules.keys())) {
    const draft =
      distribution === 'perl' ? perl : addCoreDistribution(claims, distribution, group, distributorOf);
    for (const module of group) claims.claim(module, draft);
  }
  for (const [module, path] of modules) {
    const found = coreDistribution(module) === null ? claims.versionOf(module) : null;
    if (found === null || found.version === null) continue;
    claims.add({ distribution: null, module, ...found, presence: 'core', ...distributorOf(path) }, module);
  }
}

function addCoreDistribution(
  claims: Claims,
  distribution: string,
  group: readonly string[],
  distributorOf: DistributorOf,
): Draft {
  const { main } = coreVersion(distribution, group, (module) => claims.versionOf(module).version);
  const path = claims.tree.modules.get(main) ?? '';
  const facts = { distribution, module: null, ...claims.versionOf(main), presence: 'core' } as const;
  return claims.add({ ...facts, ...distributorOf(path) }, main);
}
