/** What waits for whom today: clocks that are due and questions that a state leaves open, overdue first. */
import { compareText } from 'cpansec/base';
import { endOfDay } from './calendar.ts';
import { type CaseState, inForce, isPublic, type Participant } from './case-state.ts';
import type { Clock } from './deadlines.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';
import { showInstant } from './zone.ts';

export interface OpenCase {
  readonly state: CaseState;
  readonly clocks: readonly Clock[];
}

export interface Need {
  /** Reference of the case. */
  readonly ref: string;
  /** Id of the participant, or `team`. */
  readonly who: string;
  readonly what: string;
  /** Null for what waits without a clock. */
  readonly due: Instant | null;
  readonly overdue: boolean;
  readonly why: string;
}

/** The needs of the cases that are open: overdue first, then by instant, then what has none. */
export function needs(cases: readonly OpenCase[], policy: Policy, now: Instant): Need[] {
  const horizon = endOfDay(now, policy.calendar);
  return cases
    .filter(({ state }) => state.phase !== 'closed')
    .flatMap(({ state, clocks }) => [...dueBy(state.ref, clocks, horizon), ...questionsOf(state, now)])
    .toSorted(inOrder);
}

function dueBy(ref: string, clocks: readonly Clock[], horizon: Instant): Need[] {
  return clocks
    .filter(({ state, done, due }) => done === null && state !== 'paused' && due < horizon)
    .map(({ who, what, due, state, why }) => ({ ref, who, what, due, overdue: state === 'late', why }));
}

function questionsOf(state: CaseState, now: Instant): Need[] {
  return QUESTIONS.flatMap((question) => question(state, now)).map(({ who, what, why }) => ({
    ...{ ref: state.ref, who, what, why },
    due: null,
    overdue: false,
  }));
}

interface Asked {
  readonly who: string;
  readonly what: string;
  readonly why: string;
}

const QUESTIONS: readonly ((state: CaseState, now: Instant) => Asked[])[] = [
  ({ attacksReported }) =>
    attacksReported === null
      ? []
      : [{ who: 'team', what: 'confirm or dismiss the attacks', why: 'confirmed attacks end the embargo' }],
  ({ embargo, participants, owner }) => {
    const asked = participants.filter((participant) => mayAnswer(participant));
    return embargo.proposals.flatMap(({ participant, end }) =>
      asked
        .filter((other) => other.id !== participant)
        .map((other) => ({
          who: other.id === owner ? 'team' : other.id,
          what: `answer the proposal to keep it until ${showInstant(end)}`,
          why: 'an end is agreed between two',
        })),
    );
  },
  (state) =>
    state.participants
      .filter(({ pec, left }) => left === null && inForce(state) && (pec === 'INVITED' || pec === 'LAPSED'))
      .map(({ id }) => ({
        who: id === state.owner ? 'team' : id,
        what: 'accept or decline the embargo',
        why: 'the embargo binds who has accepted it',
      })),
  ({ phase, cve, incident }) =>
    phase === 'coordinate' && cve === null && incident !== true
      ? [{ who: 'team', what: 'reserve the CVE id', why: 'it is reserved before the maintainers are told' }]
      : [],
  (state, now) =>
    mayPublish(state, now) ? [{ who: 'team', what: 'publish', why: 'nothing holds it back any more' }] : [],
];

function mayAnswer({ left, rm, shown, pec }: Participant): boolean {
  return left === null && rm !== 'CLOSED' && (shown !== null || pec !== 'NO_EMBARGO');
}

/** Its embargo has ended or is over by now, or the world knows. */
function mayPublish(state: CaseState, now: Instant): boolean {
  const { phase, published, embargo } = state;
  if (published !== null || (phase !== 'coordinate' && phase !== 'publication')) return false;
  const over = inForce(state) && embargo.end !== null && embargo.end <= now;
  return over || embargo.em === 'EXITED' || isPublic(state);
}

function inOrder(a: Need, b: Need): number {
  return (
    Number(b.overdue) - Number(a.overdue) ||
    compareText(a.due ?? LAST, b.due ?? LAST) ||
    compareText(a.ref, b.ref) ||
    compareText(a.who, b.who) ||
    compareText(a.what, b.what)
  );
}

/** Sorts behind every instant. */
const LAST = '~';
