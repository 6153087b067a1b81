/** The planned disclosure: how long to hold back, what is needed before it, and how far it may be put off. */
import type { Answer } from './abandonment.ts';
import { addPeriod, atTimeOfDay, onBusinessDay } from './calendar.ts';
import type { Instant } from './instant.ts';
import { formatPeriod, type Period } from './period.ts';
import type { Policy } from './policy.ts';

export interface HoldFacts {
  /** The mail to the maintainers; null before it went out. */
  readonly contacted: Instant | null;
  /** Already public, whoever made it so. */
  readonly public: boolean;
  /** A public exploit makes it public; attacks count when a person has confirmed them. */
  readonly exploit: boolean;
  readonly attacks: 'none' | 'reported' | 'confirmed';
  readonly abandoned: Answer;
  /** What came back from the maintainers. */
  readonly reply: 'answered' | 'silent' | 'bounced';
  /** A fix that was released, or one that is ready to be published with the advisory. */
  readonly fix: 'released' | 'patch' | 'none';
}

export interface Hold {
  readonly rule: 'public' | 'exploit' | 'attacks' | 'abandoned' | 'silent' | 'default' | 'not contacted';
  /** Until when; null where nothing is held back, or the clock has not begun. */
  readonly until: Instant | null;
  /** What stands between now and the publication, in words. */
  readonly before: readonly string[];
  readonly why: readonly string[];
}

/** The first rule that applies. */
export function plannedHold(facts: HoldFacts, policy: Policy): Hold {
  return withDoubts(ruleOf(facts, policy), facts);
}

function ruleOf(facts: HoldFacts, policy: Policy): Hold {
  const { contacted } = facts;
  if (facts.public) return noHold('public', 'it is public already');
  if (facts.exploit) return noHold('exploit', 'an exploit is public, and so is what it exploits');
  if (facts.attacks === 'confirmed') return noHold('attacks', 'attacks are confirmed');
  if (facts.abandoned === 'yes')
    return { ...noHold('abandoned', 'nobody is left to fix it: no grace period'), before: needsPatch(facts) };
  if (contacted === null)
    return held('not contacted', null, [], 'the clock begins with the mail to the maintainers');
  if (facts.reply === 'answered') {
    const { planned } = policy.hold;
    const why = `${formatPeriod(planned)} from the mail to the maintainers`;
    return held('default', endAfter(contacted, planned, policy), atTheEnd(facts), why);
  }
  const { silent } = policy.hold;
  const why = `${formatPeriod(silent)} from the mail to the maintainers, who have not answered`;
  return held('silent', endAfter(contacted, silent, policy), needsPatch(facts), why);
}

function withDoubts(hold: Hold, { attacks, reply, abandoned }: HoldFacts): Hold {
  const before = attacks === 'reported' ? ['confirm or dismiss the attacks that were reported'] : [];
  const doubts = [
    ...(attacks === 'reported' ? ['attacks were reported and nobody has confirmed them'] : []),
    ...(hold.rule === 'silent' && reply === 'bounced' ? ['mail bounces: look for other addresses'] : []),
    ...(hold.rule !== 'abandoned' && abandoned === 'cannot tell'
      ? ['whether it is abandoned could not be told, so it is treated as maintained']
      : []),
  ];
  return { ...hold, before: [...before, ...hold.before], why: [...hold.why, ...doubts] };
}

/** When a period that begins now ends, by the policy's hour and its free days. */
export function endAfter(at: Instant, period: Period, { hold, calendar }: Policy): Instant {
  const end = addPeriod(at, period, calendar);
  const timed = hold.endsAt === null ? end : atTimeOfDay(end, hold.endsAt);
  return hold.freeDay === 'keep' ? timed : onBusinessDay(timed, calendar);
}

function noHold(rule: Hold['rule'], why: string): Hold {
  return held(rule, null, [], why);
}

function held(rule: Hold['rule'], until: Instant | null, before: readonly string[], why: string): Hold {
  return { rule, until, before, why: [why] };
}

function needsPatch({ fix }: HoldFacts): string[] {
  return fix === 'none' ? ['a patch: without a maintainer it is published only with one'] : [];
}

function atTheEnd({ fix }: HoldFacts): string[] {
  return fix === 'released'
    ? []
    : ["an issue and a pull request in the distribution's tracker, if nothing is fixed then"];
}

export interface ExtensionAsked {
  readonly contacted: Instant;
  /** The end as it stands. */
  readonly end: Instant;
  readonly wanted: Instant;
  readonly reason: string;
  /** How many were granted before. */
  readonly granted: number;
}

export type ExtensionAnswer = { readonly end: Instant } | { readonly refused: string };

/** Whether the policy lets an end be put off so far; people may agree on less, and the case's machine has to. */
export function extension(asked: ExtensionAsked, policy: Policy): ExtensionAnswer {
  const { longest, most, total } = policy.hold.extension;
  const { end, wanted, reason, granted } = asked;
  if (reason.trim() === '') return { refused: 'an extension has a reason' };
  if (wanted <= end) return { refused: `the end is ${end} already; an earlier one is a revision` };
  if (granted >= most) return { refused: `extended ${granted} times, and ${most} is the most` };
  if (wanted > addPeriod(end, longest, policy.calendar))
    return { refused: `one extension is at most ${formatPeriod(longest)}` };
  const last = addPeriod(asked.contacted, total, policy.calendar);
  if (wanted > last) return { refused: `at most ${formatPeriod(total)} from the first mail, until ${last}` };
  return { end: wanted };
}
