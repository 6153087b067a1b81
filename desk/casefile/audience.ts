import type { Participant } from '../disclosure/index.ts';

/** `team`, or a party of the case: each party sees its own, the team sees all. */
export type Audience = string;

/** The audience that somebody of a case talks in with the team. */
export function audienceOf({ roles, party }: Pick<Participant, 'roles' | 'party'>): Audience {
  if (roles.includes('team')) return 'team';
  if (roles.includes('reporter')) return 'reporter';
  if (roles.includes('maintainer')) return `maintainers:${party}`;
  return roles.includes('distributor') ? 'distributors' : 'participants';
}
