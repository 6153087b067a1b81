/** Components of what Debian's packages put into a tree. */
import { compareVersions, isLaxVersion } from '../cpan/index.ts';
import type { Claims } from './claims.ts';
import type { Draft } from './collection.ts';
import type { DebianDocuments } from './debian-documents.ts';
import { carriedBy, mainModule } from './debian-names.ts';
import { upstreamVersion } from './debian-version.ts';
import type { DebianPackage } from './dpkg-status.ts';
import type { ModuleVersion } from './module-versions.ts';

/**
 * One component for each package whose distribution is known, with all its modules. Of another package each
 * module with a version is a component: it may bundle several distributions. Gives the component that stands
 * for each package.
 */
export function claimByPackages(
  claims: Claims,
  owners: ReadonlyMap<string, DebianPackage>,
  documents: DebianDocuments,
): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const [entry, modules] of modulesByPackage(claims, owners)) {
    const draft = addPackage(claims, entry, modules, documents);
    if (draft !== null) drafts.set(entry.name, draft);
  }
  return drafts;
}

function modulesByPackage(
  { tree }: Claims,
  owners: ReadonlyMap<string, DebianPackage>,
): Map<DebianPackage, string[]> {
  const owned = new Map<DebianPackage, string[]>();
  for (const [module, path] of tree.modules) {
    const owner = owners.get(path);
    if (owner === undefined) continue;
    const modules = owned.get(owner);
    if (modules === undefined) owned.set(owner, [module]);
    else modules.push(module);
  }
  return owned;
}

function addPackage(
  claims: Claims,
  entry: DebianPackage,
  modules: readonly string[],
  documents: DebianDocuments,
): Draft | null {
  const carried = carriedBy(entry, () => documents.source(entry));
  const main = mainModule(entry, carried, modules);
  if (main === null) return null;
  const { distribution } = carried;
  const own = claims.versionOf(main);
  const version = distribution === null ? bundledVersion(entry, own) : packagedVersion(entry, own);
  const distributor = documents.distributor(entry);
  const facts = { presence: 'installed', distributor } as const;
  const module = distribution === null ? main : null;
  const draft = claims.add({ distribution, module, ...version, ...facts }, main);
  for (const other of distribution === null ? modules : []) {
    const found = claims.versionOf(other);
    const apart = found.version !== null && !isSame(found.version, version.version);
    if (apart) claims.add({ distribution: null, module: other, ...found, ...facts }, other);
  }
  for (const other of modules) claims.claim(other, draft);
  return draft;
}

/**
 * The version that the package was made from. The main module's own spelling is kept where it is the same
 * version; where they differ the package is right: main modules exist whose version is not the distribution's.
 */
function packagedVersion(entry: DebianPackage, own: ModuleVersion): ModuleVersion {
  const upstream = upstreamVersion(entry.version);
  return isSame(own.version, upstream) || !isLaxVersion(upstream) ? own : { version: upstream };
}

/** The module's own; that of a package named after a module is better than none. */
function bundledVersion(entry: DebianPackage, own: ModuleVersion): ModuleVersion {
  return own.version === null && /^lib.+-perl$/.test(entry.name) ? packagedVersion(entry, own) : own;
}

function isSame(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && isLaxVersion(a) && isLaxVersion(b) && compareVersions(a, b) === 0;
}
