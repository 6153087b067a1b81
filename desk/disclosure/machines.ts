/**
 * The state machines of coordinated disclosure as data: Vultron's, and the phases of a case, which are our own.
 * https://certcc.github.io/Vultron/ names the states and the events.
 */

/** A closed table: what is not in `transitions` is refused. */
export interface Machine<S extends string, E extends string> {
  /** In words, for refusals. */
  readonly name: string;
  readonly initial: S;
  readonly states: readonly S[];
  readonly transitions: readonly (readonly [event: E, from: S, to: S])[];
}

export type Step<S extends string> =
  | { readonly to: S }
  /** The reason in words, with what is possible instead. */
  | { readonly refused: string };

export type RmState = 'START' | 'RECEIVED' | 'INVALID' | 'VALID' | 'DEFERRED' | 'ACCEPTED' | 'CLOSED';
export type RmEvent = 'RECEIVE' | 'VALIDATE' | 'INVALIDATE' | 'ACCEPT' | 'DEFER' | 'CLOSE';

/** Report management, per participant. */
export const reportManagement: Machine<RmState, RmEvent> = {
  name: 'report management',
  initial: 'START',
  states: ['START', 'RECEIVED', 'INVALID', 'VALID', 'DEFERRED', 'ACCEPTED', 'CLOSED'],
  transitions: [
    ['RECEIVE', 'START', 'RECEIVED'],
    ['VALIDATE', 'RECEIVED', 'VALID'],
    ['VALIDATE', 'INVALID', 'VALID'],
    ['INVALIDATE', 'RECEIVED', 'INVALID'],
    ['ACCEPT', 'VALID', 'ACCEPTED'],
    ['ACCEPT', 'DEFERRED', 'ACCEPTED'],
    ['DEFER', 'VALID', 'DEFERRED'],
    ['DEFER', 'ACCEPTED', 'DEFERRED'],
    ['CLOSE', 'ACCEPTED', 'CLOSED'],
    ['CLOSE', 'INVALID', 'CLOSED'],
    ['CLOSE', 'DEFERRED', 'CLOSED'],
  ],
};

export type EmState = 'NONE' | 'PROPOSED' | 'ACTIVE' | 'REVISE' | 'EXITED';
export type EmEvent = 'PROPOSE' | 'REJECT' | 'ACCEPT' | 'TERMINATE';

/** Embargo management, per case. The embargo is in force in ACTIVE and in REVISE; nothing leaves EXITED. */
export const embargoManagement: Machine<EmState, EmEvent> = {
  name: 'embargo',
  initial: 'NONE',
  states: ['NONE', 'PROPOSED', 'ACTIVE', 'REVISE', 'EXITED'],
  transitions: [
    ['PROPOSE', 'NONE', 'PROPOSED'],
    ['PROPOSE', 'PROPOSED', 'PROPOSED'],
    ['PROPOSE', 'ACTIVE', 'REVISE'],
    ['PROPOSE', 'REVISE', 'REVISE'],
    ['REJECT', 'PROPOSED', 'NONE'],
    ['REJECT', 'REVISE', 'ACTIVE'],
    ['ACCEPT', 'PROPOSED', 'ACTIVE'],
    ['ACCEPT', 'REVISE', 'ACTIVE'],
    ['TERMINATE', 'ACTIVE', 'EXITED'],
    ['TERMINATE', 'REVISE', 'EXITED'],
  ],
};

export type PecState = 'NO_EMBARGO' | 'INVITED' | 'SIGNATORY' | 'DECLINED' | 'LAPSED';
export type PecEvent = 'INVITE' | 'ACCEPT' | 'DECLINE' | 'REVISE' | 'RESET';

/** Embargo consent, per participant. */
export const embargoConsent: Machine<PecState, PecEvent> = {
  name: 'embargo consent',
  initial: 'NO_EMBARGO',
  states: ['NO_EMBARGO', 'INVITED', 'SIGNATORY', 'DECLINED', 'LAPSED'],
  transitions: [
    ['INVITE', 'NO_EMBARGO', 'INVITED'],
    ['INVITE', 'LAPSED', 'INVITED'],
    ['INVITE', 'DECLINED', 'INVITED'],
    ['ACCEPT', 'NO_EMBARGO', 'SIGNATORY'],
    ['ACCEPT', 'INVITED', 'SIGNATORY'],
    ['ACCEPT', 'LAPSED', 'SIGNATORY'],
    ['DECLINE', 'NO_EMBARGO', 'DECLINED'],
    ['DECLINE', 'INVITED', 'DECLINED'],
    ['DECLINE', 'LAPSED', 'DECLINED'],
    ['REVISE', 'SIGNATORY', 'LAPSED'],
    ['RESET', 'NO_EMBARGO', 'NO_EMBARGO'],
    ['RESET', 'INVITED', 'NO_EMBARGO'],
    ['RESET', 'SIGNATORY', 'NO_EMBARGO'],
    ['RESET', 'DECLINED', 'NO_EMBARGO'],
    ['RESET', 'LAPSED', 'NO_EMBARGO'],
  ],
};

