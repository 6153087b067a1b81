/** What happened with a case and when: the facts that its clocks count from. */
import { array, instant, nullable, object, oneOf, type Shape, string } from 'cpansec/base';
import type { Instant } from './instant.ts';

export const DISPUTERS = ['maintainer', 'reporter', 'third-party', 'cna-lr'] as const;
/** Whose dispute it is; `cna-lr`: the CNA of last resort. */
export type Disputer = (typeof DISPUTERS)[number];

export const DISPUTE_OUTCOMES = ['correct', 'reject', 'mark', 'refuse', 'withdrawn'] as const;
/**
 * `correct`, `reject`: they are right, and the record changes or goes; `mark`: the record stays and says that it is
 * disputed; `refuse`: it stays as it is; `withdrawn`: by whom it came from.
 */
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export interface Dispute {
  readonly id: string;
  readonly from: Disputer;
  /** Of the case; null for somebody who takes no part in it. */
  readonly participant: string | null;
  /** Id of the person, where they take no part. */
  readonly person: string | null;
  /** What is wrong with the record, as they say. Markdown. */
  readonly claim: string;
  readonly received: Instant;
  readonly acknowledged: Instant | null;
  /** The last answer to them. */
  readonly answered: Instant | null;
  readonly ended: { readonly at: Instant; readonly outcome: DisputeOutcome; readonly why: string } | null;
}

/** Somebody who makes a product downstream was asked how it stands. */
export interface Downstream {
  /** Id of the product. */
  readonly product: string;
  readonly asked: Instant;
  /** When they answered, or nobody waits for it any more. */
  readonly ended: Instant | null;
  /** Why nobody waits; empty for an answer. */
  readonly why: string;
}

/** What has to become of a CVE id or its record. */
export interface Amendment {
  readonly id: string;
  readonly kind: 'correct' | 'reject';
  /** Null where the record has none. */
  readonly cve: string | null;
  readonly why: string;
  readonly since: Instant;
  readonly done: Instant | null;
}

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
  /** Since when it is exploited, as far as somebody knows. */
  readonly exploitedSince: Instant | null;
  /** When the group knew that it is exploited. */
  readonly exploitedKnown: Instant | null;
  /** Notifications of the exploitation that were sent, by their stage. */
  readonly exploitedTold: Readonly<Record<'warning' | 'notification' | 'final', Instant | null>>;
  /** When it became public, whoever made it so. */
  readonly disclosed: Instant | null;
  /** When the CVE record was published. */
  readonly recorded: Instant | null;
  /** In the order in which they came. */
  readonly disputes: readonly Dispute[];
  readonly amendments: readonly Amendment[];
  /** At most one of each product. */
  readonly downstream: readonly Downstream[];
  /** What others were asked to do about an incident; null for a vulnerability. */
  readonly containment: readonly Containment[] | null;
  /** Times in which the group waited for the reporter: a proof of concept, an answer. */
  readonly waits: readonly { readonly since: Instant; readonly until: Instant | null }[];
  readonly closed: Instant | null;
}

export interface Containment {
  readonly id: string;
  /** `freeze the account, of PAUSE`. */
  readonly what: string;
  readonly asked: Instant;
  readonly answered: Instant | null;
  /** Done, or refused. */
  readonly ended: Instant | null;
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
    exploitedSince: null,
    exploitedKnown: null,
    exploitedTold: { warning: null, notification: null, final: null },
    disclosed: null,
    recorded: null,
    disputes: [],
    amendments: [],
    downstream: [],
    containment: null,
    waits: [],
    closed: null,
  };
}

const when = nullable(instant);
const containment: Shape<Containment> = object({
  id: string,
  what: string,
  asked: instant,
  answered: when,
  ended: when,
});

const dispute: Shape<Dispute> = object({
  id: string,
  from: oneOf(...DISPUTERS),
  participant: nullable(string),
  person: nullable(string),
  claim: string,
  received: instant,
  acknowledged: when,
  answered: when,
  ended: nullable(object({ at: instant, outcome: oneOf(...DISPUTE_OUTCOMES), why: string })),
});

const amendment: Shape<Amendment> = object({
  id: string,
  kind: oneOf('correct', 'reject'),
  cve: nullable(string),
  why: string,
  since: instant,
  done: when,
});

/** A list that cases of older programs do not have. */
function added<T>(item: Shape<T>): Shape<T[]> {
  return (value, path) => (value === undefined ? [] : array(item)(value, path));
}

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
  exploitedSince: (value, path) => (value === undefined ? null : when(value, path)),
  exploitedKnown: when,
  exploitedTold: object({ warning: when, notification: when, final: when }),
  disclosed: when,
  recorded: when,
  disputes: array(dispute),
  amendments: added(amendment),
  downstream: added(object({ product: string, asked: instant, ended: when, why: string })),
  containment: (value, path) => (value === undefined ? null : nullable(array(containment))(value, path)),
  waits: array(object({ since: instant, until: when })),
  closed: when,
});
