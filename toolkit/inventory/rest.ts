/** Modules of a tree that no installer left a record of. */
import type { Claims } from './claims.ts';

/**
 * A component for each module that bears a version, and for each that may be the main one of something: it has
 * none, and nothing that it could be a part of stands beside it.
 */
export function claimRest(claims: Claims): void {
  for (const module of claims.unclaimed()) {
    const found = claims.versionOf(module);
    if (found.version !== null || !hasParent(module, claims.tree.modules)) {
      claims.add({ distribution: null, module, ...found, presence: 'installed' }, module);
    }
  }
}

function hasParent(module: string, modules: ReadonlyMap<string, string>): boolean {
  for (let end = module.lastIndexOf('::'); end > 0; end = module.lastIndexOf('::', end - 1)) {
    if (modules.has(module.slice(0, end))) return true;
  }
  return false;
}
