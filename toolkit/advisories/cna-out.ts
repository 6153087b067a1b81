/** A record as YAML of cna-tool, a document for each CVE id: `docs/formats/cna-yaml.md`. */
import { canonicalJson } from '../base/index.ts';
import {
  type Cna,
  type CveCna,
  type CveProblemType,
  type CveProduct,
  type CvePublished,
  type CveReference,
  type CveText,
  type CveVersion,
  cnaVersionText,
  formatCna,
  isEnglish,
  isRejectedCve,
} from '../formats/index.ts';
import { cveOfCna, NOBODY, TOOL_TAGS } from './cna-in.ts';
import { wrapped } from './cna-text.ts';
import { type CveOptions, toCve } from './cve-out.ts';
import { SAID_IN } from './cve-own.ts';
import { isTold, productVersions, statusesOfProduct } from './cve-versions.ts';
import { listMember } from './cve-write.ts';
import { isCve } from './identifier.ts';
import { causeLosses, type Loss, unknownMembers, unplaced } from './losses.ts';
import type { AdvisoryRecord } from './record.ts';
import { unique } from './unique.ts';
import { writeYaml } from './yaml-text.ts';

/** What a record does not hold; without author or main module there is no document. */
export type CnaOptions = Pick<CveOptions, 'author' | 'mainModule'>;

export interface CnaResult {
  readonly documents: readonly Cna[];
  readonly losses: readonly Loss[];
}

const FORMAT = 'YAML of cna-tool';

/** A document for each CVE id of the record. What the tool requires and nobody knows makes no document but a loss. */
export function toCna(record: AdvisoryRecord, options: CnaOptions): CnaResult {
  const losses: Loss[] = [];
  const assigner = { orgId: NOBODY.orgId, shortName: 'CNA' };
  const written = toCve(record, { ...options, assigner });
  const documents = written.documents.flatMap((document) => {
    const { cveId } = document.cveMetadata;
    if (!isRejectedCve(document)) return cnaOf(document, losses) ?? [];
    losses.push({ path: 'withdrawn', text: `no document for ${cveId}: it is rejected` });
    return [];
  });
  return { documents, losses: unique([...written.losses, ...losses, ...left(record)]) };
}

/** The YAML of a document, texts broken into lines. */
export function formatCnaYaml(cna: Cna): string {
  const block = (text: string): string => `${wrapped(text)}\n`;
  const blocks = (found: Cna['solution']): Cna['solution'] =>
    Array.isArray(found) ? found.map(block) : found === undefined ? undefined : block(found);
  const { title, description, solution, mitigation } = cna;
  const texts = {
    title: block(title),
    description: block(description),
    solution: blocks(solution),
    mitigation: blocks(mitigation),
  };
  return writeYaml(formatCna({ ...cna, ...texts }));
}

function cnaOf({ cveMetadata, containers: { cna } }: CvePublished, losses: Loss[]): Cna | null {
  const [product, ...others] = cna.affected;
  if (product === undefined) throw new TypeError('a CVE record of no product');
  for (const { packageName } of others)
    losses.push({ path: 'affected', text: `${packageName} left out: ${FORMAT} has one distribution` });
  const { packageName: distribution = '', product: module = '', vendor: author = '' } = product;
  const affected = rangesOf(product, losses);
  const missing = [
    ...(/^[A-Za-z0-9_-]+$/.test(distribution) ? [] : ['a name of letters, digits, _ and -']),
    ...(/^[A-Za-z0-9_:]+$/.test(module) ? [] : ['a main module']),
    ...(/^[A-Z0-9]+$/.test(author) ? [] : ['a PAUSE id']),
    ...(affected.length > 0 ? [] : ['versions that are affected']),
    ...(cna.title === undefined ? ['a summary'] : []),
  ];
  for (const what of missing)
    losses.push({ path: 'affected', text: `no document for ${cveMetadata.cveId}: it needs ${what}` });
  if (missing.length > 0) return null;
  const written = {
    cve: cveMetadata.cveId,
    distribution,
    module,
    author,
    affected,
    ...membersOf(cna, product),
  };
  losses.push(...comingBackOtherwise(cna, written));
  return written;
}

/** Nothing where versions are unknown. */
function rangesOf(product: CveProduct, losses: Loss[]): string[] {
  const statuses = statusesOfProduct(product, () => {});
  if (!isTold(statuses)) {
    losses.push({
      path: 'affected',
      text: `${FORMAT} cannot say that it cannot be told whether a version is affected`,
    });
    return [];
  }
  const { versions = [] } = productVersions(statuses);
  return unique(versions.flatMap((version) => rangeOf(version, losses)));
}

