/** Why a distribution is there, whether or not anything is known against it. */
import type { Component, Inventory } from '../inventory/index.ts';
import { type Explanation, Graph, type GraphNode } from './paths.ts';

export interface Reason extends Explanation {
  readonly component: Component;
}

/**
 * Every component that is this distribution or module, with the chains that lead to it. `distributionOf` maps a
 * module to its distribution where the inventory does not; empty when nothing of that name is there.
 */
export function why(
  inventory: Inventory,
  name: string,
  distributionOf: (module: string) => string | null,
): Reason[] {
  const { components } = inventory;
  const graph = graphOf(components);
  const wanted = new Set([name, distributionOf(name) ?? name, name.replaceAll('::', '-')]);
  return components.flatMap((component, position) => {
    const { distribution, module } = component;
    const named = distribution ?? (module === null ? null : (distributionOf(module) ?? module));
    const isIt = (named !== null && wanted.has(named)) || (module !== null && wanted.has(module));
    return isIt ? [{ component, ...graph.explain(position) }] : [];
  });
}

function graphOf(components: readonly Component[]): Graph {
  const positions = new Map(components.map(({ key }, i) => [key, i]));
  return new Graph(
    components.map(({ distribution, module, version, asked, requires }): GraphNode => {
      const place = asked[0]?.place;
      return {
        step: { name: distribution ?? module ?? '', version, ...(place === undefined ? {} : { place }) },
        asked: asked.length > 0,
        requires: requires.flatMap((key) => positions.get(key) ?? []),
      };
    }),
  );
}
