/** What happened with a case and when: the facts that its clocks count from. */
import { array, instant, nullable, object, type Shape, string } from 'cpansec/base';
import type { Instant } from './instant.ts';

/** When what happened; null for what has not. */
export interface CaseFacts {
  readonly reported: Instant;
  readonly acknowledged: Instant | null;
  /** In scope and a vulnerability, or not. */
  readonly decided: Instant | null;
  /** The first mail to the maintainers. */
  readonly contacted: Instant | null;
  /** The first answer of one of them. */
  readonly answered: Instant | null;
  /** Reminders that went out. */
  readonly reminded: readonly Instant[];
  /** Other addresses were tried. */
  readonly alternates: Instant | null;
  /** The last word to the reporter; null for what the group found itself. */
  readonly reporterTold: Instant | null;
  /** The end of the embargo or of the planned hold. */
  readonly holdEnd: Instant | null;
  /** Warnings of the end that went out. */
  readonly warned: readonly Instant[];
  /** Who was asked to keep the embargo. */
  readonly asked: readonly {
    readonly participant: string;
    readonly at: Instant;
    readonly answered: Instant | null;
  }[];
  /** Whether distributors hear of it beforehand, and when they did. */
  readonly distributors: { readonly told: Instant | null } | null;
  readonly fixAvailable: Instant | null;
  /** When the group knew that it is exploited. */
  readonly exploitedKnown: Instant | null;
  /** Notifications of the exploitation that were sent, by their stage. */
  readonly exploitedTold: Readonly<Record<'warning' | 'notification' | 'final', Instant | null>>;
  /** When it became public, whoever made it so. */
  readonly disclosed: Instant | null;
  /** When the CVE record was published. */
  readonly recorded: Instant | null;
  readonly disputes: readonly {
    readonly id: string;
    readonly received: Instant;
    readonly acknowledged: Instant | null;
  }[];
  /** Times in which the group waited for the reporter: a proof of concept, an answer. */
  readonly waits: readonly { readonly since: Instant; readonly until: Instant | null }[];
  readonly closed: Instant | null;
}

/** Nothing has happened but the report. */
export function newFacts(reported: string): CaseFacts {
  return {
    reported,
    acknowledged: null,
    decided: null,
    contacted: null,
    answered: null,
    reminded: [],
    alternates: null,
    reporterTold: null,
    holdEnd: null,
    warned: [],
    asked: [],
    distributors: null,
    fixAvailable: null,
    exploitedKnown: null,
    exploitedTold: { warning: null, notification: null, final: null },
    disclosed: null,
    recorded: null,
    disputes: [],
    waits: [],
    closed: null,
  };
}

const when = nullable(instant);

/** From a store. Throws ShapeError with the path. */
export const caseFacts: Shape<CaseFacts> = object({
  reported: instant,
  acknowledged: when,
  decided: when,
  contacted: when,
  answered: when,
  reminded: array(instant),
  alternates: when,
  reporterTold: when,
  holdEnd: when,
  warned: array(instant),
  asked: array(object({ participant: string, at: instant, answered: when })),
  distributors: nullable(object({ told: when })),
  fixAvailable: when,
  exploitedKnown: when,
  exploitedTold: object({ warning: when, notification: when, final: when }),
  disclosed: when,
  recorded: when,
  disputes: array(object({ id: string, received: instant, acknowledged: when })),
  waits: array(object({ since: instant, until: when })),
  closed: when,
});
