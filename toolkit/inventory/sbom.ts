/** A bill of materials as components: those of CPAN, and a word on those that cannot be told. */
import { quoteFound } from '../base/index.ts';
import {
  cycloneDxSbom,
  isCycloneDx,
  isSpdx2,
  isSpdx3,
  parseCycloneDx,
  parseSpdx2,
  parseSpdx3,
  type Sbom,
  type SbomComponent,
  spdx2Sbom,
  spdx3Sbom,
} from '../formats/index.ts';
import type { Collection, Draft } from './collection.ts';
import { type Named, readPurl } from './purls.ts';

interface Read {
  readonly kind: 'cyclonedx' | 'spdx';
  readonly sbom: Sbom;
}

/** Null when the JSON is no bill of materials; throws as its format's parser when it is a broken one. */
export function readSbom(value: object, file: string): Read | null {
  if (isCycloneDx(value)) return { kind: 'cyclonedx', sbom: cycloneDxSbom(parseCycloneDx(value, { file })) };
  if (isSpdx2(value)) return { kind: 'spdx', sbom: spdx2Sbom(parseSpdx2(value, { file })) };
  if (isSpdx3(value)) return { kind: 'spdx', sbom: spdx3Sbom(parseSpdx3(value, { file })) };
  return null;
}

/**
 * Adds the components that have a CPAN package URL; those of other ecosystems are not ours to judge. Components
 * without any package URL, and Debian packages of Perl modules, may hide some of CPAN: they are counted.
 */
export function addSbom(collection: Collection, sbom: Sbom, file: string): void {
  const roots = new Set(sbom.roots);
  const drafts = new Map<string, Draft>();
  const unnamed: SbomComponent[] = [];
  const packaged: SbomComponent[] = [];
  for (const component of sbom.components.filter(({ included }) => included)) {
    const draft = addComponent(collection, component, file);
    if (draft !== null) drafts.set(component.ref, draft);
    else if (component.purls.length === 0 && !roots.has(component.ref)) unnamed.push(component);
    else if (component.purls.some(isPerlPackage)) packaged.push(component);
  }
  linkSbom(sbom, drafts, file);
  noteHidden(collection, unnamed, 'unnamed', 'without a package URL', file);
  noteHidden(collection, packaged, 'unsupported', 'of Debian packages with Perl modules', file);
}

function isPerlPackage(purl: string): boolean {
  return /^pkg:deb\/[a-z]+\/(?:lib[a-z0-9.+-]+-perl|perl(?:-base|-modules-[\d.]+)?)(?:@|$)/.test(purl);
}

function addComponent(collection: Collection, component: SbomComponent, file: string): Draft | null {
  const place = { file, path: component.path };
  for (const purl of component.purls) {
    if (!/^pkg:(?:cpan|generic\/perl(?:@|$))/i.test(purl)) continue;
    const named = readPurl(purl, place);
    if ('kind' in named) collection.unexamined.push(named);
    else return collection.add({ ...facts(named, component), presence: 'listed', place });
  }
  return null;
}

/** The purl's version counts, then the component's own; a range in its place pins nothing. */
function facts(named: Named, { version, versionRange }: SbomComponent) {
  const found = named.version ?? version;
  if (found !== null) return { ...named, version: found };
  if (versionRange === null) return { ...named, version: null, unversioned: 'absent' as const };
  return { ...named, version: null, unversioned: 'not-pinned' as const, requirement: versionRange };
}

function linkSbom({ roots, components, dependsOn }: Sbom, drafts: Map<string, Draft>, file: string): void {
  for (const [ref, needs] of dependsOn) {
    for (const need of needs) {
      const draft = drafts.get(need);
      if (draft !== undefined) drafts.get(ref)?.requires.add(draft);
    }
  }
  const byRef = new Map(components.map((component) => [component.ref, component]));
  for (const root of roots) {
    const place = { file, path: byRef.get(root)?.path ?? '' };
    for (const need of dependsOn.get(root) ?? []) {
      const draft = drafts.get(need);
      const module = draft?.distribution ?? draft?.module ?? '';
      draft?.asked.push({ module, range: '0', phase: 'runtime', relationship: 'requires', place });
    }
  }
}

const SHOWN_NAMES = 5;

function noteHidden(
  collection: Collection,
  components: readonly SbomComponent[],
  kind: 'unnamed' | 'unsupported',
  what: string,
  file: string,
): void {
  const [first] = components;
  if (first === undefined) return;
  const names = components.slice(0, SHOWN_NAMES).map(({ name }) => quoteFound(name));
  const more = components.length > SHOWN_NAMES ? ' …' : '';
  const count = components.length === 1 ? '1 component' : `${components.length} components`;
  const reason = `${count} ${what}: ${names.join(', ')}${more}`;
  collection.unexamined.push({ kind, place: { file, path: first.path }, reason });
}
