/** The embargo of a case: how it is proposed, agreed, changed and ended (Vultron, embargo management). */
import { type Embargo, type EmbargoEnd, inForce, type Participant, type Proposal } from './case-state.ts';
import type { Accept, DefaultEmbargo, Propose, Reject, Terminate } from './events.ts';
import { type Instant, isInstant } from './instant.ts';
import type { Turn } from './turn.ts';

/** Most proposals that may be open at once. */
const MOST_PROPOSALS = 50;

/** EP, EV. */
export function propose(turn: Turn, event: Propose): void {
  const participant = negotiator(turn, event.participant);
  turn.needSigned(participant);
  addProposal(turn, event, participant.id);
  adviseOnFixes(turn);
}

/** EA, EC: the shortest wins; what is left open asks for a revision. */
export function accept(turn: Turn, event: Accept): void {
  const participant = negotiator(turn, event.participant);
  turn.needSigned(participant);
  const proposal = openProposal(turn, event.proposal);
  turn.need(proposal.participant !== participant.id, 'a proposal is accepted by somebody else');
  const shortest = shortestProposal(turn);
  turn.need(
    shortest?.id === proposal.id,
    `the shortest proposal wins: ${shortest?.id} ends ${shortest?.end}, before ${proposal.end}`,
  );
  agree(turn, proposal, [participant.id]);
}

/** ER, EJ: one proposal is off the table; the last one takes the wish for an embargo with it. */
export function reject(turn: Turn, event: Reject): void {
  const participant = turn.present(event.participant);
  turn.need(participant.rm !== 'CLOSED', `${participant.id} has closed the report`);
  withdraw(turn, openProposal(turn, event.proposal));
}

function withdraw(turn: Turn, proposal: Proposal): void {
  dropProposal(turn, proposal);
  if (turn.state.embargo.proposals.length > 0) return;
  turn.em('REJECT');
  if (!inForce(turn.state)) resetConsent(turn);
}

/** The receiver's published default is accepted by whoever reports and says nothing else. */
export function defaultEmbargo(turn: Turn, event: DefaultEmbargo): void {
  const { owner, embargo } = turn.state;
  turn.need(embargo.em === 'NONE', `the embargo is ${embargo.em}: the default is for a case without one`);
  negotiator(turn, owner);
  addProposal(turn, event, owner);
  const reporters = turn.everyone().filter(({ roles }) => roles.includes('reporter'));
  agree(
    turn,
    openProposal(turn, event.proposal),
    reporters.map(({ id }) => id),
  );
}

/** ET. */
export function terminate(turn: Turn, event: Terminate): void {
  const participant = turn.present(event.participant);
  turn.need(participant.rm !== 'CLOSED', `${participant.id} has closed the report`);
  turn.need(inForce(turn.state), `no embargo is in force: it is ${turn.state.embargo.em}`);
  endEmbargo(turn, 'terminated');
}

/** The end that was agreed has come, or the one that was proposed: no answer in time is a no. */
export function timePasses(turn: Turn): void {
  const { end } = turn.state.embargo;
  if (inForce(turn.state) && end !== null && end <= turn.at) endEmbargo(turn, 'end-reached');
  for (const proposal of turn.state.embargo.proposals) if (proposal.end <= turn.at) withdraw(turn, proposal);
}

/** What is proposed is dropped, what is in force ends, and nobody is bound any more. */
export function endEmbargo(turn: Turn, cause: EmbargoEnd, goesOnIn: string | null = null): void {
  const { em, proposals } = turn.state.embargo;
  if (em === 'NONE' || em === 'EXITED') return;
  for (const proposal of proposals) dropProposal(turn, proposal);
  if (em === 'PROPOSED') turn.em('REJECT');
  else {
    turn.em('TERMINATE');
    turn.change({ embargo: { ...turn.state.embargo, ended: { at: turn.at, cause } } });
    turn.effect({ type: 'embargo-ended', cause, goesOnIn });
    turn.notify('embargo-ended');
  }
  resetConsent(turn);
}

/** The proposal becomes the embargo, or its new end. */
export function agree(turn: Turn, proposal: Proposal, acceptors: readonly string[]): void {
  const before = inForce(turn.state) ? turn.state.embargo.end : null;
  const open = turn.state.embargo.proposals.filter(({ id }) => id !== proposal.id);
  turn.em('ACCEPT');
  const began = turn.state.embargo.began ?? turn.at;
  turn.change({ embargo: { ...turn.state.embargo, end: proposal.end, began, proposals: open } });
  // Whoever promised silence until a later instant has promised it until an earlier one.
  if (before !== null && before < proposal.end) lapse(turn);
  for (const id of [proposal.participant, ...acceptors]) consentTo(turn, id);
  inviteOthers(turn);
  tellOfEnd(turn, before, proposal.end);
  if (open.length > 0) turn.em('PROPOSE');
}

