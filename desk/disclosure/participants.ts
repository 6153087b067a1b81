/** Who takes part in a case: joining, consent, the report shown, and what each makes of it. */
import { inForce, MAY_FIX, newParticipant, type Participant } from './case-state.ts';
import { agree, inviteOthers, resetConsent, shortestProposal } from './embargo.ts';
import type { Consent, Fix, Join, Leave, Manage, SendReport, SignAgreement } from './events.ts';
import type { Turn } from './turn.ts';

/** Most participants that a case may have. */
const MOST_PARTICIPANTS = 1000;

export function join(turn: Turn, { participant: id, roles, party }: Join): void {
  const { participants } = turn.state;
  turn.need(!participants.some((other) => other.id === id), `${id} is or was a participant already`);
  turn.need(participants.length < MOST_PARTICIPANTS, `a case has at most ${MOST_PARTICIPANTS} participants`);
  turn.need(roles.length > 0 && new Set(roles).size === roles.length, 'a participant has one role or more');
  turn.change({ participants: [...participants, newParticipant({ id, roles, party }, turn.at)] });
}

export function leave(turn: Turn, { participant: id }: Leave): void {
  turn.need(id !== turn.state.owner, 'the owner of a case does not leave it');
  if (turn.present(id).pec !== 'NO_EMBARGO') turn.pec(id, 'RESET');
  turn.update(id, { left: turn.at });
}

export function signAgreement(turn: Turn, { participant, version, signed }: SignAgreement): void {
  const { agreement } = turn.present(participant);
  turn.need(agreement?.version !== version, `${participant} has signed version ${version}`);
  turn.update(participant, {
    agreement: { version, at: turn.at, ...(signed === undefined ? {} : { signed }) },
  });
}

export function consent(turn: Turn, { participant: id, step }: Consent): void {
  const { em } = turn.state.embargo;
  turn.need(em === 'PROPOSED' || inForce(turn.state), `the embargo is ${em}: there is nothing to agree to`);
  if (step === 'ACCEPT') turn.needSigned(turn.present(id));
  turn.pec(id, step);
  if (step === 'INVITE') turn.effect({ type: 'consent-needed', participant: id });
}

/** RS: sent by who has accepted the report; seen by who has accepted the embargo. */
export function sendReport(turn: Turn, { participant: id, from }: SendReport): void {
  const sender = turn.present(from);
  turn.need(sender.rm === 'ACCEPTED', `${from} may send the report once ACCEPTED, and is ${sender.rm}`);
  acceptBySending(turn, sender);
  const bound = turn.state.embargo.em === 'PROPOSED' || inForce(turn.state);
  if (inForce(turn.state)) needSignatory(turn, from);
  const recipient = turn.present(id);
  turn.needSigned(recipient);
  if (bound) needSignatory(turn, id);
  // The id is part of the first mail, so it is reserved before anybody of the code is told.
  turn.need(
    turn.state.cve !== null || recipient.vfd === null,
    'reserve the CVE id before the maintainers are told',
  );
  turn.rm(id, 'RECEIVE');
  if (recipient.vfd === 'vfd') turn.vfd(id, 'V');
  turn.update(id, { shown: recipient.shown ?? turn.at });
  turn.effect({ type: 'report-shown', participant: id });
}

/** Sending the report while the proposal of another is open accepts it. */
function acceptBySending(turn: Turn, sender: Participant): void {
  const shortest = shortestProposal(turn);
  if (turn.state.embargo.em !== 'PROPOSED' || shortest === undefined) return;
  if (shortest.participant === sender.id) return;
  turn.needSigned(sender);
  agree(turn, shortest, [sender.id]);
}

function needSignatory(turn: Turn, id: string): void {
  const { pec } = turn.present(id);
  turn.need(pec === 'SIGNATORY', `${id} accepts the embargo first, and is ${pec}`);
}

export function manage(turn: Turn, { participant: id, step }: Manage): void {
  const owns = id === turn.state.owner;
  turn.need(!owns || step !== 'CLOSE', 'the owner closes the case, not the report');
  turn.need(
    !owns || step !== 'INVALIDATE' || turn.state.duplicateOf === null,
    'a duplicate is valid and deferred, never invalid',
  );
  turn.rm(id, step);
  if (owns && step === 'ACCEPT') turn.change({ duplicateOf: null });
}

/** V may be told by the world; F and D need somebody who has taken the report on. */
export function fix(turn: Turn, { participant: id, step }: Fix): void {
  const { rm } = turn.present(id);
  turn.need(step === 'V' || MAY_FIX.has(rm), `${id} has no fix of a report that is ${rm}`);
  turn.vfd(id, step);
  if (step === 'D' && inForce(turn.state))
    turn.effect({ type: 'advice', words: 'the fix is deployed: the embargo should end' });
}

/** After a merge: everybody of both cases, each as far as they were in either. */
export function joinAll(turn: Turn, others: readonly Participant[]): void {
  for (const other of others) {
    const ours = turn.state.participants.find(({ id }) => id === other.id);
    if (ours === undefined) turn.change({ participants: [...turn.state.participants, other] });
    else if (ours.id !== turn.state.owner) turn.update(ours.id, joined(ours, other));
  }
  turn.need(turn.state.participants.length <= MOST_PARTICIPANTS, 'too many participants for one case');
  if (inForce(turn.state)) inviteOthers(turn);
  else if (turn.state.embargo.em !== 'PROPOSED') resetConsent(turn);
}

const RM_ORDER = ['START', 'RECEIVED', 'INVALID', 'VALID', 'DEFERRED', 'ACCEPTED', 'CLOSED'] as const;
const VFD_ORDER = ['vfd', 'Vfd', 'VFd', 'VFD'] as const;

function joined(ours: Participant, other: Participant): Participant {
  const left = ours.left !== null && other.left !== null ? ours.left : null;
  const signatory = ours.pec === 'SIGNATORY' || other.pec === 'SIGNATORY';
  return {
    ...ours,
    roles: [...new Set([...ours.roles, ...other.roles])],
    rm: further(RM_ORDER, ours.rm, other.rm),
    vfd: ours.vfd === null ? other.vfd : further(VFD_ORDER, ours.vfd, other.vfd ?? ours.vfd),
    // A later end that was agreed to covers the earlier one that the two cases have now.
    pec: left === null && signatory ? 'SIGNATORY' : ours.pec,
    left,
    agreement: ours.agreement ?? other.agreement,
    shown: ours.shown ?? other.shown,
  };
}

function further<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) < order.indexOf(b) ? b : a;
}
