/** The products of a CSAF document, found by their ids (CSAF 2.0, section 3.2.2). */
import { quoteFound } from '../../base/index.ts';
import { FormatError } from '../errors.ts';
import { distinct, type VexVersions } from '../vex.ts';
import type { Csaf, CsafBranch, CsafFullProductName, CsafRelationship } from './csaf.ts';

export interface CsafProduct {
  readonly id: string;
  readonly name: string;
  /** Its own package URLs; of a relationship without, those of the part. */
  readonly purls: readonly string[];
  /** Package URLs of the whole, for a part of one. */
  readonly within: readonly string[];
  /** What its branches say of versions. */
  readonly versions: readonly VexVersions[];
  /** Where it is defined. */
  readonly path: string;
}

interface Definition {
  readonly product: CsafFullProductName;
  readonly path: string;
  readonly versions: readonly VexVersions[];
  readonly relationship?: CsafRelationship;
}

/** Every product by its id, in the document's order. Throws `reference` for an id given twice, to nothing or to itself. */
export function csafProducts({ product_tree: tree }: Csaf): Map<string, CsafProduct> {
  const definitions = new Map<string, Definition>();
  const define = (definition: Definition): void => {
    const { product_id } = definition.product;
    if (definitions.has(product_id)) {
      const path = `${definition.path}.product_id`;
      throw new FormatError('reference', `product ${quoteFound(product_id)} is defined twice`, { path });
    }
    definitions.set(product_id, definition);
  };
  walkBranches(tree?.branches ?? [], define);
  tree?.full_product_names?.forEach((product, i) => {
    define({ product, path: `product_tree.full_product_names[${i}]`, versions: [] });
  });
  tree?.relationships?.forEach((relationship, i) => {
    const path = `product_tree.relationships[${i}].full_product_name`;
    define({ product: relationship.full_product_name, path, versions: [], relationship });
  });
  return new Map([...definitions].map(([id, definition]) => [id, resolve(id, definition, definitions)]));
}

interface Step {
  readonly branch: CsafBranch;
  readonly path: string;
  readonly versions: readonly VexVersions[];
}

/** With a stack of its own, first branches first. */
function walkBranches(branches: readonly CsafBranch[], define: (definition: Definition) => void): void {
  const stack: Step[] = [];
  pushBranches(stack, branches, 'product_tree', []);
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { branch, path } = step;
    const versions = versionsOf(branch) ?? step.versions;
    if (branch.product !== undefined) define({ product: branch.product, path: `${path}.product`, versions });
    pushBranches(stack, branch.branches ?? [], path, versions);
  }
}

function pushBranches(
  stack: Step[],
  branches: readonly CsafBranch[],
  path: string,
  versions: readonly VexVersions[],
): void {
  const steps = branches.map((branch, i) => ({ branch, path: `${path}.branches[${i}]`, versions }));
  for (const step of steps.reverse()) stack.push(step);
}

function versionsOf({ category, name }: CsafBranch): VexVersions[] | null {
  if (category === 'product_version') return [{ version: name }];
  return category === 'product_version_range' ? [{ range: name }] : null;
}

function resolve(id: string, definition: Definition, all: ReadonlyMap<string, Definition>): CsafProduct {
  const { product, path, relationship } = definition;
  const part = identified(id, definition, all);
  const whole = relationship?.relates_to_product_reference;
  const within = whole === undefined ? [] : purlsOf(identified(whole, lookUp(whole, path, all), all));
  return { id, name: product.name, purls: purlsOf(part), within, versions: part.versions, path };
}

/** The definition itself, or of the part that a relationship without package URLs is about. */
function identified(id: string, definition: Definition, all: ReadonlyMap<string, Definition>): Definition {
  const seen = new Set([id]);
  let found = definition;
  while (found.relationship !== undefined && purlsOf(found).length === 0) {
    const part = found.relationship.product_reference;
    if (seen.has(part)) {
      throw new FormatError('reference', `product ${quoteFound(part)} is a part of itself`, {
        path: found.path,
      });
    }
    seen.add(part);
    found = lookUp(part, found.path, all);
  }
  return found;
}

function lookUp(id: string, path: string, all: ReadonlyMap<string, Definition>): Definition {
  const found = all.get(id);
  if (found === undefined)
    throw new FormatError('reference', `no product ${quoteFound(id)} is defined`, { path });
  return found;
}

function purlsOf({ product: { product_identification_helper: helper } }: Definition): string[] {
  return distinct([helper?.purl, ...(helper?.purls ?? [])]);
}
