/** When a publication may begin: computed from its cases, never typed. */
import type { CaseFile } from '../casefile/index.ts';
import { type CaseState, inForce, isPublic } from '../disclosure/index.ts';
import type { Plan } from './publication.ts';

export interface Beginning {
  /** Null: at once. */
  readonly at: string | null;
  readonly why: string;
}

/**
 * The latest end of the embargoes in force and of the holds that are planned, and what a person wished beyond. What
 * is public is held back by nothing: then it is at once, whatever was wished.
 */
export function beginningOf(
  files: readonly Pick<CaseFile, 'state' | 'facts'>[],
  { purpose, notBefore }: Pick<Plan, 'purpose' | 'notBefore'>,
): Beginning {
  if (purpose !== 'publish') return wished(notBefore, 'it corrects what is public');
  if (files.every(({ state }) => isPublic(state))) return { at: null, why: 'it is public already' };
  const ends = files.flatMap(({ state, facts }) => heldUntil(state, facts.holdEnd) ?? []);
  const last = [...ends].sort().at(-1);
  if (last === undefined) return wished(notBefore, 'nothing holds it back');
  if (notBefore !== null && notBefore > last) return wished(notBefore, '');
  return { at: last, why: 'the embargo or the planned hold ends then' };
}

/** An embargo that ended leaves no hold, whatever ended it; attacks that were confirmed end a planned one as well. */
function heldUntil(state: CaseState, planned: string | null): string | null {
  const { em, end } = state.embargo;
  if (inForce(state)) return planned !== null && end !== null && planned > end ? planned : end;
  return state.pxa === 'pxa' && em !== 'EXITED' ? planned : null;
}

function wished(notBefore: string | null, otherwise: string): Beginning {
  return notBefore === null
    ? { at: null, why: otherwise }
    : { at: notBefore, why: 'not before, as somebody wished' };
}

/** Instants as cases have them, to the second, and as the database has them. */
export function isDue({ at }: Beginning, now: string): boolean {
  return at === null || Date.parse(at) <= Date.parse(now);
}
