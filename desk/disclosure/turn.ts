/** One event being applied: a working copy of the state, moved by the tables alone, and the effects so far. */
import { type CaseState, isPublic, needsAgreement, type Participant } from './case-state.ts';
import type { Effect, NoticeAbout } from './events.ts';
import type { Instant } from './instant.ts';
import {
  type EmEvent,
  embargoConsent,
  embargoManagement,
  fixState,
  type Machine,
  type PecEvent,
  type PhaseEvent,
  type PxaEvent,
  phases,
  publicState,
  type RmEvent,
  reportManagement,
  step,
  type VfdEvent,
} from './machines.ts';

/** Thrown inside of one event and given back by `apply` as its refusal. */
export class Refusal extends Error {}

export class Turn {
  state: CaseState;
  readonly effects: Effect[] = [];
  readonly at: Instant;

  constructor(state: CaseState, at: Instant) {
    this.state = state;
    this.at = at;
  }

  need(holds: boolean, reason: string): asserts holds {
    if (!holds) throw new Refusal(reason);
  }

  change(members: Partial<CaseState>): void {
    this.state = { ...this.state, ...members };
  }

  /** A participant who is in the case. */
  present(id: string): Participant {
    const found = this.state.participants.find((participant) => participant.id === id);
    if (found === undefined) throw new Refusal(`${id} is no participant of this case`);
    this.need(found.left === null, `${id} has left the case`);
    return found;
  }

  everyone(): Participant[] {
    return this.state.participants.filter(({ left }) => left === null);
  }

  update(id: string, members: Partial<Participant>): void {
    const participants = this.state.participants.map((participant) =>
      participant.id === id ? { ...participant, ...members } : participant,
    );
    this.change({ participants });
  }

  phase(event: PhaseEvent): void {
    this.change({ phase: moved(phases, this.state.phase, event) });
  }

  em(event: EmEvent): void {
    const em = moved(embargoManagement, this.state.embargo.em, event);
    this.change({ embargo: { ...this.state.embargo, em } });
  }

  pxa(event: PxaEvent): void {
    this.change({ pxa: moved(publicState, this.state.pxa, event) });
  }

  rm(id: string, event: RmEvent): void {
    this.update(id, { rm: moved(reportManagement, this.present(id).rm, event) });
  }

  pec(id: string, event: PecEvent): void {
    this.update(id, { pec: moved(embargoConsent, this.present(id).pec, event) });
  }

  vfd(id: string, event: VfdEvent): void {
    const { vfd } = this.present(id);
    if (vfd === null) throw new Refusal(`${id} is no maintainer: no fix is theirs to make`);
    this.update(id, { vfd: moved(fixState, vfd, event) });
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** All who know of the case are told; of the embargo also the cases that share it. */
  notify(about: NoticeAbout): void {
    const participants = this.everyone()
      .filter(({ shown, pec }) => shown !== null || pec !== 'NO_EMBARGO')
      .map(({ id }) => id);
    if (participants.length > 0) this.effect({ type: 'notice-due', about, participants });
    if (about.startsWith('embargo')) {
      for (const ref of this.state.kin) this.effect({ type: 'kin-notice', ref, about });
    }
  }

  /** Nobody agrees to an embargo before the agreement that their role asks for. */
  needSigned(participant: Participant): void {
    const signed = participant.agreement !== null || isPublic(this.state) || !needsAgreement(participant);
    this.need(signed, `${participant.id} signs the pre-release agreement first`);
  }
}

function moved<S extends string, E extends string>(machine: Machine<S, E>, from: S, event: E): S {
  const next = step(machine, from, event);
  if ('refused' in next) throw new Refusal(next.refused);
  return next.to;
}
