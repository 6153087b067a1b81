import type { OrganisationKind, OrganisationState } from './organisation.ts';

export const KIND_WORDS: Readonly<Record<OrganisationKind, string>> = {
  distributor: 'Distributor',
  'package-manager': 'Package manager',
  other: 'Another one',
};

export const STATE_WORDS: Readonly<Record<OrganisationState, string>> = {
  active: 'is told',
  paused: 'is not told for now',
  left: 'has left',
};
