/** The product tree of a record: vendor, distribution, versions or ranges of them. CSAF 2.0, section 3.1.2. */
import { type CsafBranch, type CsafProductTree, cpanPurl } from '../formats/index.ts';

import { within } from './intervals.ts';
import { tryVersion } from './range.ts';
import type { AskReleases } from './releases.ts';
import { spelling } from './spelling.ts';
import { onlyVersion, versRange } from './vers-range.ts';
import { PRODUCT_SETS, type Product, type ProductSet, type Vulnerability } from './vulnerabilities.ts';

/** A leaf of the tree, and the set of its distribution's versions that it stands for. */
export interface CsafLeaf {
  readonly distribution: string;
  readonly set: ProductSet;
  readonly branch: CsafBranch & { readonly product: { readonly product_id: string } };
}

/** Whether the leaves of a distribution are ranges of versions, or its releases one by one where they are known. */
export type CsafLeaves = 'ranges' | 'releases';

export function leavesOf({ products }: Vulnerability, kind: CsafLeaves, releases: AskReleases): CsafLeaf[] {
  return products.flatMap((product) => {
    const known = releases(product.distribution);
    return known === null || kind === 'ranges'
      ? rangeLeaves(product, spelling(known ?? []))
      : releaseLeaves(product, known);
  });
}

function rangeLeaves(product: Product, spelled: (version: string) => string): CsafLeaf[] {
  return PRODUCT_SETS.flatMap((set) => {
    const list = product[set];
    const range = versRange(list);
    if (range === null) return [];
    const version = onlyVersion(list);
    if (version === null) return [rangeLeaf(product, set, range)];
    return [versionLeaf(product, set, spelled(version))];
  });
}

function releaseLeaves(product: Product, versions: readonly string[]): CsafLeaf[] {
  return versions.flatMap((text) => {
    const version = tryVersion(text);
    if (version === null) return [];
    const set = PRODUCT_SETS.find((name) => within(product[name], version));
    return set === undefined ? [] : [versionLeaf(product, set, text)];
  });
}

function versionLeaf({ distribution }: Product, set: ProductSet, version: string): CsafLeaf {
  return leaf(distribution, set, 'product_version', version, cpanPurl(distribution, version));
}

/** Section 3.1.2.3.2 has a word of its own for all versions. The package URL of a range has no version. */
function rangeLeaf({ distribution }: Product, set: ProductSet, range: string): CsafLeaf {
  const name = range === 'vers:cpan/*' ? 'vers:all/*' : range;
  return leaf(distribution, set, 'product_version_range', name, cpanPurl(distribution));
}

function leaf(
  distribution: string,
  set: ProductSet,
  category: 'product_version' | 'product_version_range',
  name: string,
  purl: string,
): CsafLeaf {
  const product = {
    product_id: `${distribution}@${name}`,
    name: `${distribution} ${name}`,
    product_identification_helper: { purl },
  };
  return { distribution, set, branch: { category, name, product } };
}

/** The tree of all leaves, each product once; null without any. `vendorOf` names who makes a distribution. */
export function productTree(
  leaves: readonly CsafLeaf[],
  vendorOf: (distribution: string) => string,
): CsafProductTree | null {
  if (leaves.length === 0) return null;
  const vendors = new Map<string, Map<string, Map<string, CsafBranch>>>();
  for (const { distribution, branch } of leaves) {
    const names = entry(vendors, vendorOf(distribution), () => new Map());
    entry(names, distribution, () => new Map()).set(branch.product.product_id, branch);
  }
  const branches = [...vendors].map(([name, names]) => ({
    category: 'vendor',
    name,
    branches: [...names].map(([product, versions]) => ({
      category: 'product_name',
      name: product,
      branches: [...versions.values()],
    })),
  }));
  return { branches };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Ids of the leaves of a set. */
export function idsOf(leaves: readonly CsafLeaf[], set: ProductSet): string[] {
  return leaves.filter((one) => one.set === set).map(({ branch }) => branch.product.product_id);
}
