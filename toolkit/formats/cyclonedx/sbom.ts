/** The components of a CycloneDX document, nested ones too, and what they need. */
import { addDependency, listed, type Sbom, type SbomComponent } from '../sbom.ts';
import { distinct } from '../vex.ts';
import type { CycloneDx, CycloneDxComponent } from './bom.ts';

interface Step {
  readonly component: CycloneDxComponent;
  readonly path: string;
  readonly parent: string | null;
}

/** Every component of the document. A `bom-ref` that is given twice names the first. */
export function cycloneDxSbom(bom: CycloneDx): Sbom {
  const components = new Map<string, SbomComponent>();
  const stack: Step[] = [];
  pushAll(stack, bom.components ?? [], 'components', null);
  if (bom.metadata?.component !== undefined) {
    stack.push({ component: bom.metadata.component, path: 'metadata.component', parent: null });
  }
  // With a stack of its own, first components first.
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const found = componentOf(step, components);
    components.set(found.ref, found);
    pushAll(stack, step.component.components ?? [], `${step.path}.components`, found.ref);
  }
  const all = [...components.values()];
  const roots = all.filter(({ path }) => path === 'metadata.component').map(({ ref }) => ref);
  return { roots, components: all, dependsOn: dependenciesOf(bom) };
}

function pushAll(
  stack: Step[],
  components: readonly CycloneDxComponent[],
  path: string,
  parent: string | null,
): void {
  const steps = components.map((component, i) => ({ component, path: `${path}[${i}]`, parent }));
  for (const step of steps.reverse()) stack.push(step);
}

function componentOf({ component, path, parent }: Step, known: ReadonlyMap<string, unknown>): SbomComponent {
  const ref = component['bom-ref'];
  return {
    ref: ref === undefined || known.has(ref) ? path : ref,
    name: component.group === undefined ? component.name : `${component.group}/${component.name}`,
    version: component.version ?? null,
    versionRange: component.versionRange ?? null,
    purls: distinct([component.purl]),
    parent,
    included: component.scope !== 'excluded',
    path,
  };
}

function dependenciesOf({ dependencies = [] }: CycloneDx): Map<string, string[]> {
  const dependsOn = new Map<string, Set<string>>();
  for (const { ref, dependsOn: refs = [] } of dependencies) {
    for (const to of refs) addDependency(dependsOn, ref, to);
  }
  return listed(dependsOn);
}
