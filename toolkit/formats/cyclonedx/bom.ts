/** CycloneDX in JSON (https://cyclonedx.org/specification/overview/): 1.2 and later of 1 read, 1.6 and 1.7 written. */
import {
  anything,
  array,
  boolean,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  string,
} from '../../base/index.ts';
import {
  asFound,
  type MemberOrder,
  type ReadOptions,
  readJson,
  readShape,
  type Source,
  writeJson,
} from '../document.ts';
import { FormatError } from '../errors.ts';

export interface CycloneDx {
  $schema?: string | undefined;
  bomFormat: 'CycloneDX';
  specVersion: string;
  /** `urn:uuid:…` */
  serialNumber?: string | undefined;
  /** Counts from 1. */
  version?: number | undefined;
  metadata?: CycloneDxMetadata | undefined;
  components?: CycloneDxComponent[] | undefined;
  dependencies?: CycloneDxDependency[] | undefined;
  vulnerabilities?: CycloneDxVulnerability[] | undefined;
}

export interface CycloneDxMetadata {
  /** RFC 3339, as the other instants. */
  timestamp?: string | undefined;
  /** A list in 1.4 and before, since then an object of `components`. */
  tools?: unknown;
  component?: CycloneDxComponent | undefined;
}

export interface CycloneDxComponent {
  /** `library`, `application` … */
  type: string;
  'bom-ref'?: string | undefined;
  group?: string | undefined;
  name: string;
  version?: string | undefined;
  /** Since 1.7, instead of `version`. */
  versionRange?: string | undefined;
  isExternal?: boolean | undefined;
  description?: string | undefined;
  /** `required`, `optional`, `excluded`. */
  scope?: string | undefined;
  purl?: string | undefined;
  components?: CycloneDxComponent[] | undefined;
  properties?: CycloneDxProperty[] | undefined;
}

export interface CycloneDxProperty {
  name: string;
  value?: string | undefined;
}

export interface CycloneDxDependency {
  ref: string;
  dependsOn?: string[] | undefined;
}

export interface CycloneDxVulnerability {
  'bom-ref'?: string | undefined;
  id?: string | undefined;
  source?: CycloneDxSource | undefined;
  references?: { id: string; source?: CycloneDxSource | undefined }[] | undefined;
  ratings?: CycloneDxRating[] | undefined;
  /** Numbers: 79 for CWE-79. */
  cwes?: number[] | undefined;
  description?: string | undefined;
  detail?: string | undefined;
  recommendation?: string | undefined;
  workaround?: string | undefined;
  advisories?: { title?: string | undefined; url: string }[] | undefined;
  created?: string | undefined;
  published?: string | undefined;
  updated?: string | undefined;
  /** Since 1.5: when it was found to be none. */
  rejected?: string | undefined;
  credits?: CycloneDxCredits | undefined;
  analysis?: CycloneDxAnalysis | undefined;
  affects?: CycloneDxAffects[] | undefined;
  properties?: CycloneDxProperty[] | undefined;
}

export interface CycloneDxCredits {
  organizations?: { name?: string | undefined }[] | undefined;
  individuals?: { name?: string | undefined }[] | undefined;
}

export interface CycloneDxSource {
  name?: string | undefined;
  url?: string | undefined;
}

export interface CycloneDxRating {
  source?: CycloneDxSource | undefined;
  score?: number | undefined;
  /** `critical`, `high`, `medium`, `low`, `info`, `none`, `unknown`. */
  severity?: string | undefined;
  /** `CVSSv31`, `CVSSv4` … */
  method?: string | undefined;
  vector?: string | undefined;
}

export interface CycloneDxAnalysis {
  /** `resolved`, `resolved_with_pedigree`, `exploitable`, `in_triage`, `false_positive`, `not_affected`. */
  state?: string | undefined;
  /** `code_not_present`, `code_not_reachable`, `requires_configuration` … */
  justification?: string | undefined;
  /** `can_not_fix`, `will_not_fix`, `update`, `rollback`, `workaround_available`. */
  response?: string[] | undefined;
  detail?: string | undefined;
}

export interface CycloneDxAffects {
  /** A `bom-ref` of this document, or a BOM-Link into another. */
  ref: string;
  versions?: CycloneDxVersions[] | undefined;
}

/** One version or a VERS range. */
export interface CycloneDxVersions {
  version?: string | undefined;
  range?: string | undefined;
  /** `affected` (also when absent), `unaffected`, `unknown`. */
  status?: string | undefined;
}

const text = optional(string);
const source = optional(object({ name: text, url: text }));
const names = optional(array(object({ name: text })));
const properties = optional(array(object({ name: string, value: text })));