export type VfdState = 'vfd' | 'Vfd' | 'VFd' | 'VFD';
export type VfdEvent = 'V' | 'F' | 'D';

/** Who answers for the code knows (V), has a fix ready (F), has it deployed (D); per maintainer. */
export const fixState: Machine<VfdState, VfdEvent> = {
  name: 'fix state',
  initial: 'vfd',
  states: ['vfd', 'Vfd', 'VFd', 'VFD'],
  transitions: [
    ['V', 'vfd', 'Vfd'],
    ['F', 'Vfd', 'VFd'],
    ['D', 'VFd', 'VFD'],
  ],
};

export type PxaState = 'pxa' | 'Pxa' | 'pXa' | 'pxA' | 'PXa' | 'pXA' | 'PxA' | 'PXA';
export type PxaEvent = 'P' | 'X' | 'A';

/** The world knows (P), an exploit is public (X), attacks are seen (A); per case. pX does not last: X brings P. */
export const publicState: Machine<PxaState, PxaEvent> = {
  name: 'public state',
  initial: 'pxa',
  states: ['pxa', 'Pxa', 'pXa', 'pxA', 'PXa', 'pXA', 'PxA', 'PXA'],
  transitions: [
    ['P', 'pxa', 'Pxa'],
    ['P', 'pxA', 'PxA'],
    ['P', 'pXa', 'PXa'],
    ['P', 'pXA', 'PXA'],
    ['X', 'pxa', 'pXa'],
    ['X', 'pxA', 'pXA'],
    ['X', 'Pxa', 'PXa'],
    ['X', 'PxA', 'PXA'],
    ['A', 'pxa', 'pxA'],
    ['A', 'Pxa', 'PxA'],
    ['A', 'pXa', 'pXA'],
    ['A', 'PXa', 'PXA'],
  ],
};

export type Phase = 'report' | 'triage' | 'coordinate' | 'publication' | 'follow-up' | 'closed';
export type PhaseEvent = 'TRIAGE' | 'COORDINATE' | 'PREPARE' | 'RETURN' | 'FOLLOW_UP' | 'CLOSE';

/** What the group is doing with a case. What leaves `publication` unpublished goes back first. */
export const phases: Machine<Phase, PhaseEvent> = {
  name: 'phase',
  initial: 'report',
  states: ['report', 'triage', 'coordinate', 'publication', 'follow-up', 'closed'],
  transitions: [
    ['TRIAGE', 'report', 'triage'],
    ['COORDINATE', 'triage', 'coordinate'],
    ['PREPARE', 'coordinate', 'publication'],
    ['RETURN', 'coordinate', 'triage'],
    ['RETURN', 'publication', 'coordinate'],
    ['FOLLOW_UP', 'publication', 'follow-up'],
    ['CLOSE', 'report', 'closed'],
    ['CLOSE', 'triage', 'closed'],
    ['CLOSE', 'coordinate', 'closed'],
    ['CLOSE', 'follow-up', 'closed'],
  ],
};

export function step<S extends string, E extends string>(
  machine: Machine<S, E>,
  state: S,
  event: E,
): Step<S> {
  const found = machine.transitions.find(([name, from]) => name === event && from === state);
  if (found !== undefined) return { to: found[2] };
  const others = eventsFrom(machine, state);
  const instead = others.length === 0 ? 'nothing leaves it' : `possible: ${others.join(', ')}`;
  return { refused: `${machine.name}: no ${event} from ${state}; ${instead}` };
}

/** The events that a state allows, in the table's order. */
export function eventsFrom<S extends string, E extends string>(machine: Machine<S, E>, state: S): E[] {
  return machine.transitions.filter(([, from]) => from === state).map(([event]) => event);
}
