/** What a bill of materials says, whichever its format. CycloneDX and SPDX have readers that give this. */

export interface Sbom {
  /** Refs of what the document is about; none where it does not say. */
  readonly roots: readonly string[];
  /** In the document's order, the roots among them. */
  readonly components: readonly SbomComponent[];
  /** Refs of what a component needs directly, by its ref. A ref may lead to no component. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
}

export interface SbomComponent {
  /** The document's own identifier; where it has none, or one that is taken, the path. */
  readonly ref: string;
  readonly name: string;
  readonly version: string | null;
  /** A range in place of the version, as a rule VERS: what is asked for, not what is there. */
  readonly versionRange: string | null;
  readonly purls: readonly string[];
  /** Ref of the component that contains it. */
  readonly parent: string | null;
  /** False for what the document lists without its being part of the thing described. */
  readonly included: boolean;
  /** Where it stands: `components[3].components[0]`. */
  readonly path: string;
}

/** Adds a dependency, once. */
export function addDependency(dependsOn: Map<string, Set<string>>, from: string, to: string): void {
  const known = dependsOn.get(from);
  if (known === undefined) dependsOn.set(from, new Set([to]));
  else known.add(to);
}

export function listed(dependsOn: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  return new Map([...dependsOn].map(([from, to]) => [from, [...to]]));
}
