/** What a record says of products downstream, as OpenVEX statements. */
import { FormatError, formatPurl, type OpenVexStatement, parsePurl } from '../formats/index.ts';
import type { Loss } from './losses.ts';
import type { AdvisoryRecord, ProductStatement } from './record.ts';

/** One for each product with a package URL: OpenVEX has no other name that readers know. */
export function openVexProducts(
  { products = [], withdrawn }: AdvisoryRecord,
  vulnerability: OpenVexStatement['vulnerability'],
  losses: Loss[],
): OpenVexStatement[] {
  return products.flatMap((product, i) => {
    const purl = purlOf(product);
    const why = withdrawn === undefined ? 'it has no package URL' : `the record is ${withdrawn.kind}`;
    if (purl !== null && withdrawn === undefined) return [statementOf(product, purl, vulnerability)];
    losses.push({ path: `products[${i}]`, text: `left out: ${why}` });
    return [];
  });
}

/** With the version, where the statement is about one. */
export function purlOf({ purl, version }: ProductStatement): string | null {
  try {
    if (purl === undefined) return null;
    return version === undefined ? purl : formatPurl({ ...parsePurl(purl), version });
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function statementOf(
  product: ProductStatement,
  purl: string,
  vulnerability: OpenVexStatement['vulnerability'],
): OpenVexStatement {
  const { status, justification, on } = product;
  return {
    vulnerability,
    timestamp: `${on}T00:00:00Z`,
    products: [{ '@id': purl, identifiers: { purl } }],
    status,
    ...(justification === undefined ? {} : { justification }),
    ...(status === 'not_affected' && justification === undefined ? { impact_statement: NO_REASON } : {}),
    ...(status === 'affected' ? { action_statement: actionOf(product) } : {}),
  };
}

const NO_REASON = 'Whoever makes the product says that it is not affected.';

/** What to do about a product that is affected. */
export function actionOf({ noFixPlanned }: ProductStatement): string {
  return noFixPlanned === true ? 'No fix is planned.' : 'No fix is available yet.';
}
