import { quoteFound } from '../base/index.ts';
import type { Policy, PolicyGroup } from './policy.ts';

/**
 * Why the witnesses of these names are no quorum, for people: who is missing where, and how many of them are
 * needed. Null when they are one.
 */
export function missingForQuorum({ groups, quorum }: Policy, names: ReadonlySet<string>): string | null {
  if (quorum === null) return null;
  // A group stands below its members, so that one walk decides all; null of what has witnessed.
  const missing = new Map<string, string | null>();
  const missingOf = (name: string): string | null => {
    const group = missing.get(name);
    return group === undefined ? (names.has(name) ? null : quoteFound(name)) : group;
  };
  for (const group of groups) missing.set(group.name, missingOfGroup(group, missingOf));
  return missingOf(quorum);
}

function missingOfGroup({ name, needs, members }: PolicyGroup, missingOf: (name: string) => string | null) {
  const without = members.map(missingOf).filter((why) => why !== null);
  const have = members.length - without.length;
  if (have >= needs) return null;
  return `${quoteFound(name)} has ${have} of the ${needs} that it needs, without ${without.join(', ')}`;
}
