/** A record as an OpenVEX document: `docs/formats/openvex.md`. */
import {
  cpanPurl,
  OPENVEX_CONTEXT,
  type OpenVex,
  type OpenVexProduct,
  type OpenVexStatement,
} from '../formats/index.ts';
import { isCve } from './identifier.ts';
import { type Interval, within } from './intervals.ts';
import { causeLosses, type Loss, unknownMembers, unplaced } from './losses.ts';
import { openVexProducts } from './openvex-products.ts';
import { tryVersion } from './range.ts';
import type { AdvisoryRecord } from './record.ts';
import { type AskReleases, releasesOf } from './releases.ts';
import { adviceOf, remediesOf } from './remedy.ts';
import { onlyVersion, versRange } from './vers-range.ts';
import {
  impactOf,
  PRODUCT_SETS,
  type Product,
  type ProductSet,
  type Vulnerability,
  vulnerabilitiesOf,
} from './vulnerabilities.ts';

export interface OpenVexOptions {
  /** IRI of the document, the same in all of its versions. */
  readonly id: string;
  /** Who publishes the record. */
  readonly author: string;
  readonly role?: string;
  /** When the document was first issued, RFC 3339. */
  readonly timestamp: string;
  /** When it last changed. */
  readonly updated?: string;
  /** Counts from 1. */
  readonly version: number;
  /** The releases of a distribution in version order, where they are known. */
  readonly releases?: AskReleases;
}

export interface OpenVexResult {
  /** Null where nothing is left to be said: a document without a statement is none. */
  readonly document: OpenVex | null;
  /** What the document says otherwise or leaves out. */
  readonly losses: readonly Loss[];
}

/** The document. Throws formats' `purl` for a distribution that no package URL can name. */
export function toOpenVex(record: AdvisoryRecord, options: OpenVexOptions): OpenVexResult {
  const losses: Loss[] = [...unknownMembers(record, 'OpenVEX', ['products']), ...unsaid(record)];
  const vulnerabilities = vulnerabilitiesOf(record);
  const statements = vulnerabilities.flatMap((vulnerability) =>
    vulnerability.products.flatMap((product) =>
      statementsOf(
        record,
        vulnerability,
        product,
        releasesOf(options.releases, product.distribution),
        losses,
      ),
    ),
  );
  const [whole] = vulnerabilities;
  if (whole !== undefined) statements.push(...openVexProducts(record, namesOf(whole, record), losses));
  if (statements.length === 0) return { document: null, losses };
  const { id, author, role, timestamp, updated, version } = options;
  const document: OpenVex = {
    '@context': OPENVEX_CONTEXT,
    '@id': id,
    author,
    ...(role === undefined ? {} : { role }),
    timestamp,
    ...(updated === undefined ? {} : { last_updated: updated }),
    version,
    statements,
  };
  return { document, losses };
}

function statementsOf(
  record: AdvisoryRecord,
  vulnerability: Vulnerability,
  product: Product,
  releases: readonly string[] | null,
  losses: Loss[],
): OpenVexStatement[] {
  return PRODUCT_SETS.flatMap((set): OpenVexStatement[] => {
    const products = productsOf(product, product[set], releases);
    if (products === null) {
      const text = `left out: OpenVEX has no ranges, and no releases of ${product.distribution} are known: ${versRange(product[set])} is ${STATUSES[set]}`;
      losses.push({ path: 'affected', text });
    }
    if (products === null || products.length === 0) return [];
    const statement = { vulnerability: namesOf(vulnerability, record), products, status: STATUSES[set] };
    return [{ ...statement, ...wordsOf(set, record, product, releases ?? []) }];
  });
}

const STATUSES = {
  affected: 'affected',
  undecided: 'under_investigation',
  fixed: 'fixed',
  unaffected: 'not_affected',
} as const satisfies Record<ProductSet, OpenVexStatement['status']>;

/** Each release of the set, or the distribution where the set is all versions; null where neither can be. */
function productsOf(
  { distribution }: Product,
  set: readonly Interval[],
  releases: readonly string[] | null,
): OpenVexProduct[] | null {
  const range = versRange(set);
  if (range === null) return [];
  if (range === 'vers:cpan/*') return [named(cpanPurl(distribution))];
  const version = onlyVersion(set);
  const versions = releases?.filter((text) => isWithin(set, text)) ?? (version === null ? null : [version]);
  return versions?.map((text) => named(cpanPurl(distribution, text))) ?? null;
}

function isWithin(set: readonly Interval[], text: string): boolean {
  const version = tryVersion(text);
  return version !== null && within(set, version);
}

function named(purl: string): OpenVexProduct {
  return { '@id': purl, identifiers: { purl } };
}

/** The CVE is the name, where there is one: it is what most readers know. */
function namesOf({ names }: Vulnerability, { summary }: AdvisoryRecord): OpenVexStatement['vulnerability'] {
  const [first = ''] = names;
  const name = names.find(isCve) ?? first;
  const aliases = names.filter((other) => other !== name);
  return {
    name,
    ...(summary === '' ? {} : { description: summary }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

function wordsOf(
  set: ProductSet,
  record: AdvisoryRecord,
  product: Product,
  releases: readonly string[],
): Partial<OpenVexStatement> {
  if (set === 'unaffected') return { impact_statement: impactOf(record) };
  if (set === 'undecided') return { status_notes: 'The advisory does not say which versions are affected.' };
  if (set === 'fixed') return {};
  return { action_statement: remediesOf(product, record, releases).map(adviceOf).join(' ') };
}

function unsaid(record: AdvisoryRecord): Loss[] {
  const members = ['details', 'severity', 'weaknesses', 'credits', 'flags'] as const;
  const lists = ['references', 'history'] as const;
  const found = [
    ...members.filter((member) => record[member] !== undefined),
    ...lists.filter((member) => record[member].length > 0),
    ...(record.reported === null ? [] : ['reported']),
    ...(record.withdrawn?.kind === 'withdrawn' ? ['withdrawn'] : []),
  ];
  return [...causeLosses(record, 'OpenVEX'), ...found.map((path) => unplaced(path, 'OpenVEX'))];
}
