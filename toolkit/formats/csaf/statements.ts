/** What a CSAF document says of its products (CSAF 2.0, section 3.2.3). */
import { quoteFound } from '../../base/index.ts';
import { FormatError } from '../errors.ts';
import { distinct, type VexStatement, type VexStatus } from '../vex.ts';
import type { Csaf, CsafProductStatus, CsafScope, CsafVulnerability } from './csaf.ts';
import { type CsafProduct, csafProducts } from './products.ts';

/** `recommended` is advice and no status. */
const STATUSES: readonly (readonly [keyof CsafProductStatus, VexStatus])[] = [
  ['first_affected', 'affected'],
  ['known_affected', 'affected'],
  ['last_affected', 'affected'],
  ['known_not_affected', 'not_affected'],
  ['first_fixed', 'fixed'],
  ['fixed', 'fixed'],
  ['under_investigation', 'under_investigation'],
];

/** How many products the groups of one document may stand for, counted at every use. */
const MAX_GROUP_MEMBERS = 5_000_000;

/**
 * A statement for each product of each status of each vulnerability. Throws `reference` for a product that is not
 * defined or has two statuses that contradict each other, `bounds` for groups that grow out of hand.
 */
export function csafStatements(csaf: Csaf): VexStatement[] {
  const products = csafProducts(csaf);
  const groups = new Groups(csaf);
  return (csaf.vulnerabilities ?? []).flatMap((vulnerability, i) =>
    statementsOf(vulnerability, products, groups, `vulnerabilities[${i}]`),
  );
}

function statementsOf(
  vulnerability: CsafVulnerability,
  products: ReadonlyMap<string, CsafProduct>,
  groups: Groups,
  path: string,
): VexStatement[] {
  const ids = distinct([vulnerability.cve, ...(vulnerability.ids?.map(({ text }) => text) ?? [])]);
  const labels = groups.spread(vulnerability.flags ?? [], ({ label }) => label);
  const impacts = vulnerability.threats?.filter(({ category }) => category === 'impact') ?? [];
  const details = groups.spread(
    [...impacts, ...(vulnerability.remediations ?? [])],
    (entry) => entry.details,
  );
  return statusesOf(vulnerability, products, path).map(({ product, status, stated, at }) => ({
    ids,
    status,
    stated,
    justification: labels.get(product.id) ?? null,
    detail: details.get(product.id) ?? null,
    product: product.id,
    purls: product.purls,
    within: product.within,
    versions: product.versions,
    path: at,
  }));
}

interface Status {
  readonly product: CsafProduct;
  readonly status: VexStatus;
  readonly stated: string;
  readonly at: string;
}

/** Also CSAF 2.0, test 6.1.1 (products are defined) and 6.1.6 (their statuses do not contradict). */
function statusesOf(
  { product_status }: CsafVulnerability,
  products: ReadonlyMap<string, CsafProduct>,
  path: string,
): Status[] {
  const found = new Map<string, Status>();
  for (const [stated, status] of STATUSES) {
    product_status?.[stated]?.forEach((id, j) => {
      const at = `${path}.product_status.${stated}[${j}]`;
      const product = products.get(id);
      if (product === undefined) refuse(`no product ${quoteFound(id)} is defined`, at);
      const before = found.get(id);
      if (before === undefined) found.set(id, { product, status, stated, at });
      else if (before.status !== status) refuse(`product ${quoteFound(id)} is also ${before.stated}`, at);
    });
  }
  return [...found.values()];
}

function refuse(problem: string, path: string): never {
  throw new FormatError('reference', problem, { path });
}

/** Product groups, and how often they have been written out. */
class Groups {
  readonly #members = new Map<string, readonly string[]>();
  #spent = 0;

  constructor({ product_tree }: Csaf) {
    for (const { group_id, product_ids } of product_tree?.product_groups ?? []) {
      this.#members.set(group_id, product_ids);
    }
  }

  /** The text of each product that entries are about; the first one counts. */
  spread<T extends CsafScope>(
    entries: readonly T[],
    textOf: (entry: T) => string | undefined,
  ): Map<string, string> {
    const texts = new Map<string, string>();
    for (const entry of entries) {
      const text = textOf(entry);
      if (text === undefined) continue;
      for (const id of this.#productsOf(entry)) if (!texts.has(id)) texts.set(id, text);
    }
    return texts;
  }

  #productsOf({ product_ids = [], group_ids = [] }: CsafScope): readonly string[] {
    if (group_ids.length === 0) return product_ids;
    const members = group_ids.map((id) => this.#members.get(id) ?? []);
    this.#spent += members.reduce((sum, { length }) => sum + length, 0);
    if (this.#spent > MAX_GROUP_MEMBERS) {
      throw new FormatError('bounds', `product groups stand for more than ${MAX_GROUP_MEMBERS} products`);
    }
    return [...product_ids, ...members.flat()];
  }
}
