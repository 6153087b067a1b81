/** SPDX 2.2 and 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/): its packages and how they relate, read. */
import { array, object, optional, type Shape, string } from '../../base/index.ts';
import { type ReadOptions, readJson, readShape, type Source } from '../document.ts';
import { FormatError } from '../errors.ts';
import { addDependency, listed, type Sbom, type SbomComponent } from '../sbom.ts';
import { distinct } from '../vex.ts';

export interface Spdx2 {
  spdxVersion: string;
  SPDXID?: string | undefined;
  name?: string | undefined;
  documentDescribes?: string[] | undefined;
  packages?: Spdx2Package[] | undefined;
  relationships?: Spdx2Relationship[] | undefined;
}

export interface Spdx2Package {
  SPDXID: string;
  name: string;
  versionInfo?: string | undefined;
  externalRefs?: Spdx2ExternalRef[] | undefined;
}

export interface Spdx2ExternalRef {
  /** `PACKAGE-MANAGER`, `SECURITY` … */
  referenceCategory?: string | undefined;
  /** `purl`, `cpe23Type` … */
  referenceType: string;
  referenceLocator: string;
}

export interface Spdx2Relationship {
  spdxElementId: string;
  /** `DEPENDS_ON`, `CONTAINS`, `DESCRIBES` … */
  relationshipType: string;
  relatedSpdxElement: string;
}

const spdx: Shape<Spdx2> = object({
  spdxVersion: string,
  SPDXID: optional(string),
  name: optional(string),
  documentDescribes: optional(array(string)),
  packages: optional(
    array(
      object({
        SPDXID: string,
        name: string,
        versionInfo: optional(string),
        externalRefs: optional(
          array(
            object({ referenceCategory: optional(string), referenceType: string, referenceLocator: string }),
          ),
        ),
      }),
    ),
  ),
  relationships: optional(
    array(object({ spdxElementId: string, relationshipType: string, relatedSpdxElement: string })),
  ),
});

/** SPDX 2.3, clause 11: which element needs which. */
const NEEDS = new Set(['DEPENDS_ON', 'HAS_PREREQUISITE', 'STATIC_LINK', 'DYNAMIC_LINK']);
const NEEDED_BY = /^(?:(?:BUILD_|DEV_|OPTIONAL_|PROVIDED_|RUNTIME_|TEST_)?DEPENDENCY_OF|PREREQUISITE_FOR)$/;

/** Reads a document; unknown members are kept. Throws `JsonError`, `foreign`, `shape`, `bounds`. */
export function parseSpdx2(source: Source, options: ReadOptions = {}): Spdx2 {
  const value = readJson(source, options);
  if (!isSpdx2(value)) throw new FormatError('foreign', 'no SPDX document of version 2', { ...options });
  return readShape(value, spdx, options);
}

/** Whether the JSON says that it is SPDX 2. */
export function isSpdx2(value: unknown): boolean {
  const version = (value as { spdxVersion?: unknown } | null)?.spdxVersion; // read, not trusted
  return typeof version === 'string' && /^SPDX-2\.\d+$/.test(version);
}

/** Every package, and what it needs. An SPDXID that is given twice names the first. */
export function spdx2Sbom({ SPDXID = 'SPDXRef-DOCUMENT', ...document }: Spdx2): Sbom {
  const dependsOn = new Map<string, Set<string>>();
  const parents = new Map<string, string>();
  const roots = new Set(document.documentDescribes);
  for (const { relationshipType: type, ...ends } of document.relationships ?? []) {
    const [from, to] = [ends.spdxElementId, ends.relatedSpdxElement];
    if (to === 'NONE' || to === 'NOASSERTION') continue;
    if (NEEDS.has(type)) addDependency(dependsOn, from, to);
    else if (NEEDED_BY.test(type)) addDependency(dependsOn, to, from);
    else if (type === 'CONTAINS') setFirst(parents, to, from);
    else if (type === 'CONTAINED_BY') setFirst(parents, from, to);
    else if (type === 'DESCRIBES' && from === SPDXID) roots.add(to);
    else if (type === 'DESCRIBED_BY' && to === SPDXID) roots.add(from);
  }
  const components = componentsOf(document.packages ?? [], parents);
  return { roots: [...roots], components, dependsOn: listed(dependsOn) };
}

function componentsOf(
  packages: readonly Spdx2Package[],
  parents: ReadonlyMap<string, string>,
): SbomComponent[] {
  const taken = new Set<string>();
  return packages.map(({ SPDXID: id, name, versionInfo, externalRefs = [] }, i) => {
    const path = `packages[${i}]`;
    const ref = taken.has(id) ? path : id;
    taken.add(ref);
    return {
      ref,
      name,
      version: versionInfo === undefined || versionInfo === 'NOASSERTION' ? null : versionInfo,
      versionRange: null,
      purls: distinct(externalRefs.filter((r) => r.referenceType === 'purl').map((r) => r.referenceLocator)),
      parent: parents.get(id) ?? null,
      included: true,
      path,
    };
  });
}

function setFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}
