/** Whether it is a vulnerability: enough members of the CNA say so, or whoever makes the software does. */
import type { Policy } from './policy.ts';

export interface Vote {
  readonly by: string;
  readonly role: 'member' | 'maintainer';
  readonly says: 'yes' | 'no' | 'unsure';
  /** A conflict of interest that the voter declared: the vote is kept and not counted. */
  readonly conflict: string | null;
}

export interface Verdict {
  readonly vulnerability: 'yes' | 'no' | 'open';
  readonly why: string;
}

/** The last vote of each counts. A maintainer's yes decides; a maintainer's no does not. */
export function verdictOf(votes: readonly Vote[], { triage }: Policy): Verdict {
  const last = [...new Map(votes.map((vote) => [vote.by, vote])).values()];
  const counted = last.filter(({ conflict }) => conflict === null);
  const maintainer = counted.find(({ role, says }) => role === 'maintainer' && says === 'yes');
  if (maintainer !== undefined)
    return { vulnerability: 'yes', why: `${maintainer.by}, a maintainer, says so` };
  const members = counted.filter(({ role }) => role === 'member');
  const yes = members.filter(({ says }) => says === 'yes').length;
  const no = members.filter(({ says }) => says === 'no').length;
  const needed = triage.votes;
  if (yes >= needed) return { vulnerability: 'yes', why: `${yes} members say so, ${needed} are enough` };
  if (no >= needed && yes === 0)
    return { vulnerability: 'no', why: `${no} members say that it is none, and none says that it is` };
  return { vulnerability: 'open', why: `${yes} of ${needed} members say yes, ${no} no` };
}
