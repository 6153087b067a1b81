/**
 * What an event does to a case. The tables of `machines.ts` decide each move; the guards between the machines
 * stand here, in `embargo.ts` and in `participants.ts`.
 */
import { type CaseState, inForce, isPublic, type Participant } from './case-state.ts';
import * as embargo from './embargo.ts';
import type {
  CaseEvent,
  ChangePhase,
  Close,
  DismissAttacks,
  Duplicate,
  Effect,
  Merge,
  Observe,
  Publish,
  Reserve,
  Split,
} from './events.ts';
import { isInstant } from './instant.ts';
import type { PxaEvent } from './machines.ts';
import * as people from './participants.ts';
import { Refusal, Turn } from './turn.ts';

export type Applied =
  | { readonly state: CaseState; readonly effects: readonly Effect[] }
  /** The reason in words; nothing has changed. */
  | { readonly refused: string };

/** The state after the event. An embargo whose end has come by then ends first. */
export function apply(state: CaseState, event: CaseEvent): Applied {
  const turn: Turn = new Turn(state, event.at);
  try {
    const handle = handlerOf(turn, event);
    turn.need(isInstant(event.at), `${JSON.stringify(event.at)} is no instant in UTC`);
    turn.need(event.at >= state.last, `the last event was at ${state.last}, after ${event.at}`);
    // An id that nobody uses is given back when the case has come to nothing.
    const open = state.phase !== 'closed' || event.type === 'give-back';
    turn.need(open, 'the case is closed; what comes now is a case of its own');
    embargo.timePasses(turn);
    handle(turn, event);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
  return { state: { ...turn.state, last: event.at }, effects: turn.effects };
}

/** Longest text that an event may bring along, in characters. */
const MOST_CHARACTERS = 4000;

/** Events come from forms and interfaces: what the types promise of them is looked at once more. */
function handlerOf(turn: Turn, event: CaseEvent): (turn: Turn, event: CaseEvent) => void {
  turn.need(Object.hasOwn(HANDLERS, event.type), `there is no event ${JSON.stringify(event.type)}`);
  const long = Object.entries(event).find(([, value]) => String(value).length > MOST_CHARACTERS);
  turn.need(long === undefined, `${long?.[0]} is longer than ${MOST_CHARACTERS} characters`);
  // The table pairs each type with the handler of its event.
  return HANDLERS[event.type] as (turn: Turn, event: CaseEvent) => void;
}

type Handlers = {
  readonly [T in CaseEvent['type']]: (turn: Turn, event: Extract<CaseEvent, { type: T }>) => void;
};

const HANDLERS: Handlers = {
  join: people.join,
  leave: people.leave,
  'sign-agreement': people.signAgreement,
  consent: people.consent,
  'send-report': people.sendReport,
  manage: people.manage,
  fix: people.fix,
  observe: (turn, event) => (isRumour(event) ? noteAttacks(turn) : observe(turn, event)),
  'dismiss-attacks': dismissAttacks,
  propose: embargo.propose,
  accept: embargo.accept,
  reject: embargo.reject,
  'default-embargo': embargo.defaultEmbargo,
  terminate: embargo.terminate,
  reserve,
  'give-back': giveBack,
  phase: changePhase,
  incident: takeForIncident,
  publish,
  duplicate,
  close,
  merge,
  split,
  tick: () => {},
};

function isRumour({ what, confirmedBy }: Observe): boolean {
  return what === 'A' && confirmedBy === undefined;
}

function observe(turn: Turn, { what }: Observe): void {
  const before = isPublic(turn.state);
  turn.pxa(what);
  if (what === 'X' && !before) turn.pxa('P');
  if (what === 'A') turn.change({ attacksReported: null });
  embargo.endEmbargo(turn, ({ P: 'public', X: 'exploit', A: 'attacks' } as const)[what]);
  if (!before && isPublic(turn.state)) turn.notify('public');
}

/** That there are attacks ends an embargo, so a person looks before it counts. */
function noteAttacks(turn: Turn): void {
  turn.need(!turn.state.pxa.endsWith('A'), 'attacks are known already');
  turn.need(
    turn.state.attacksReported === null,
    'attacks were reported already; somebody has to confirm them',
  );
  turn.change({ attacksReported: turn.at });
  turn.effect({ type: 'confirmation-wanted', what: 'A' });
}

function dismissAttacks(turn: Turn, { why }: DismissAttacks): void {
  turn.need(turn.state.attacksReported !== null, 'no attacks wait for confirmation');
  turn.need(why.trim() !== '', 'a dismissal has a reason');
  turn.change({ attacksReported: null });
}

function reserve(turn: Turn, { cve }: Reserve): void {
  turn.need(/^CVE-\d{4}-\d{4,19}$/.test(cve), `${JSON.stringify(cve)} is no CVE id`);
  turn.need(turn.state.cve === null, `the case has ${turn.state.cve}, which stays`);
  turn.change({ cve });
}

function giveBack(turn: Turn): void {
  const { cve, phase, published } = turn.state;
  turn.need(cve !== null, 'the case has no CVE id');
  turn.need(published === null, `published at ${published}: the id stays`);
  turn.need(phase !== 'publication', 'the publication is being prepared: return to the coordination first');
  turn.change({ cve: null });
}

function changePhase(turn: Turn, { step }: ChangePhase): void {
  const { cve, published, incident } = turn.state;
  const { rm } = owner(turn);
  if (step === 'COORDINATE' || step === 'PREPARE')
    turn.need(rm === 'ACCEPTED', `the group accepts the report first; it is ${rm}`);
  if (step === 'PREPARE') turn.need(cve !== null || incident === true, 'reserve the CVE id first');
  if (step === 'FOLLOW_UP') turn.need(published !== null, 'publish first');
  if (step === 'RETURN') turn.need(published === null, 'it is published: go on to the follow-up');
  turn.phase(step);
}

function takeForIncident(turn: Turn): void {
  const { phase, incident } = turn.state;
  turn.need(incident !== true, 'it is taken for an incident already');
  turn.need(phase === 'report' || phase === 'triage', `the case is in ${phase}: open an incident of its own`);
  turn.change({ incident: true });
}

/** Never before the instant that was agreed, never by one person alone. */
function publish(turn: Turn, { by, approvedBy }: Publish): void {
  const { phase, published, embargo: agreed } = turn.state;
  turn.need(phase === 'publication', `the case is in ${phase}: prepare the publication first`);
  turn.need(published === null, `published at ${published}`);
  turn.need(approvedBy !== by, 'another person approves than the one who publishes');
  turn.need(!inForce(turn.state), `the embargo stands until ${agreed.end}`);
  if (!isPublic(turn.state)) turn.pxa('P');
  embargo.endEmbargo(turn, 'public');
  turn.change({ published: turn.at });
  turn.effect({ type: 'published' });
  turn.notify('published');
}

/** A duplicate passes through VALID to DEFERRED. */
function duplicate(turn: Turn, { of }: Duplicate): void {
  const { phase, ref, owner: id } = turn.state;
  turn.need(of !== ref, 'a case is no duplicate of itself');
  turn.need(
    !['publication', 'follow-up'].includes(phase),
    `the case is in ${phase}: too late for a duplicate`,
  );
  if (owner(turn).rm === 'RECEIVED' || owner(turn).rm === 'INVALID') turn.rm(id, 'VALIDATE');
  if (owner(turn).rm !== 'DEFERRED') turn.rm(id, 'DEFER');
  turn.change({ duplicateOf: of });
}

function close(turn: Turn, { outcome, handler }: Close): void {
  const { phase, duplicateOf, owner: id } = turn.state;
  turn.need((outcome === 'published') === (phase === 'follow-up'), `${outcome} does not end a ${phase}`);
  turn.need((outcome === 'duplicate') === (duplicateOf !== null), linkWords(duplicateOf));
  turn.need(outcome === 'duplicate' || !inForce(turn.state), 'the embargo is in force: end it first');
  embargo.endEmbargo(turn, outcome === 'duplicate' ? 'merged' : 'terminated', duplicateOf);
  turn.rm(id, 'CLOSE');
  turn.phase('CLOSE');
  turn.change({ outcome });
  if (outcome === 'out-of-scope' && handler !== undefined) turn.effect({ type: 'routed', handler });
  turn.notify('closed');
}

function linkWords(duplicateOf: string | null): string {
  return duplicateOf === null ? 'link the other case first' : `the case is a duplicate of ${duplicateOf}`;
}

/** The earliest end wins; what ended in either has ended. */
function merge(turn: Turn, { other }: Merge): void {
  turn.need(other.ref !== turn.state.ref, 'a case is not merged with itself');
  turn.need(other.phase !== 'closed', `${other.ref} is closed`);
  const knownBefore = isPublic(turn.state);
  for (const latch of ['P', 'X', 'A'] as const) takeLatch(turn, other, latch);
  turn.change({
    cve: turn.state.cve ?? other.cve,
    attacksReported: turn.state.pxa.endsWith('A')
      ? null
      : (turn.state.attacksReported ?? other.attacksReported),
  });
  mergeEmbargo(turn, other);
  people.joinAll(turn, other.participants);
  for (const { id, participant } of other.embargo.proposals)
    turn.effect({ type: 'proposal-dropped', proposal: id, participant });
  if (!knownBefore && isPublic(turn.state)) turn.notify('public');
}

function takeLatch(turn: Turn, other: CaseState, latch: PxaEvent): void {
  if (other.pxa.includes(latch) && !turn.state.pxa.includes(latch)) turn.pxa(latch);
}

function mergeEmbargo(turn: Turn, other: CaseState): void {
  const { end } = other.embargo;
  const ended = other.embargo.em === 'EXITED' || (inForce(other) && end !== null && end <= turn.at);
  if (turn.state.pxa !== 'pxa') embargo.endEmbargo(turn, turn.state.pxa.endsWith('A') ? 'attacks' : 'public');
  else if (ended) embargo.endEmbargo(turn, 'merged');
  else if (inForce(other) && end !== null) embargo.inherit(turn, end);
}

/** A part of a case: the embargo as it is, without what is proposed. */
function split(turn: Turn, { ref, participants: ids }: Split): void {
  const { state } = turn;
  turn.need(ref !== state.ref && !state.kin.includes(ref), `${ref} is not a new case`);
  const chosen = new Set([state.owner, ...ids.map((id) => turn.present(id).id)]);
  const part = new Turn(
    { ...state, ...FRESH, ref, opened: turn.at, last: turn.at, kin: [state.ref] },
    turn.at,
  );
  part.change({
    phase: PART_PHASE.has(state.phase) ? state.phase : 'triage',
    participants: state.participants.filter(({ id }) => chosen.has(id)),
    embargo: embargo.withoutProposals(state.embargo),
  });
  if (!inForce(part.state)) embargo.resetConsent(part);
  turn.change({ kin: [...state.kin, ref] });
  turn.effect({ type: 'case-split', state: part.state });
}

const FRESH = { cve: null, published: null, duplicateOf: null, outcome: null } as const;
const PART_PHASE: ReadonlySet<string> = new Set(['report', 'triage', 'coordinate']);

function owner(turn: Turn): Participant {
  return turn.present(turn.state.owner);
}