function rangeOf(version: CveVersion, losses: Loss[]): string[] {
  if (version.status === 'affected') return [cnaVersionText(version)];
  const text = `begins after ${version.version}, which ${FORMAT} cannot say; ${version.version} stands as its beginning`;
  losses.push({ path: 'affected', text });
  return [];
}

type Members = Omit<Cna, 'cve' | 'distribution' | 'module' | 'author' | 'affected'>;

function membersOf(cna: CveCna, { repo, programFiles, programRoutines }: CveProduct): Members {
  return {
    ...(repo === undefined ? {} : { repo }),
    title: cna.title ?? '',
    description: (cna.descriptions.find(isEnglish) ?? cna.descriptions[0])?.value ?? '',
    ...listMember('cwes', (cna.problemTypes ?? []).flatMap(weaknesses)),
    ...listMember('files', programFiles),
    ...listMember(
      'routines',
      programRoutines?.map(({ name }) => name),
    ),
    ...textMember('solution', cna.solutions),
    ...textMember('mitigation', cna.workarounds),
    ...listMember(
      'credits',
      cna.credits?.map(({ type = 'finder', value, lang }) => ({
        type,
        value,
        ...(lang === 'en' ? {} : { lang }),
      })),
    ),
    ...listMember(
      'impacts',
      (cna.impacts ?? []).flatMap(({ descriptions }) =>
        descriptions.map(({ value }) => value).filter(isImpact),
      ),
    ),
    ...listMember(
      'timeline',
      cna.timeline?.map(({ time, value }) => ({ time, value })),
    ),
    references: unique(cna.references.map(referenceOf)),
  };
}

function textMember<K extends string>(
  name: K,
  texts: readonly CveText[] = [],
): { [key in K]?: string | string[] } {
  const values = texts.map(({ value }) => value);
  const [first] = values;
  if (first === undefined) return {};
  return { [name]: values.length === 1 ? first : values } as { [key in K]?: string | string[] }; // a computed key
}

/** The tool wants the name of a weakness behind its id. */
function weaknesses({ descriptions }: CveProblemType): string[] {
  return descriptions
    .map(({ cweId = '', description }) =>
      description.startsWith('CWE-') ? description : `${cweId} ${description}`,
    )
    .filter((text) => /^CWE-[0-9]+(?:\s*:\s*|\s+)\S/.test(text));
}

function isImpact(text: string): boolean {
  return /^CAPEC-[0-9]+ [A-Za-z0-9 \-.,]+$/.test(text);
}

const TAGS: ReadonlySet<string> = new Set([
  ...TOOL_TAGS,
  'exploit',
  'issue-tracking',
  'mailing-list',
  'mitigation',
  'patch',
  'related',
  'release-notes',
  'technical-description',
  'third-party-advisory',
  'vdb-entry',
  'vendor-advisory',
]);

function referenceOf({ url, name, tags = [] }: CveReference): Cna['references'][number] {
  const known = unique(tags.map((tag) => tag.replace(/^x_/, ''))).filter((tag) => TAGS.has(tag));
  return {
    link: url,
    ...(name === undefined ? {} : { name }),
    ...(known.length === 0 ? {} : { tags: known }),
  };
}

/** Where in a record stands what a member of a container says. */
const PATHS: ReadonlyMap<string, string> = new Map([...SAID_IN].map(([path, name]) => [name, path]));

/** Members of the container that the document does not bring about again. */
function comingBackOtherwise(cna: CveCna, written: Cna): Loss[] {
  const { providerMetadata, affected: _, x_cpansec: __, ...members } = cna;
  const back = new Map(Object.entries(cveOfCna(written, providerMetadata).containers.cna));
  return Object.entries(members).flatMap(([name, value]) => {
    const again = back.get(name) ?? null;
    if (value === undefined || canonicalJson(again) === canonicalJson(value)) return [];
    const path = PATHS.get(name) ?? `affected[0].source.other.cna.${name}`;
    return [again === null ? unplaced(path, FORMAT) : { path, text: 'comes back otherwise' }];
  });
}

/** What the CVE record holds in members of our own only. */
function left(record: AdvisoryRecord): Loss[] {
  const { id, aliases, history, flags, withdrawn } = record;
  const own = {
    flags,
    withdrawn,
    ...(isCve(id) ? {} : { id }),
    ...(history.length === 0 ? {} : { history }),
  };
  const paths = [
    ...Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...aliases.flatMap((alias, i) => (isCve(alias) ? [] : [`aliases[${i}]`])),
  ];
  return [
    ...paths.map((path) => unplaced(path, FORMAT)),
    ...causeLosses(record, FORMAT),
    ...unknownMembers(record, FORMAT),
  ];
}
