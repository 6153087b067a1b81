/**
 * The clocks of a case: what is due when, by which rule, and whether it was met. Computed from facts each time;
 * nothing runs here.
 */
import { compareText } from 'cpansec/base';
import { addPeriod, subtractPeriod } from './calendar.ts';
import type { CaseFacts, Dispute } from './case-facts.ts';
import { type Instant, instantOf, millisecondsOf } from './instant.ts';
import { formatPeriod, type Period } from './period.ts';
import type { Policy } from './policy.ts';

export interface Clock {
  /** `contact`, `remind-1`, `consent:p7`. */
  readonly id: string;
  /** The id without what tells clocks of one kind apart. */
  readonly kind: ClockKind;
  /** What is to be done, in words. */
  readonly what: string;
  /** The participant who has to do it, or `team`. */
  readonly who: string;
  /** Of a paused clock: if it went on now. */
  readonly due: Instant;
  readonly state: 'running' | 'met' | 'late' | 'paused';
  /** When it was done, be it late. */
  readonly done: Instant | null;
  /** The rule: its name in the policy, the period and what it counts from. */
  readonly why: string;
  /** Whether it runs on when the case is closed. */
  readonly outlives: boolean;
}

/** What a clock is of, in words that say nothing of a case. */
export const CLOCK_WORDS = {
  acknowledge: 'acknowledgement of the report',
  decide: 'decision of the report',
  contact: 'first mail to the maintainers',
  remind: 'reminder to the maintainers',
  alternates: 'other ways to the maintainers',
  warn: 'warning of the end',
  'hold-end': 'disclosure',
  update: 'word to the reporter',
  consent: 'answer to an embargo',
  distributors: 'notice to distributors',
  'record-should': 'CVE record, should',
  'record-must': 'CVE record, must',
  dispute: 'acknowledgement of a dispute',
  'dispute-end': 'decision of a dispute',
  correct: 'correction of a record',
  reject: 'rejection of an id',
  downstream: 'answer about a product downstream',
  contain: 'request for containment',
  notice: 'notice to users',
  'contain-answer': 'answer to a request for containment',
  'contain-done': 'end of a request for containment',
  'exploited-warning': 'exploitation, early warning',
  'exploited-notification': 'exploitation, notification',
  'exploited-final': 'exploitation, final report',
} as const;
export type ClockKind = keyof typeof CLOCK_WORDS;

/** `remind-1` is a `remind`, `consent:p7` a `consent`. */
function kindOf(id: string): ClockKind {
  return id.replace(/:.*$/, '').replace(/-\d+$/, '') as ClockKind; // the rules below name no other
}

interface Start {
  readonly id: string;
  readonly what: string;
  readonly who?: string;
  readonly due: Instant;
  readonly done: Instant | null;
  readonly why: string;
  /** Stands still while the group waits for the reporter, counted from this instant. */
  readonly pausesFrom?: Instant;
  /** Runs on when the case is closed. */
  readonly outlives?: true;
}

/** All clocks that the facts have started, the earliest first. */
export function deadlines(facts: CaseFacts, policy: Policy, now: Instant): Clock[] {
  return RULES.flatMap((rule) => rule(facts, policy))
    .flatMap((start) => clockOf(start, facts, now))
    .toSorted((a, b) => compareText(a.due, b.due) || compareText(a.kind, b.kind));
}

type Rule = (facts: CaseFacts, policy: Policy) => Start[];

