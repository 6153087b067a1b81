/** Components for what is asked for: found among what provides it, else of core perl, else only declared. */
import { mergeRequirements, parseRequirement, type Requirement } from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';
import type { Core } from './core.ts';
import type { Want } from './wants.ts';

/** How what is asked for is looked up. */
export interface Lookup {
  /** What provides a module here: a locked distribution, an installed one. */
  readonly providers: ReadonlyMap<string, Draft>;
  readonly core: Core;
  /** True when what is here is complete but for what core perl supplies: a lock file, a local library. */
  readonly complete: boolean;
  /** The distribution of a module by 02packages, where that is at hand. */
  readonly distributionOf: (module: string) => string | null;
}

/** Adds what the wants ask for, and says on each component who asked. */
export function addWants(collection: Collection, wants: readonly Want[], lookup: Lookup): void {
  for (const group of groupWants(wants, lookup).values()) {
    const draft = resolve(collection, group, lookup);
    draft?.asked.push(...group.map(({ asked }) => asked));
  }
}

/** By what provides the module, by distribution or by module: each group is one component. */
function groupWants(wants: readonly Want[], { providers, distributionOf }: Lookup): Map<unknown, Want[]> {
  const groups = new Map<unknown, Want[]>();
  for (const given of wants) {
    const { module } = given.asked;
    const want = { ...given, distribution: given.distribution ?? distributionOf(module) };
    const group = providers.get(module) ?? want.distribution ?? `module ${module}`;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [want]);
    else members.push(want);
  }
  return groups;
}

function resolve(collection: Collection, group: readonly Want[], lookup: Lookup): Draft | null {
  const [first] = group;
  if (first === undefined) return null;
  const { module } = first.asked;
  const provider = lookup.providers.get(module);
  const editable = group.some((want) => want.editable);
  if (provider !== undefined) {
    if (editable) provider.editable = true;
    return provider;
  }
  const range = mergeRanges(group);
  const supplied = lookup.core.supply(module, range);
  if (supplied !== null) return supplied;
  if (lookup.complete && lookup.core.maySupply(module)) return null;
  return declaredDraft(collection, first, range, editable);
}

function declaredDraft(
  collection: Collection,
  { asked, distribution }: Want,
  range: Requirement | null,
  editable: boolean,
): Draft {
  const version = pinned(range);
  return collection.add({
    distribution,
    module: asked.module,
    version,
    ...(version === null ? { unversioned: 'not-pinned' } : {}),
    requirement: range?.canonical ?? asked.range,
    presence: 'declared',
    ...(editable ? { editable } : {}),
    place: asked.place,
  });
}

/** Everything that is asked of one module at once; the first range alone where they contradict each other. */
function mergeRanges(group: readonly Want[]): Requirement | null {
  const ranges = group.map(({ asked }) => readRange(asked.range)).filter((range) => range !== null);
  const [first = null, ...others] = ranges;
  try {
    return first === null ? null : others.reduce(mergeRequirements, first);
  } catch {
    return first;
  }
}

/** A range that cannot be read asks for we do not know what; the cpanfile's reader has reported it. */
function readRange(text: string): Requirement | null {
  try {
    return parseRequirement(text);
  } catch {
    return null;
  }
}

/** The version of `== 1.2`: no other may be installed. */
function pinned(range: Requirement | null): string | null {
  const [clause, ...others] = range?.clauses ?? [];
  return clause?.op === '==' && others.length === 0 ? clause.version.original : null;
}
