/** What a record says of products downstream, for a CSAF document. */
import type {
  CsafAdvisoryVulnerability,
  CsafFullProductName,
  CsafProductStatus,
  CsafRemediation,
} from '../formats/index.ts';
import { listMember } from './cve-write.ts';
import { actionOf, purlOf } from './openvex-products.ts';
import type { AdvisoryRecord, ProductStatement } from './record.ts';

type Said = Pick<CsafAdvisoryVulnerability, 'product_status' | 'flags' | 'remediations' | 'threats'>;

interface Downstream {
  readonly id: string;
  readonly product: ProductStatement;
}

/** A record that does not hold says nothing of them. */
function downstreamOf({ products = [], withdrawn }: AdvisoryRecord): Downstream[] {
  return withdrawn === undefined
    ? products.map((product, i) => ({ id: `downstream-${i + 1}`, product }))
    : [];
}

export function downstreamNames(record: AdvisoryRecord): CsafFullProductName[] {
  return downstreamOf(record).map(({ id: product_id, product }) => {
    const purl = purlOf(product);
    return {
      product_id,
      name: [product.name, product.version].filter((text) => text !== undefined).join(' '),
      ...(purl === null ? {} : { product_identification_helper: { purl } }),
    };
  });
}

const STATUSES: Readonly<Record<ProductStatement['status'], keyof CsafProductStatus>> = {
  affected: 'known_affected',
  not_affected: 'known_not_affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
};

/** The statements about distributions, and with them those about products downstream. */
export function withDownstream<T extends Said>(said: T, record: AdvisoryRecord): T {
  const all = downstreamOf(record);
  if (all.length === 0) return said;
  const product_status = { ...said.product_status };
  for (const { id, product } of all) {
    const status = STATUSES[product.status];
    product_status[status] = [...(product_status[status] ?? []), id];
  }
  return {
    ...said,
    product_status,
    ...listMember('flags', [...(said.flags ?? []), ...all.flatMap(flagOf)]),
    ...listMember('remediations', [...(said.remediations ?? []), ...all.flatMap(remediationOf)]),
    ...listMember('threats', [...(said.threats ?? []), ...all.flatMap(threatOf)]),
  };
}

function flagOf({ id, product: { justification } }: Downstream): { label: string; product_ids: string[] }[] {
  return justification === undefined ? [] : [{ label: justification, product_ids: [id] }];
}

function remediationOf({ id, product }: Downstream): CsafRemediation[] {
  if (product.status !== 'affected') return [];
  const category = product.noFixPlanned === true ? 'no_fix_planned' : 'none_available';
  return [{ category, details: actionOf(product), product_ids: [id] }];
}

/** Section 4.5: what is not affected says why. */
function threatOf({
  id,
  product: { name, status, justification },
}: Downstream): NonNullable<Said['threats']> {
  if (status !== 'not_affected' || justification !== undefined) return [];
  return [{ category: 'impact', details: `${name} is not affected.`, product_ids: [id] }];
}