/** Calls itself; {@link readJson} has bounded the depth. */
const component: Shape<CycloneDxComponent> = (value, path) => componentMembers(value, path);
const componentMembers: Shape<CycloneDxComponent> = object({
  type: string,
  'bom-ref': text,
  group: text,
  name: string,
  version: text,
  versionRange: text,
  isExternal: optional(boolean),
  description: text,
  scope: text,
  purl: text,
  components: optional(array(component)),
  properties,
});

const vulnerability: Shape<CycloneDxVulnerability> = object({
  'bom-ref': text,
  id: text,
  source,
  references: optional(array(object({ id: string, source }))),
  ratings: optional(
    array(object({ source, score: optional(number), severity: text, method: text, vector: text })),
  ),
  cwes: optional(array(number)),
  description: text,
  detail: text,
  recommendation: text,
  workaround: text,
  advisories: optional(array(object({ title: text, url: string }))),
  created: text,
  published: text,
  updated: text,
  rejected: text,
  credits: optional(object({ organizations: names, individuals: names })),
  analysis: optional(
    object({ state: text, justification: text, response: optional(array(string)), detail: text }),
  ),
  affects: optional(
    array(
      object({
        ref: string,
        versions: optional(array(object({ version: text, range: text, status: text }))),
      }),
    ),
  ),
  properties,
});

const bom: Shape<CycloneDx> = object({
  $schema: text,
  bomFormat: oneOf('CycloneDX'),
  specVersion: string,
  serialNumber: text,
  version: optional(number),
  metadata: optional(object({ timestamp: text, tools: anything, component: optional(component) })),
  components: optional(array(component)),
  dependencies: optional(array(object({ ref: string, dependsOn: optional(array(string)) }))),
  vulnerabilities: optional(array(vulnerability)),
});

const PROPERTY: MemberOrder = { name: asFound, value: asFound };
const SOURCE: MemberOrder = { name: asFound, url: asFound };

const COMPONENT: Record<string, MemberOrder> = {
  type: asFound,
  'bom-ref': asFound,
  group: asFound,
  name: asFound,
  version: asFound,
  versionRange: asFound,
  isExternal: asFound,
  description: asFound,
  scope: asFound,
  hashes: asFound,
  licenses: asFound,
  purl: asFound,
  externalReferences: asFound,
  components: asFound,
  properties: PROPERTY,
};
COMPONENT.components = COMPONENT;

const VULNERABILITY: MemberOrder = {
  'bom-ref': asFound,
  id: asFound,
  source: SOURCE,
  references: { id: asFound, source: SOURCE },
  ratings: { source: SOURCE, score: asFound, severity: asFound, method: asFound, vector: asFound },
  cwes: asFound,
  description: asFound,
  detail: asFound,
  recommendation: asFound,
  workaround: asFound,
  advisories: { title: asFound, url: asFound },
  created: asFound,
  published: asFound,
  updated: asFound,
  rejected: asFound,
  credits: { organizations: asFound, individuals: asFound },
  analysis: { state: asFound, justification: asFound, response: asFound, detail: asFound },
  affects: { ref: asFound, versions: { version: asFound, range: asFound, status: asFound } },
  properties: PROPERTY,
};

const ORDER: MemberOrder = {
  $schema: asFound,
  bomFormat: asFound,
  specVersion: asFound,
  serialNumber: asFound,
  version: asFound,
  metadata: { timestamp: asFound, lifecycles: asFound, tools: asFound, component: COMPONENT },
  components: COMPONENT,
  services: asFound,
  externalReferences: asFound,
  dependencies: { ref: asFound, dependsOn: asFound },
  compositions: asFound,
  vulnerabilities: VULNERABILITY,
};

/** Reads a document; unknown members are kept. Throws `JsonError`, `foreign`, `shape`, `bounds`. */
export function parseCycloneDx(source: Source, options: ReadOptions = {}): CycloneDx {
  const value = readJson(source, options);
  if (!isCycloneDx(value)) throw new FormatError('foreign', 'no CycloneDX document', { ...options });
  const found = readShape(value, bom, options);
  if (!/^1\.(?:[2-9]|[1-9]\d)$/.test(found.specVersion)) {
    throw new FormatError('foreign', `CycloneDX ${found.specVersion} is not read, 1.2 and later are`, {
      ...options,
    });
  }
  return found;
}

/** Whether the JSON says that it is CycloneDX. */
export function isCycloneDx(value: unknown): boolean {
  return (value as { bomFormat?: unknown } | null)?.bomFormat === 'CycloneDX'; // read, not trusted
}

/** A document of the version that we write, with what it must have. */
export function cycloneDx(
  specVersion: '1.6' | '1.7',
  members: Omit<CycloneDx, '$schema' | 'bomFormat' | 'specVersion'>,
): CycloneDx {
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    version: 1,
    ...members,
  };
}

/** The document as JSON, members in the order of the schema. */
export function formatCycloneDx(bom: CycloneDx): string {
  return writeJson(bom, ORDER);
}
