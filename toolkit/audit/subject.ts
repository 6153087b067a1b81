/**
 * Subjects: what is judged. One distribution in one version in one place; components of an inventory that are
 * modules of the same installed distribution, or requirements on the same one, become one subject.
 */
import { compareText, formatPlace, type Place } from '../base/index.ts';
import type { Asked, Component, Distributor } from '../inventory/index.ts';

export interface Subject {
  /** Of the component that speaks for it. */
  readonly key: string;
  /** Keys of every component in it. */
  readonly members: readonly string[];
  /** The distribution, or the module where no distribution is known. */
  readonly name: string;
  readonly distribution: string | null;
  readonly module: string | null;
  /** Null with `requirements` or with `unversioned`. */
  readonly version: string | null;
  readonly unversioned: Unversioned | null;
  /** The ranges asked for, where that is all there is. */
  readonly requirements: readonly Wanted[];
  readonly presence: Component['presence'];
  readonly core: boolean;
  readonly places: readonly Place[];
  readonly asked: readonly Asked[];
  /** Keys of components. */
  readonly requires: readonly string[];
  readonly distributor: Distributor | null;
  readonly shadowedBy: string | null;
  /** What broke when its distribution was looked up. */
  readonly damage: string | null;
}

export interface Unversioned {
  readonly reason: 'version-absent' | 'version-unreadable';
  readonly text: string;
}

export interface Wanted {
  readonly module: string | null;
  readonly range: string;
  /** It holds wherever the project runs, not in one phase or with one feature only. */
  readonly always: boolean;
}

/** A component with its distribution as far as it is known. */
export interface Resolved {
  readonly component: Component;
  readonly distribution: string | null;
  readonly damage: string | null;
}