/** Says that an embargo began or that its end moved. */
export function tellOfEnd(turn: Turn, before: string | null, end: string): void {
  if (before === end) return;
  if (before === null) turn.effect({ type: 'embargo-began', end });
  else turn.effect({ type: 'embargo-changed', from: before, to: end });
  turn.notify(before === null ? 'embargo-began' : 'embargo-changed');
}

/** Whoever is in the case and was not asked yet is asked. */
export function inviteOthers(turn: Turn): void {
  for (const { id, pec } of turn.everyone()) {
    if (pec === 'NO_EMBARGO') turn.pec(id, 'INVITE');
    if (pec === 'NO_EMBARGO' || pec === 'LAPSED') turn.effect({ type: 'consent-needed', participant: id });
  }
}

export function resetConsent(turn: Turn): void {
  for (const { id, pec } of turn.everyone()) if (pec !== 'NO_EMBARGO') turn.pec(id, 'RESET');
}

export function shortestProposal(turn: Turn): Proposal | undefined {
  const { proposals } = turn.state.embargo;
  return proposals.reduce<Proposal | undefined>(
    (least, proposal) => (least === undefined || proposal.end < least.end ? proposal : least),
    undefined,
  );
}

function lapse(turn: Turn): void {
  for (const { id, pec } of turn.everyone()) if (pec === 'SIGNATORY') turn.pec(id, 'REVISE');
}

function consentTo(turn: Turn, id: string): void {
  const found = turn.everyone().find((participant) => participant.id === id);
  if (found === undefined || found.pec === 'SIGNATORY') return; // who proposed may have left since
  if (found.pec === 'DECLINED') turn.pec(id, 'INVITE');
  turn.pec(id, 'ACCEPT');
}

function addProposal(turn: Turn, event: Propose | DefaultEmbargo, participant: string): void {
  const { proposals } = turn.state.embargo;
  turn.need(
    isInstant(event.end),
    `an embargo ends at an instant in UTC, not at ${JSON.stringify(event.end)}`,
  );
  turn.need(event.end > turn.at, 'an embargo ends in the future; to end it now, terminate it');
  turn.need(!proposals.some(({ id }) => id === event.proposal), `there is a proposal ${event.proposal}`);
  turn.need(proposals.length < MOST_PROPOSALS, `${MOST_PROPOSALS} proposals are open`);
  turn.em('PROPOSE');
  const { proposal: id, at, end, why } = event;
  turn.change({
    embargo: { ...turn.state.embargo, proposals: [...proposals, { id, participant, at, end, why }] },
  });
}

/** EP, EA, EV and EC: only while nothing is public and nobody is attacked, by whom the report is not closed. */
function negotiator(turn: Turn, id: string): Participant {
  const participant = turn.present(id);
  const { pxa } = turn.state;
  turn.need(pxa === 'pxa', `the public state is ${pxa}: no embargo is agreed any more`);
  turn.need(participant.rm !== 'CLOSED', `${id} has closed the report`);
  return participant;
}

function openProposal(turn: Turn, id: string): Proposal {
  const found = turn.state.embargo.proposals.find((proposal) => proposal.id === id);
  turn.need(found !== undefined, `no proposal ${id} is open`);
  return found;
}

function dropProposal(turn: Turn, { id, participant }: Proposal): void {
  const proposals = turn.state.embargo.proposals.filter((proposal) => proposal.id !== id);
  turn.change({ embargo: { ...turn.state.embargo, proposals } });
  turn.effect({ type: 'proposal-dropped', proposal: id, participant });
}

function adviseOnFixes(turn: Turn): void {
  const states = turn.everyone().map(({ vfd }) => vfd);
  if (states.includes('VFD'))
    turn.effect({ type: 'advice', words: 'a fix is deployed: an embargo should not be proposed' });
  else if (states.includes('VFd') && !inForce(turn.state))
    turn.effect({ type: 'advice', words: 'a fix is ready: a new embargo should not begin' });
}

/** The end of a merged case counts here from now on, where it is the earlier one or the only one. */
export function inherit(turn: Turn, end: Instant): void {
  const { em, proposals } = turn.state.embargo;
  const before = inForce(turn.state) ? turn.state.embargo.end : null;
  if (em === 'EXITED' || (before !== null && before <= end)) return;
  if (em === 'NONE') turn.em('PROPOSE');
  if (before === null) turn.em('ACCEPT');
  turn.change({ embargo: { ...turn.state.embargo, end, began: turn.state.embargo.began ?? turn.at } });
  inviteOthers(turn);
  tellOfEnd(turn, before, end);
  if (before === null && proposals.length > 0) turn.em('PROPOSE');
}

export function withoutProposals(embargo: Embargo): Embargo {
  const em = embargo.em === 'PROPOSED' ? 'NONE' : embargo.em === 'REVISE' ? 'ACTIVE' : embargo.em;
  return { ...embargo, em, proposals: [] };
}
