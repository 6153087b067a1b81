/** Everything that is published: one file and one line each. */
import type { Kind, Product, WholeProduct } from './product.ts';
import { auditIndex, indexedDistribution, indexedRecord } from './products/audit-index.ts';
import { osv } from './products/osv.ts';
import { osvBulk } from './products/osv-bulk.ts';
import { record } from './products/record.ts';

/** By what they are made of; in the order in which they are made. */
export const products: { readonly [K in Kind]: readonly Product<K>[] } = {
  advisory: [record, osv, indexedRecord],
  distribution: [indexedDistribution],
  name: [],
  year: [],
  letter: [],
  author: [],
};

export const wholeProducts: readonly WholeProduct[] = [osvBulk, auditIndex];