/** The subjects of these components, by key, whatever their order. `mainModule` says who speaks for a distribution. */
export function groupSubjects(
  resolved: readonly Resolved[],
  mainModule: (distribution: string) => string | null,
): Subject[] {
  const subjects: Subject[] = [];
  const groups = new Map<string, Resolved[]>();
  for (const one of resolved) {
    const key = groupKey(one);
    const group = key === null ? undefined : groups.get(key);
    if (key === null) subjects.push(subjectOf(one, [one], one.component.version));
    else if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  for (const group of groups.values()) subjects.push(...subjectsOf(group.sort(compareKeys), mainModule));
  return subjects.sort((a, b) => compareText(a.key, b.key));
}

export function compareKeys(a: Resolved, b: Resolved): number {
  return compareText(a.component.key, b.component.key);
}

/** Components with equal group keys may be one thing; null stands alone. */
function groupKey({ component, distribution }: Resolved): string | null {
  const { presence } = component;
  if (distribution === null) return null;
  if (presence === 'declared' && component.version === null)
    return JSON.stringify(['declared', distribution]);
  const scattered = presence === 'installed' || presence === 'core';
  return scattered ? JSON.stringify([presence, treeOf(component), distribution]) : null;
}

/** The directory that the module's path starts from, where the inventory does not say. */
function treeOf({ tree, module, places }: Component): string {
  if (tree !== undefined) return tree;
  const file = places[0]?.file ?? '';
  const tail = `${(module ?? '').replaceAll('::', '/')}.pm`;
  return file.endsWith(`/${tail}`) ? file.slice(0, -tail.length - 1) : file;
}

/**
 * Where the input names the distribution, each component that does so is a subject and the first of them takes
 * in what only names modules. Otherwise the main module speaks for the others.
 */
function subjectsOf(group: readonly Resolved[], mainModule: (name: string) => string | null): Subject[] {
  const [first] = group;
  if (first === undefined) return [];
  if (first.component.presence === 'declared') return [subjectOf(first, group, null)];
  const named = group.filter(({ component }) => component.distribution !== null);
  const [speaker, ...others] = named;
  if (speaker === undefined) return [scattered(first, group, mainModule(first.distribution ?? ''))];
  const modules = group.filter(({ component }) => component.distribution === null);
  return [
    subjectOf(speaker, [speaker, ...modules], speaker.component.version),
    ...others.map((other) => subjectOf(other, [other], other.component.version)),
  ];
}

/** Modules of one distribution: its version is that of the main module, else the one they all have. */
function scattered(first: Resolved, group: readonly Resolved[], main: string | null): Subject {
  const sorted = [...group].sort(
    (a, b) => nameOf(a).length - nameOf(b).length || compareText(nameOf(a), nameOf(b)) || compareKeys(a, b),
  );
  const speaker = sorted.find(({ component }) => component.module === main) ?? sorted[0] ?? first;
  const versions = new Set(group.map(({ component }) => component.version));
  if (speaker.component.module === main || versions.size === 1)
    return subjectOf(speaker, group, speaker.component.version);
  return { ...subjectOf(speaker, group, null), unversioned: disagreement(sorted) };
}

function disagreement(group: readonly Resolved[]): Unversioned {
  const shown = group
    .slice(0, 3)
    .map(({ component }) => `${component.module ?? ''} ${component.version ?? 'without one'}`);
  const text = `its modules have different versions (${shown.join(', ')}${group.length > 3 ? ' …' : ''}) and its main module is not here`;
  return { reason: 'version-unreadable', text };
}

function nameOf({ component, distribution }: Resolved): string {
  return component.module ?? distribution ?? '';
}

/** Of these components, one of which speaks for all. */
export function subjectOf(speaker: Resolved, group: readonly Resolved[], version: string | null): Subject {
  const { component, distribution, damage } = speaker;
  const components = group.map((one) => one.component);
  const requirements = version === null ? components.flatMap(wantedOf) : [];
  return {
    key: component.key,
    members: components.map(({ key }) => key),
    name: distribution ?? component.module ?? component.key,
    distribution,
    module: component.module,
    version,
    unversioned: version === null && requirements.length === 0 ? unversionedOf(component) : null,
    requirements,
    presence: component.presence,
    core: component.presence === 'core' || distribution === 'perl',
    places: group.length === 1 ? component.places : placesOf(speaker, group),
    asked: sorted(together(components, (one) => one.asked)),
    requires: together(components, (one) => one.requires),
    distributor: component.distributor ?? null,
    shadowedBy: component.shadowedBy ?? null,
    damage,
  };
}

/** Most are asked for by nobody or by one. */
function sorted(asked: readonly Asked[]): readonly Asked[] {
  return asked.length < 2 ? asked : asked.toSorted(compareAsked);
}

/** The lists of all of them as one; most subjects are one component. */
function together<T>(
  components: readonly Component[],
  list: (component: Component) => readonly T[],
): readonly T[] {
  const [only] = components;
  return only !== undefined && components.length === 1 ? list(only) : components.flatMap(list);
}

/** The single ranges where it says who asks, else the sum of them. */
function wantedOf({ requirement, module, unversioned, asked }: Component): Wanted[] {
  if (requirement === undefined && unversioned !== 'not-pinned') return [];
  if (asked.length === 0) return [{ module, range: requirement ?? '0', always: true }];
  return asked.map((one) => ({ module: one.module, range: one.range, always: isAlways(one) }));
}

function isAlways({ phase, relationship, feature }: Asked): boolean {
  return phase === 'runtime' && relationship === 'requires' && feature === undefined;
}

function unversionedOf({ unversioned }: Component): Unversioned {
  if (unversioned === 'unreadable')
    return { reason: 'version-unreadable', text: 'its version could not be read' };
  return { reason: 'version-absent', text: 'it says no version' };
}

/** Places listed of a subject that was seen in many. */
const MAX_PLACES = 10;

function placesOf(speaker: Resolved, group: readonly Resolved[]): Place[] {
  const others = group.filter((one) => one !== speaker).flatMap(({ component }) => component.places);
  const sorted = others.map((place) => ({ place, text: formatPlace(place) }));
  sorted.sort((a, b) => compareText(a.text, b.text));
  const places = [...speaker.component.places, ...sorted.map(({ place }) => place)];
  const seen = new Set<string>();
  return places
    .filter((place) => !seen.has(formatPlace(place)) && seen.add(formatPlace(place)))
    .slice(0, MAX_PLACES);
}

function compareAsked(a: Asked, b: Asked): number {
  return comparePlaces(a.place, b.place) || compareText(a.module, b.module) || compareText(a.range, b.range);
}

/** By file, then line, then column, then path. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compareText(a.file ?? '', b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.path ?? '', b.path ?? '')
  );
}
