/** How what a role says becomes what it says next. */
import { canonicalJson } from '../base/index.ts';
import type { TargetFile, Targets } from './model.ts';

/** Null where it says that already. */
export type Edit = (now: Targets) => Targets | null;

/** The same again, to be signed anew. */
export const ANEW: Edit = (now) => now;

export interface TargetChange {
  readonly path: string;
  /** Null takes the target away. */
  readonly target: TargetFile | null;
  /** Of what has one content for ever: where a target stands it stays. */
  readonly once?: true;
}

/** By path. */
export function withTargets(changes: ReadonlyMap<string, TargetChange>): Edit {
  return (now) => {
    const targets = new Map(now.targets);
    let changed = false;
    for (const { path, target, once } of changes.values()) {
      const before = targets.get(path);
      if (target === null) changed = targets.delete(path) || changed;
      else if (before === undefined || (once !== true && !isSame(before, target))) {
        targets.set(path, target);
        changed = true;
      }
    }
    return changed ? { ...now, targets } : null;
  };
}

function isSame(a: TargetFile, b: TargetFile): boolean {
  const digests = [...b.hashes];
  return (
    a.length === b.length &&
    a.hashes.size === digests.length &&
    digests.every(([algorithm, digest]) => a.hashes.get(algorithm) === digest) &&
    canonicalJson(a.custom ?? null) === canonicalJson(b.custom ?? null)
  );
}