const RULES: readonly Rule[] = [
  ({ reported, acknowledged }, policy) => [
    after(policy, reported, policy.report.acknowledge, {
      id: 'acknowledge',
      what: 'acknowledge the report',
      done: acknowledged,
      rule: 'report.acknowledge',
      from: 'the report',
    }),
  ],
  ({ reported, decided, containment }, policy) => [
    {
      ...after(policy, reported, policy.triage.decide, {
        id: 'decide',
        what: containment === null ? 'decide whether it is a vulnerability in scope' : 'decide what it is',
        done: decided,
        rule: 'triage.decide',
        from: 'the report',
      }),
      pausesFrom: reported,
    },
  ],
  ({ reported, contacted, containment }, policy) =>
    containment !== null
      ? []
      : [
          {
            ...after(policy, reported, policy.contact.within, {
              id: 'contact',
              what: 'write to the maintainers',
              done: contacted,
              rule: 'contact.within',
              from: 'the report',
            }),
            pausesFrom: reported,
          },
        ],
  reminders,
  ({ contacted, answered, alternates }, policy) =>
    contacted === null || (answered !== null && alternates === null)
      ? []
      : [
          after(policy, contacted, policy.contact.alternates, {
            id: 'alternates',
            what: 'try other ways to the maintainers',
            done: alternates,
            rule: 'contact.alternates',
            from: 'the first mail to the maintainers',
          }),
        ],
  warnings,
  ({ holdEnd, disclosed }) =>
    holdEnd === null
      ? []
      : [
          {
            id: 'hold-end',
            what: 'disclose',
            due: holdEnd,
            done: disclosed,
            why: 'the agreed or planned end',
          },
        ],
  ({ reporterTold, closed }, policy) =>
    reporterTold === null || closed !== null
      ? []
      : [
          after(policy, reporterTold, policy.report.update, {
            id: 'update',
            what: 'tell the reporter how it stands',
            done: null,
            rule: 'report.update',
            from: 'the last word to the reporter',
          }),
        ],
  ({ asked }, policy) =>
    asked.map(({ participant, at, answered }) => ({
      ...after(policy, at, policy.consent.answer, {
        id: `consent:${participant}`,
        what: 'answer whether to keep the embargo',
        done: answered,
        rule: 'consent.answer',
        from: 'being asked',
      }),
      who: participant,
    })),
  ({ distributors, holdEnd }, policy) =>
    distributors === null || holdEnd === null
      ? []
      : [
          before(policy, holdEnd, policy.distributors.latest, {
            id: 'distributors',
            what: 'give the distributors notice',
            done: distributors.told,
            rule: 'distributors.latest',
            from: 'the end',
          }),
        ],
  ({ disclosed, recorded, containment }, policy) =>
    disclosed === null || containment !== null
      ? []
      : (['should', 'must'] as const).map((force) =>
          after(policy, disclosed, policy.publication[force], {
            id: `record-${force}`,
            what: `publish the CVE record (${force})`,
            done: recorded,
            rule: `publication.${force}`,
            from: 'the disclosure',
          }),
        ),
  ({ disputes }, policy) => disputes.flatMap((dispute) => disputed(dispute, policy)),
  amendments,
  ({ downstream }, policy) =>
    downstream.map(({ product, asked, ended }) =>
      after(policy, asked, policy.followUp.answer, {
        id: `downstream:${product}`,
        what: 'hear how a product downstream stands',
        done: ended,
        rule: 'followUp.answer',
        from: 'being asked',
      }),
    ),
  incident,
  exploitation,
];

/** Whoever ends one has answered it, acknowledged or not. */
function disputed({ id, received, acknowledged, ended }: Dispute, policy: Policy): Start[] {
  const from = 'the dispute';
  const starts = [
    after(policy, received, policy.disputes.acknowledge, {
      ...{ id: `dispute:${id}`, what: 'acknowledge the dispute' },
      ...{ done: acknowledged ?? ended?.at ?? null, rule: 'disputes.acknowledge', from },
    }),
    after(policy, received, policy.disputes.decide, {
      ...{ id: `dispute-end:${id}`, what: 'decide the dispute' },
      ...{ done: ended?.at ?? null, rule: 'disputes.decide', from },
    }),
  ];
  return starts.map((start) => ({ ...start, outlives: true }));
}

function amendments({ amendments: all }: CaseFacts, policy: Policy): Start[] {
  return all.map(({ id, kind, cve, since, done }) => {
    const what = `${kind === 'reject' ? 'reject' : 'correct the record of'} ${cve ?? 'the advisory'}`;
    const named = { id: `${kind}:${id}`, what, done, rule: 'publication.amend', from: 'the decision' };
    return { ...after(policy, since, policy.publication.amend, named), outlives: true };
  });
}

function reminders({ contacted, answered, reminded }: CaseFacts, policy: Policy): Start[] {
  if (contacted === null) return [];
  return policy.contact.remind.flatMap((period, i) => {
    const done = reminded[i] ?? null;
    // Whoever has answered needs no reminder any more.
    if (done === null && answered !== null) return [];
    return after(policy, contacted, period, {
      id: `remind-${i + 1}`,
      what: 'remind the maintainers',
      done,
      rule: `contact.remind[${i}]`,
      from: 'the first mail to the maintainers',
    });
  });
}

function warnings({ holdEnd, warned, disclosed }: CaseFacts, policy: Policy): Start[] {
  if (holdEnd === null) return [];
  return policy.hold.warn.flatMap((period, i) => {
    const done = warned[i] ?? null;
    if (done === null && disclosed !== null) return [];
    return before(policy, holdEnd, period, {
      id: `warn-${i + 1}`,
      what: 'tell the maintainers that the end is near',
      done,
      rule: `hold.warn[${i}]`,
      from: 'the end',
    });
  });
}

