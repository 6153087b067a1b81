/** The groups of a case, with walls between them: what is said in one is seen by it and by the team alone. */
import { type CaseState, inForce, type Participant } from './case-state.ts';

/** Who a thread, a file or a notice is for. */
export type Audience =
  | { readonly kind: 'team' | 'reporter' | 'participants' | 'distributors' }
  /** One party of maintainers; another party of the same case sees nothing of it. */
  | { readonly kind: 'maintainers'; readonly party: string };

/** The audiences that a case has now, the team first. */
export function audiencesOf({ participants }: Pick<CaseState, 'participants'>): Audience[] {
  const present = participants.filter(({ left }) => left === null);
  const has = (role: string): boolean => present.some(({ roles }) => roles.some((one) => one === role));
  const parties = new Set(
    present.filter(({ roles }) => roles.includes('maintainer')).map(({ party }) => party),
  );
  return [
    { kind: 'team' },
    ...(has('reporter') ? [{ kind: 'reporter' } as const] : []),
    ...[...parties].sort().map((party) => ({ kind: 'maintainers', party }) as const),
    ...(has('participant') ? [{ kind: 'participants' } as const] : []),
    ...(has('distributor') ? [{ kind: 'distributors' } as const] : []),
  ];
}

/**
 * Whether a participant sees what is for the audience. The team sees all; whoever has left, nothing; while an
 * embargo is in force, only who has accepted it and to whom the report was shown.
 */
export function canSee(audience: Audience, participant: Participant, state: CaseState): boolean {
  const { left, roles, shown, pec, id } = participant;
  if (left !== null || !state.participants.some((one) => one.id === id)) return false;
  if (roles.includes('team')) return true;
  const told = shown !== null && (!inForce(state) || pec === 'SIGNATORY' || roles.includes('reporter'));
  return told && belongs(audience, participant);
}

function belongs(audience: Audience, { roles, party }: Participant): boolean {
  switch (audience.kind) {
    case 'team':
      return false;
    case 'reporter':
      return roles.includes('reporter');
    case 'maintainers':
      return roles.includes('maintainer') && party === audience.party;
    case 'participants':
      return roles.includes('participant');
    case 'distributors':
      return roles.includes('distributor');
  }
}
