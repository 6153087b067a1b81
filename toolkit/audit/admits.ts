/** What a requirement lets in: is any affected version among it? */
import {
  AdvisoryError,
  type Interval,
  intersection,
  intervals,
  type RangedEntry,
} from '../advisories/index.ts';
import { CpanError, parseRequirement, type Requirement } from '../cpan/index.ts';

/** The version that the requirement pins exactly, as it is written there; else null. */
export function exactPin(range: string): string | null {
  const [clause, ...others] = readRequirement(range)?.clauses ?? [];
  return clause?.op === '==' && others.length === 0 ? clause.version.original : null;
}

/**
 * Whether any of the ranges admits a version that the entry affects, released or not. Null when the entry's
 * own ranges cannot be read. A requirement that cannot be read admits everything.
 */
export function admits(ranges: readonly string[], entry: RangedEntry): boolean | null {
  const affected = affectedBy(entry);
  if (affected === null) return null;
  return ranges.some((range) => admittedAffected(range, affected).length > 0);
}

/** The affected versions that the range admits. */
export function admittedAffected(range: string, affected: readonly Interval[]): Interval[] {
  const requirement = readRequirement(range);
  return requirement === null ? [...affected] : intersection(affected, accepted(requirement));
}

/** The versions that the entry affects, or null when that cannot be told. */
export function affectedBy({ ranges, fixed }: RangedEntry): Interval[] | null {
  if (ranges.length === 0) return null;
  try {
    return intervals(ranges, fixed);
  } catch (error) {
    if (error instanceof AdvisoryError) return null;
    throw error;
  }
}

/** Clauses of a requirement and constraints of a range are the same but for the blanks. */
function accepted(requirement: Requirement): Interval[] {
  const constraints = requirement.clauses.map(({ op, version }) => `${op}${version.normal}`);
  return constraints.length === 0 ? intervals(['>=0']) : intervals([constraints.join(',')]);
}

function readRequirement(range: string): Requirement | null {
  try {
    return parseRequirement(range);
  } catch (error) {
    if (error instanceof CpanError) return null;
    throw error;
  }
}
