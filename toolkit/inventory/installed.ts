/**
 * Installed trees: what stands in the directories that perl searches, whose it is, and in which version. No
 * perl is run; what is there is read as text.
 *
 * Each module belongs to at most one component. Of what says whose it is, the first counts:
 *
 * 1. core perl's own directories: every module with a version is a component, judged with that perl;
 * 2. dpkg's database, for files that a Debian package owns;
 * 3. `.meta/NAME-VERSION/install.json` whose version the file still has;
 * 4. `.packlist`, which names a module and the files installed with it;
 * 5. nothing: a module with a version, or with none but no parent, stands for itself.
 */

import { Claims } from './claims.ts';
import { Collection, type Draft } from './collection.ts';
import { addPerl, claimCore, debianDistributor } from './core-tree.ts';
import { DebianDocuments } from './debian-documents.ts';
import { claimByPackages } from './debian-packages.ts';
import { type DpkgDatabase, readDpkg } from './dpkg.ts';
import { type GivenPlaces, givenPerl } from './given-places.ts';
import type { Inventory, Unexamined } from './inventory.ts';
import { type KnownPerl, knownPerls } from './known-perls.ts';
import { linkPackages, linkRecords } from './links.ts';
import { ModuleVersions } from './module-versions.ts';
import type { Files, Gunzip } from './ops.ts';
import { claimByPacklists } from './packlists.ts';
import { findPerls, type PerlPlan, type PerlsFound } from './perl-places.ts';
import { printable } from './reasons.ts';
import { claimByRecords } from './records.ts';
import { claimRest } from './rest.ts';
import { type Tree, walkTrees } from './trees.ts';

export interface InstalledOptions {
  /** How the inventory is titled. */
  readonly subject?: string;
  /** Without it compressed changelogs are as good as absent. */
  readonly gunzip?: Gunzip;
}

/** The trees of the directories that the user names. Throws `not-found` when none of them is there. */
export function inventoryTree(places: GivenPlaces, files: Files, options: InstalledOptions = {}): Inventory {
  const collection = new Collection();
  takeTrees(collection, files, givenPerl(files, places), options.gunzip);
  return collection.finish(options.subject ?? places.inc.join(':'));
}

/**
 * Every perl of the machine, or of the image that `files` is rooted in, at the places where perls stand. Below
 * `homes` (absolute; `/home/*` for all of them) perlbrew, plenv and their kin and `local::lib` are looked for.
 */
export function inventoryMachine(
  files: Files,
  options: InstalledOptions & { readonly homes?: readonly string[] } = {},
): Inventory {
  const collection = new Collection();
  takeTrees(collection, files, findPerls(files, options.homes ?? []), options.gunzip);
  return collection.finish(options.subject ?? '/');
}

/** Adds one library, beside a project; gives what provides each module in it. */
export function addLocalLibrary(collection: Collection, path: string, files: Files): Map<string, Draft> {
  return takeTrees(collection, files, givenPerl(files, { inc: [path] }));
}

/** What the trees of one system share. */
interface System {
  readonly files: Files;
  readonly dpkg: DpkgDatabase | null;
  readonly documents: DebianDocuments;
  readonly perls: ReadonlyMap<PerlPlan, KnownPerl>;
  /** Components of install records, by the record's directory, and of Debian packages, by name. */
  readonly records: Map<string, Draft>;
  readonly packages: Map<string, Draft>;
  readonly unexamined: Unexamined[];
}

function takeTrees(
  collection: Collection,
  files: Files,
  found: PerlsFound,
  gunzip?: Gunzip,
): Map<string, Draft> {
  const walked = walkTrees(files, found.perls);
  const versions = new ModuleVersions(files);
  const system = openSystem(files, walked.trees, gunzip);
  const interpreters = addPerls(collection, system);
  const claimed = walked.trees.map((tree) =>
    claimTree(new Claims(tree, collection, versions), system, interpreters),
  );
  const providers = joinTrees(claimed);
  linkRecords(system.records, providers, files, system.unexamined);
  linkPackages(system.packages, system.dpkg?.packages ?? []);
  noteInputs(collection, walked.trees, system.dpkg);
  for (const part of [found, walked, system.dpkg, system.documents, versions, system]) {
    collection.unexamined.push(...(part?.unexamined ?? []));
  }
  return providers;
}

function openSystem(files: Files, trees: readonly Tree[], gunzip: Gunzip | undefined): System {
  const unexamined: Unexamined[] = [];
  const dpkg = trees.some(({ path }) => path.startsWith('/usr/')) ? readDpkg(files) : null;
  return {
    files,
    dpkg,
    documents: new DebianDocuments(files, dpkg?.packages ?? [], gunzip),
    perls: knownPerls(trees, files, unexamined),
    records: new Map(),
    packages: new Map(),
    unexamined,
  };
}

function claimTree(claims: Claims, system: System, interpreters: ReadonlyMap<PerlPlan, Draft>): Claims {
  const { files, dpkg, documents, unexamined } = system;
  const interpreter = interpreters.get(claims.tree.perl);
  if (claims.tree.kind === 'core' && interpreter !== undefined) {
    claimCore(claims, interpreter, debianDistributor(dpkg, documents));
    return claims;
  }
  const packages = dpkg === null ? [] : claimByPackages(claims, dpkg.owners, documents);
  for (const [name, draft] of packages) system.packages.set(name, draft);
  const records = claimByRecords(claims, files, unexamined);
  for (const [directory, draft] of records) system.records.set(directory, draft);
  claimByPacklists(claims, files, unexamined);
  claimRest(claims);
  return claims;
}

/** Each perl is a component; the inventory is of one perl only where there is no other. */
function addPerls(collection: Collection, { perls, dpkg, documents }: System): Map<PerlPlan, Draft> {
  const [only, ...others] = new Map([...perls.values()].map((perl) => [perl.version, perl])).values();
  if (only !== undefined && others.length === 0) {
    collection.perl = { version: only.version.replace(/^(?=5\.\d+\.)/, 'v'), place: { file: only.file } };
  }
  const distributorOf = debianDistributor(dpkg, documents);
  return new Map([...perls].map(([plan, perl]) => [plan, addPerl(collection, perl, distributorOf)]));
}

/** What perl loads for each module, over all trees; what it passes over is shadowed by that. */
function joinTrees(claimed: readonly Claims[]): Map<string, Draft> {
  const providers = new Map<string, Draft>();
  const loaded = new Map<PerlPlan, Map<string, string>>();
  for (const claims of claimed) {
    const { perl, modules } = claims.tree;
    const first = loaded.get(perl) ?? new Map<string, string>();
    loaded.set(perl, first);
    for (const [draft, main] of claims.mains) {
      const other = first.get(main);
      if (other !== undefined) draft.shadowedBy = printable(other);
    }
    for (const [module, path] of modules) {
      if (!first.has(module)) first.set(module, path);
      const owner = claims.owner(module);
      if (owner !== undefined && !providers.has(module)) providers.set(module, owner);
    }
  }
  return providers;
}

function noteInputs(collection: Collection, trees: readonly Tree[], dpkg: DpkgDatabase | null): void {
  for (const { path } of trees) collection.inputs.push({ kind: 'installed-tree', path: printable(path) });
  if (dpkg !== null) collection.inputs.push({ kind: 'dpkg', path: dpkg.path });
}