/** What an incident promises: others are asked, users are told, and who was asked answers. */
function incident({ reported, disclosed, containment }: CaseFacts, policy: Policy): Start[] {
  if (containment === null) return [];
  const { ask, notice, answer, done } = policy.containment;
  const first = containment.map(({ asked }) => asked).sort(compareText)[0] ?? null;
  const named = { rule: 'containment.ask', from: 'the report' };
  return [
    after(policy, reported, ask, { ...named, id: 'contain', what: 'ask for containment', done: first }),
    after(policy, reported, notice, {
      id: 'notice',
      what: 'tell users what to do',
      done: disclosed,
      rule: 'containment.notice',
      from: 'the report',
    }),
    ...containment.flatMap(({ id, what, asked, answered, ended }) => {
      const request = { from: 'being asked' };
      return [
        after(policy, asked, answer, {
          ...request,
          id: `contain-answer:${id}`,
          what: `get an answer: ${what}`,
          done: answered ?? ended,
          rule: 'containment.answer',
        }),
        after(policy, asked, done, {
          ...request,
          id: `contain-done:${id}`,
          what,
          done: ended,
          rule: 'containment.done',
        }),
      ];
    }),
  ];
}

function exploitation({ exploitedKnown, exploitedTold, fixAvailable }: CaseFacts, policy: Policy): Start[] {
  if (!policy.exploited.applies || exploitedKnown === null) return [];
  const stages = [
    ['warning', exploitedKnown, 'the knowledge of it'],
    ['notification', exploitedKnown, 'the knowledge of it'],
    ['final', fixAvailable, 'the fix'],
  ] as const;
  return stages.flatMap(([stage, from, words]) =>
    from === null
      ? []
      : after(policy, from, policy.exploited[stage], {
          id: `exploited-${stage}`,
          what: `notify of the exploitation (${stage})`,
          done: exploitedTold[stage],
          rule: `exploited.${stage}`,
          from: words,
        }),
  );
}

interface Named {
  readonly id: string;
  readonly what: string;
  readonly done: Instant | null;
  readonly rule: string;
  readonly from: string;
}

function after(policy: Policy, at: Instant, period: Period, { id, what, done, rule, from }: Named): Start {
  const why = `${rule}: ${formatPeriod(period)} from ${from}`;
  return { id, what, done, why, due: addPeriod(at, period, policy.calendar) };
}

function before(policy: Policy, at: Instant, period: Period, { id, what, done, rule, from }: Named): Start {
  const why = `${rule}: ${formatPeriod(period)} before ${from}`;
  return { id, what, done, why, due: subtractPeriod(at, period, policy.calendar) };
}

function clockOf({ pausesFrom, outlives, ...start }: Start, facts: CaseFacts, now: Instant): Clock[] {
  const closed = outlives === true ? null : facts.closed;
  const until = start.done ?? closed ?? now;
  const pause = pausesFrom === undefined ? NO_PAUSE : pauseOf(facts, pausesFrom, until);
  const due = instantOf(millisecondsOf(start.due) + pause.milliseconds);
  // What a closed case did not come to and was not due is not asked for any more.
  if (start.done === null && closed !== null && due >= closed) return [];
  const named = { kind: kindOf(start.id), outlives: outlives === true, who: start.who ?? 'team' };
  const clock = { ...start, ...named, due };
  if (start.done !== null) return [{ ...clock, state: start.done <= due ? 'met' : 'late' }];
  return [{ ...clock, state: due < until ? 'late' : pause.open ? 'paused' : 'running' }];
}

const NO_PAUSE = { milliseconds: 0, open: false } as const;

/** How long the clock stood still; waits that overlap count once. */
function pauseOf(
  { waits }: CaseFacts,
  from: Instant,
  until: Instant,
): { milliseconds: number; open: boolean } {
  const last = millisecondsOf(until);
  let milliseconds = 0;
  let reached = millisecondsOf(from);
  for (const { since, until: over } of waits.toSorted((a, b) => compareText(a.since, b.since))) {
    const begin = Math.max(millisecondsOf(since), reached);
    const end = over === null ? last : Math.min(millisecondsOf(over), last);
    if (end <= begin) continue;
    milliseconds += end - begin;
    reached = end;
  }
  return { milliseconds, open: waits.some(({ since, until: over }) => over === null && since <= until) };
}
