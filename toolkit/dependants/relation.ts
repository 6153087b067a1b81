/**
 * Relations: in which phase a distribution asks for another one, and how much it needs it. A set of them is a
 * mask of bits, the strongest lowest.
 *
 * https://metacpan.org/pod/CPAN::Meta::Spec#Phases, #Relationships
 */

/** From what every user of a distribution runs to what only its author does. */
export const PHASES = ['runtime', 'configure', 'build', 'test', 'develop'] as const;
/** Strongest first. */
export const RELATIONSHIPS = ['requires', 'recommends', 'suggests'] as const;

export type Phase = (typeof PHASES)[number];
export type Relationship = (typeof RELATIONSHIPS)[number];

export interface Relation {
  readonly phase: Phase;
  readonly relationship: Relationship;
}

/** The number of relations; each is a rank below it, 0 the strongest: the relationship counts first. */
export const RANKS: number = PHASES.length * RELATIONSHIPS.length;

const relations: readonly Relation[] = RELATIONSHIPS.flatMap((relationship) =>
  PHASES.map((phase) => ({ phase, relationship })),
);
const ranks: ReadonlyMap<string, number> = new Map(
  relations.map(({ phase, relationship }, rank) => [`${phase} ${relationship}`, rank]),
);

/** Null for `conflicts`, and for phases and relationships of one's own (`x_…`). */
export function rankOf(phase: string, relationship: string): number | null {
  return ranks.get(`${phase} ${relationship}`) ?? null;
}

export function relationAt(rank: number): Relation {
  const relation = relations[rank];
  if (relation === undefined) throw new RangeError(`no relation has rank ${rank}`);
  return relation;
}

/** The mask of every relation of these phases and relationships. */
export function maskOf(phases: readonly Phase[], relationships: readonly Relationship[]): number {
  const chosen = relations.map(({ phase, relationship }, rank) =>
    phases.includes(phase) && relationships.includes(relationship) ? 1 << rank : 0,
  );
  return chosen.reduce((mask, bit) => mask | bit, 0);
}

/** The rank of the strongest relation of a mask that has one. */
export function strongestOf(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
