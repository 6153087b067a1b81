/** A record as CycloneDX 1.6 that holds vulnerabilities only (VEX): `docs/formats/cyclonedx-vex.md`. */
import {
  type CycloneDx,
  type CycloneDxAffects,
  type CycloneDxAnalysis,
  type CycloneDxSource,
  type CycloneDxVersions,
  type CycloneDxVulnerability,
  cpanPurl,
  cycloneDx,
} from '../formats/index.ts';
import { cycloneDxFacts } from './cyclonedx-facts.ts';
import { isCve, isGhsa } from './identifier.ts';
import { type Interval, joined } from './intervals.ts';
import { type Loss, unknownMembers } from './losses.ts';
import type { AdvisoryRecord } from './record.ts';
import { type AskReleases, releasesOf } from './releases.ts';
import { adviceOf, type Remedy, remediesOf } from './remedy.ts';
import { spelling } from './spelling.ts';
import { onlyVersion, versRange } from './vers-range.ts';
import { impactOf, type Product, type Vulnerability, vulnerabilitiesOf } from './vulnerabilities.ts';

export interface CycloneDxOptions {
  /** When the document was made, RFC 3339. */
  readonly timestamp: string;
  /** Who publishes the record, and where. */
  readonly source: { readonly name: string; readonly url?: string };
  /** Of the document; counts from 1. */
  readonly version: number;
  /** The releases of a distribution in version order, where they are known: advice names them. */
  readonly releases?: AskReleases;
}

export interface CycloneDxResult {
  readonly document: CycloneDx;
  /** What the document says otherwise or leaves out. */
  readonly losses: readonly Loss[];
}

/** The document. Throws formats' `purl` for a distribution that no package URL can name. */
export function toCycloneDxVex(record: AdvisoryRecord, options: CycloneDxOptions): CycloneDxResult {
  const losses: Loss[] = unknownMembers(record, 'CycloneDX', ['ssvc']);
  const facts = cycloneDxFacts(record, losses);
  const vulnerabilities = statedOf(record).map((one) => ({
    ...namesOf(one, options.source),
    ...facts,
    ...statementOf(record, one, options),
  }));
  const { timestamp, version } = options;
  const document = cycloneDx('1.6', {
    version,
    metadata: { timestamp },
    components: componentsOf(record),
    vulnerabilities,
  });
  return { document, losses };
}

/** A record that says nothing of versions is there by its own id alone: its aliases may stand for others. */
function statedOf(record: AdvisoryRecord): Vulnerability[] {
  const stated = vulnerabilitiesOf(record);
  return stated.length > 0 ? stated : [{ names: [record.id], products: [] }];
}

function componentsOf({ affected }: AdvisoryRecord): CycloneDx['components'] {
  const names = [...new Set(affected.map(({ distribution }) => distribution))];
  return names.map((name) => {
    const purl = cpanPurl(name);
    return { type: 'library', 'bom-ref': purl, name, purl };
  });
}

/** The CVE is the id, where there is one: it is what most readers know. */
function namesOf({ names }: Vulnerability, source: CycloneDxSource): CycloneDxVulnerability {
  const [first = ''] = names;
  const id = names.find(isCve) ?? first;
  const others = names.filter((name) => name !== id);
  return {
    id,
    source: sourceOf(id, source),
    ...(others.length === 0
      ? {}
      : { references: others.map((name) => ({ id: name, source: sourceOf(name, source) })) }),
  };
}

function sourceOf(id: string, own: CycloneDxSource): CycloneDxSource {
  if (isCve(id)) return { name: 'CVE', url: `https://www.cve.org/CVERecord?id=${id}` };
  if (isGhsa(id)) return { name: 'GitHub Advisories', url: `https://github.com/advisories/${id}` };
  return own;
}

function statementOf(
  record: AdvisoryRecord,
  { products }: Vulnerability,
  { releases }: CycloneDxOptions,
): CycloneDxVulnerability {
  if (products.length === 0) return {};
  const remedies = products
    .filter(({ affected }) => affected.length > 0)
    .flatMap((product) => remediesOf(product, record, releasesOf(releases, product.distribution) ?? []));
  const advice = [...new Set(remedies.map(adviceOf))].join(' ');
  return {
    ...(advice === '' ? {} : { recommendation: advice }),
    analysis: analysisOf(record, products, remedies),
    affects: products.map((product) =>
      affectsOf(product, spelling(releasesOf(releases, product.distribution) ?? [])),
    ),
  };
}

function analysisOf(
  record: AdvisoryRecord,
  products: readonly Product[],
  remedies: readonly Remedy[],
): CycloneDxAnalysis {
  const some = (set: 'affected' | 'undecided' | 'fixed'): boolean =>
    products.some((product) => product[set].length > 0);
  if (some('affected')) {
    const kinds = new Set(remedies.map(({ kind }) => kind));
    const response = [
      ...(kinds.has('update') ? ['update'] : []),
      ...(kinds.has('patch') ? ['workaround_available'] : []),
    ];
    return { state: 'exploitable', ...(response.length === 0 ? {} : { response }) };
  }
  if (some('undecided')) return { state: 'in_triage' };
  if (some('fixed')) return { state: 'resolved' };
  const state = record.withdrawn === undefined ? 'not_affected' : 'false_positive';
  return { state, detail: impactOf(record) };
}

/** What is fixed and what never was affected have one word here. */
function affectsOf(product: Product, spelled: (version: string) => string): CycloneDxAffects {
  const { distribution, affected, undecided, fixed, unaffected } = product;
  const versions = [
    ...versionsOf(affected, 'affected'),
    ...versionsOf(undecided, 'unknown'),
    ...versionsOf(joined(fixed, unaffected), 'unaffected'),
  ];
  return {
    ref: cpanPurl(distribution),
    versions: versions.map((one) =>
      one.version === undefined ? one : { ...one, version: spelled(one.version) },
    ),
  };
}

/** The schema's bound on a range, in characters. */
const MAX_RANGE = 4096;

/** A range that is too long stands in parts. */
function versionsOf(list: readonly Interval[], status: string): CycloneDxVersions[] {
  const range = versRange(list);
  if (range === null) return [];
  const version = onlyVersion(list);
  if (version !== null) return [{ version, status }];
  if (range.length <= MAX_RANGE || list.length === 1) return [{ range, status }];
  const middle = list.length >> 1;
  return [...versionsOf(list.slice(0, middle), status), ...versionsOf(list.slice(middle), status)];
}
