import type { Role } from '../access/index.ts';
import type { Signal } from '../ui/index.ts';
import type { MemberState } from './member.ts';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  coordinator: 'Coordinator',
  cna: 'CNA member',
  triager: 'Triager',
  auditor: 'Auditor',
};

export const STATE_WORDS: Readonly<Record<MemberState, readonly [Signal, string]>> = {
  invited: ['quiet', 'Invited'],
  active: ['good', 'Active'],
  suspended: ['warning', 'Suspended'],
  left: ['quiet', 'Left'],
};

/** `2026-11-25`. */
export function day(instant: string): string {
  return instant.slice(0, 10);
}
