/** What can happen to a case, and what a caller has to do because of it: both plain data. */
import type { CaseState, EmbargoEnd, Outcome, Role } from './case-state.ts';
import type { Instant } from './instant.ts';
import type { PecEvent, PhaseEvent, PxaEvent, RmEvent, VfdEvent } from './machines.ts';
import type { RouteName } from './policy.ts';

/** `at`: when it is recorded. `by`: who recorded it, which need not be the participant whom it concerns. */
interface Recorded {
  readonly at: Instant;
  readonly by: string;
}

interface Concerning extends Recorded {
  /** Id of a participant of the case. */
  readonly participant: string;
}

export interface Join extends Concerning {
  readonly type: 'join';
  readonly roles: readonly Role[];
  readonly party: string;
}

/** Leaving does not end the embargo. */
export interface Leave extends Concerning {
  readonly type: 'leave';
}

export interface SignAgreement extends Concerning {
  readonly type: 'sign-agreement';
  readonly version: string;
  /** The day of a signature that was given before there was a desk, `YYYY-MM-DD`. */
  readonly signed?: string;
}

/** Somebody is asked to keep the embargo that is proposed or in force, and says yes or no. */
export interface Consent extends Concerning {
  readonly type: 'consent';
  readonly step: Extract<PecEvent, 'INVITE' | 'ACCEPT' | 'DECLINE'>;
}

/** `from` sends the report to the participant (Vultron's RS); while a proposal of another is open, that accepts it. */
export interface SendReport extends Concerning {
  readonly type: 'send-report';
  readonly from: string;
}

export interface Manage extends Concerning {
  readonly type: 'manage';
  readonly step: Exclude<RmEvent, 'RECEIVE'>;
}

export interface Fix extends Concerning {
  readonly type: 'fix';
  readonly step: VfdEvent;
}

/** It is public (P), an exploit is (X), attacks are seen (A): the last counts when a person has confirmed it. */
export interface Observe extends Recorded {
  readonly type: 'observe';
  readonly what: PxaEvent;
  /** Needed for A alone; without it attacks are noted and somebody is asked. */
  readonly confirmedBy?: string | undefined;
}

/** Somebody looked, and there are no attacks. */
export interface DismissAttacks extends Recorded {
  readonly type: 'dismiss-attacks';
  readonly why: string;
}

/** A first embargo, a counter-proposal, or another end: an earlier end in the future is a revision too. */
export interface Propose extends Concerning {
  readonly type: 'propose';
  readonly proposal: string;
  readonly end: Instant;
  readonly why: string;
}

export interface Accept extends Concerning {
  readonly type: 'accept';
  readonly proposal: string;
}

export interface Reject extends Concerning {
  readonly type: 'reject';
  readonly proposal: string;
}

/** The published default begins: a reporter accepted it by reporting. */
export interface DefaultEmbargo extends Recorded {
  readonly type: 'default-embargo';
  readonly proposal: string;
  readonly end: Instant;
  readonly why: string;
}

/** The embargo ends now. Nobody has to publish because of it. */
export interface Terminate extends Concerning {
  readonly type: 'terminate';
  readonly why: string;
}

export interface Reserve extends Recorded {
  readonly type: 'reserve';
  readonly cve: string;
}

/** The id is no longer that of the case. */
export interface GiveBack extends Recorded {
  readonly type: 'give-back';
}

export interface ChangePhase extends Recorded {
  readonly type: 'phase';
  readonly step: Exclude<PhaseEvent, 'CLOSE'>;
}

/** It is no flaw: somebody did it by intent. */
export interface TakeForIncident extends Recorded {
  readonly type: 'incident';
}

/** The group publishes: one person does it, another approved it. */
export interface Publish extends Recorded {
  readonly type: 'publish';
  readonly approvedBy: string;
}

export interface Duplicate extends Recorded {
  readonly type: 'duplicate';
  /** Reference of the other case. */
  readonly of: string;
}

export interface Close extends Recorded {
  readonly type: 'close';
  readonly outcome: Outcome;
  /** Of what is out of scope: whose it is. */
  readonly handler?: RouteName;
}

/** Another case comes into this one; its own is closed as a duplicate. The earliest end wins. */
export interface Merge extends Recorded {
  readonly type: 'merge';
  readonly other: CaseState;
}

/** A part becomes a case of its own, which inherits the embargo. */
export interface Split extends Recorded {
  readonly type: 'split';
  readonly ref: string;
  readonly participants: readonly string[];
}

/** Time has passed: an embargo whose end has come ends. Every other event sees to that first. */
export interface Tick extends Recorded {
  readonly type: 'tick';
}

export type CaseEvent =
  | Join
  | Leave
  | SignAgreement
  | Consent
  | SendReport
  | Manage
  | Fix
  | Observe
  | DismissAttacks
  | Propose
  | Accept
  | Reject
  | DefaultEmbargo
  | Terminate
  | Reserve
  | GiveBack
  | ChangePhase
  | TakeForIncident
  | Publish
  | Duplicate
  | Close
  | Merge
  | Split
  | Tick;

export type Effect =
  | { readonly type: 'embargo-began'; readonly end: Instant }
  | { readonly type: 'embargo-changed'; readonly from: Instant; readonly to: Instant }
  | {
      readonly type: 'embargo-ended';
      readonly cause: EmbargoEnd;
      /** The case in which it goes on, after a merge. */
      readonly goesOnIn: string | null;
    }
  | { readonly type: 'proposal-dropped'; readonly proposal: string; readonly participant: string }
  /** Somebody has to be asked to accept the embargo, or its new end. */
  | { readonly type: 'consent-needed'; readonly participant: string }
  | { readonly type: 'report-shown'; readonly participant: string }
  /** Those who are in the case are to be told, each by a letter of their own. */
  | { readonly type: 'notice-due'; readonly about: NoticeAbout; readonly participants: readonly string[] }
  /** A case that was split from this one, or this one from it, has to hear of the embargo's change. */
  | { readonly type: 'kin-notice'; readonly ref: string; readonly about: NoticeAbout }
  /** A person has to look and confirm that there are attacks. */
  | { readonly type: 'confirmation-wanted'; readonly what: 'A' }
  | { readonly type: 'published' }
  /** Closed, because it is for somebody else. */
  | { readonly type: 'routed'; readonly handler: RouteName }
  | { readonly type: 'case-split'; readonly state: CaseState }
  /** What should be done and is not enforced. */
  | { readonly type: 'advice'; readonly words: string };

export type NoticeAbout =
  | 'embargo-began'
  | 'embargo-changed'
  | 'embargo-ended'
  | 'public'
  | 'published'
  | 'closed';
