/**
 * SPDX 3.0 as JSON-LD in the form that its schema prescribes (https://spdx.github.io/spdx-spec/v3.0.1/): one
 * `@graph` of elements. Packages and their relationships are read; other elements are passed over.
 */
import { array, object, optional, type Shape, string } from '../../base/index.ts';
import { type ReadOptions, readJson, readShape, type Source } from '../document.ts';
import { FormatError } from '../errors.ts';
import { addDependency, listed, type Sbom, type SbomComponent } from '../sbom.ts';
import { distinct } from '../vex.ts';

export interface Spdx3 {
  '@context': string;
  '@graph': Spdx3Element[];
}

/** The members that are read here, of whichever type the element is. */
export interface Spdx3Element {
  type?: string | undefined;
  spdxId?: string | undefined;
  name?: string | undefined;
  software_packageVersion?: string | undefined;
  software_packageUrl?: string | undefined;
  externalIdentifier?: Spdx3Identifier[] | undefined;
  /** Of a relationship. */
  from?: string | undefined;
  to?: string[] | undefined;
  relationshipType?: string | undefined;
  /** Of a document or a bill of materials. */
  rootElement?: string[] | undefined;
}

export interface Spdx3Identifier {
  /** `packageUrl`, `cpe23` … */
  externalIdentifierType: string;
  identifier: string;
}

const spdx: Shape<Spdx3> = object({
  '@context': string,
  '@graph': array(
    object({
      type: optional(string),
      spdxId: optional(string),
      name: optional(string),
      software_packageVersion: optional(string),
      software_packageUrl: optional(string),
      externalIdentifier: optional(array(object({ externalIdentifierType: string, identifier: string }))),
      from: optional(string),
      to: optional(array(string)),
      relationshipType: optional(string),
      rootElement: optional(array(string)),
    }),
  ),
});

/** Core, RelationshipType: those in which `from` needs `to`. */
const NEEDS = new Set([
  'dependsOn',
  'hasDynamicLink',
  'hasOptionalDependency',
  'hasPrerequisite',
  'hasProvidedDependency',
  'hasStaticLink',
]);

/** Reads a document; unknown members are kept. Throws `JsonError`, `foreign`, `shape`, `bounds`. */
export function parseSpdx3(source: Source, options: ReadOptions = {}): Spdx3 {
  const value = readJson(source, options);
  if (!isSpdx3(value)) throw new FormatError('foreign', 'no SPDX document of version 3.0', { ...options });
  return readShape(value, spdx, options);
}

/** Whether the JSON says that it is SPDX 3. */
export function isSpdx3(value: unknown): boolean {
  const context = (value as { '@context'?: unknown } | null)?.['@context']; // read, not trusted
  return typeof context === 'string' && /^https:\/\/spdx\.org\/rdf\/3\.\d+(?:\.\d+)?\//.test(context);
}

/** Every package, and what it needs. An id that is given twice names the first. */
export function spdx3Sbom({ '@graph': elements }: Spdx3): Sbom {
  const dependsOn = new Map<string, Set<string>>();
  const parents = new Map<string, string>();
  for (const { from, to = [], relationshipType = '' } of elements) {
    if (from === undefined) continue;
    for (const end of to) {
      if (NEEDS.has(relationshipType)) addDependency(dependsOn, from, end);
      else if (relationshipType === 'contains' && !parents.has(end)) parents.set(end, from);
    }
  }
  const components = componentsOf(elements, parents);
  return { roots: rootsOf(elements), components, dependsOn: listed(dependsOn) };
}

/** Of documents and bills; a bill that a document has as its root is no component itself. */
function rootsOf(elements: readonly Spdx3Element[]): string[] {
  const holders = elements.filter(({ rootElement }) => rootElement !== undefined);
  const ids = new Set(holders.map(({ spdxId }) => spdxId));
  return distinct(holders.flatMap(({ rootElement = [] }) => rootElement)).filter((id) => !ids.has(id));
}

function componentsOf(
  elements: readonly Spdx3Element[],
  parents: ReadonlyMap<string, string>,
): SbomComponent[] {
  const taken = new Set<string>();
  return elements.flatMap((element, i): SbomComponent[] => {
    if (element.type !== 'software_Package') return [];
    const path = `["@graph"][${i}]`;
    const { spdxId: id = path, name = '', software_packageVersion: version = null } = element;
    const ref = taken.has(id) ? path : id;
    taken.add(ref);
    const parent = parents.get(id) ?? null;
    return [
      { ref, name, version, versionRange: null, purls: purlsOf(element), parent, included: true, path },
    ];
  });
}

function purlsOf({ software_packageUrl, externalIdentifier = [] }: Spdx3Element): string[] {
  const others = externalIdentifier.filter(({ externalIdentifierType: type }) => type === 'packageUrl');
  return distinct([software_packageUrl, ...others.map(({ identifier }) => identifier)]);
}
