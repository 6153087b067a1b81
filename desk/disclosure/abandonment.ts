/**
 * Whether a distribution is abandoned: five conditions, each with its evidence. Only when all hold is it so; when
 * one does not it is not; else nobody can tell, and it is treated as maintained.
 */
import { subtractPeriod } from './calendar.ts';
import type { Instant } from './instant.ts';
import { formatPeriod } from './period.ts';
import type { Policy } from './policy.ts';

export type Answer = 'yes' | 'no' | 'cannot tell';

/** What was found when somebody looked for activity of one kind. */
export type Trace =
  | { readonly found: 'activity'; readonly last: Instant; readonly evidence: string }
  /** Looked for, and there is none, or no place where it could be. */
  | { readonly found: 'nothing'; readonly evidence: string }
  | { readonly found: 'not looked'; readonly why: string };

export interface Signs {
  /** Releases of the distribution itself. */
  readonly distribution: Trace;
  /** Any upload to CPAN by its maintainers. */
  readonly uploads: Trace;
  /** In the public repository, by its maintainers. */
  readonly repository: Trace;
  /** In forums, trackers and lists. */
  readonly forums: Trace;
  readonly mail: MailSigns;
}

export interface MailSigns {
  /** What became of each address that was written to. */
  readonly outcomes: readonly ('bounced' | 'delivered' | 'answered' | 'unknown')[];
  /** Whether the contact finder has looked everywhere for others. */
  readonly searched: boolean;
}

export interface Condition {
  readonly id: keyof Signs;
  readonly what: string;
  readonly holds: Answer;
  readonly evidence: string;
}

export interface Abandonment {
  readonly abandoned: Answer;
  readonly why: string;
  readonly conditions: readonly Condition[];
}

export function abandonmentOf(signs: Signs, policy: Policy, now: Instant): Abandonment {
  const { silence } = policy.abandonment;
  const since = subtractPeriod(now, silence, policy.calendar);
  const quiet = (id: Exclude<keyof Signs, 'mail'>, what: string): Condition => ({
    id,
    what: `${what} within ${formatPeriod(silence)}`,
    ...silent(signs[id], since),
  });
  const conditions = [
    quiet('distribution', 'no release of the distribution'),
    quiet('uploads', 'no upload to CPAN by its maintainers'),
    quiet('repository', 'no activity in its repository'),
    quiet('forums', 'no activity of its maintainers in forums and trackers'),
    { id: 'mail', what: 'mail bounces and no other address is known', ...unreachable(signs.mail) } as const,
  ];
  return { ...conclusion(conditions), conditions };
}

function silent(trace: Trace, since: Instant): Pick<Condition, 'holds' | 'evidence'> {
  if (trace.found === 'not looked') return { holds: 'cannot tell', evidence: trace.why };
  if (trace.found === 'nothing') return { holds: 'yes', evidence: trace.evidence };
  return { holds: trace.last < since ? 'yes' : 'no', evidence: `${trace.last}: ${trace.evidence}` };
}

function unreachable({ outcomes, searched }: MailSigns): Pick<Condition, 'holds' | 'evidence'> {
  const count = (outcome: MailSigns['outcomes'][number]): number =>
    outcomes.filter((one) => one === outcome).length;
  const evidence = `${outcomes.length} addresses tried: ${count('bounced')} bounced, ${count('delivered')} delivered, ${count('answered')} answered`;
  if (count('answered') + count('delivered') > 0) return { holds: 'no', evidence };
  if (!searched)
    return { holds: 'cannot tell', evidence: `${evidence}; other addresses were not looked for` };
  const known = outcomes.every((outcome) => outcome === 'bounced');
  return { holds: known ? 'yes' : 'cannot tell', evidence };
}

function conclusion(conditions: readonly Condition[]): Pick<Abandonment, 'abandoned' | 'why'> {
  const against = conditions.find(({ holds }) => holds === 'no');
  if (against !== undefined) return { abandoned: 'no', why: `not so: ${against.what} (${against.evidence})` };
  const open = conditions.filter(({ holds }) => holds === 'cannot tell');
  if (open.length === 0) return { abandoned: 'yes', why: 'all five conditions hold' };
  return { abandoned: 'cannot tell', why: `could not tell: ${open.map(({ what }) => what).join('; ')}` };
}
