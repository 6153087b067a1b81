/** The whole state of a case as plain data, and what must always hold of it. */
import {
  array,
  boolean,
  instant,
  nullable,
  object,
  oneOf,
  optional,
  type Shape,
  ShapeError,
  string,
} from 'cpansec/base';
import { DisclosureError } from './errors.ts';
import type { Instant } from './instant.ts';
import {
  type EmState,
  embargoConsent,
  embargoManagement,
  fixState,
  type PecState,
  type Phase,
  type PxaState,
  phases,
  publicState,
  type RmState,
  reportManagement,
  type VfdState,
} from './machines.ts';

/**
 * What a participant is to the case. `maintainer` is Vultron's *vendor*; `participant` is anybody else who was
 * asked in.
 */
export const ROLES = ['team', 'reporter', 'maintainer', 'distributor', 'participant'] as const;
export type Role = (typeof ROLES)[number];

export interface Agreement {
  readonly version: string;
  /** When the case knew of it. */
  readonly at: Instant;
  /** The day of a signature that was given before there was a desk, `YYYY-MM-DD`. */
  readonly signed?: string | undefined;
}

export interface Participant {
  /** Of the contact or member behind it; says nothing of the person. */
  readonly id: string;
  readonly roles: readonly Role[];
  /** Those of one party see each other: a distribution's name for its maintainers. */
  readonly party: string;
  readonly rm: RmState;
  readonly pec: PecState;
  /** Null for whoever does not answer for code. */
  readonly vfd: VfdState | null;
  readonly joined: Instant;
  readonly left: Instant | null;
  /** The pre-release agreement that was signed, by its version. */
  readonly agreement: Agreement | null;
  /** When the report was first shown to them. */
  readonly shown: Instant | null;
}

/** A wish for an embargo, or for another end of it. */
export interface Proposal {
  readonly id: string;
  /** The participant who wishes it. */
  readonly participant: string;
  readonly at: Instant;
  readonly end: Instant;
  readonly why: string;
}

export const EMBARGO_ENDS = ['public', 'exploit', 'attacks', 'end-reached', 'terminated', 'merged'] as const;
/** What ended an embargo. */
export type EmbargoEnd = (typeof EMBARGO_ENDS)[number];

export interface Embargo {
  readonly em: EmState;
  /** The end that was agreed; null where nothing ever was. */
  readonly end: Instant | null;
  readonly began: Instant | null;
  readonly ended: { readonly at: Instant; readonly cause: EmbargoEnd } | null;
  /** Open ones, oldest first. */
  readonly proposals: readonly Proposal[];
}

export const OUTCOMES = [
  'published',
  'out-of-scope',
  'not-a-vulnerability',
  'duplicate',
  'withdrawn',
  'spam',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CaseState {
  /** Says nothing of what the case is about. */
  readonly ref: string;
  readonly opened: Instant;
  /** Of the last event; an event cannot be recorded before it. */
  readonly last: Instant;
  readonly phase: Phase;
  /** The participant who owns the case: the group. */
  readonly owner: string;
  readonly cve: string | null;
  readonly pxa: PxaState;
  /** Attacks that somebody told of and nobody has confirmed. */
  readonly attacksReported: Instant | null;
  readonly embargo: Embargo;
  /** In the order in which they joined. */
  readonly participants: readonly Participant[];
  /** When the group itself published. */
  readonly published: Instant | null;
  readonly duplicateOf: string | null;
  readonly outcome: Outcome | null;
  /** Somebody did harm by intent: there is no maintainer's hold and no need of a CVE id. */
  readonly incident?: boolean | undefined;
  /** Cases that were split from this one or that it was split from: they are told of changes of the embargo. */
  readonly kin: readonly string[];
}

export interface Opening {
  readonly ref: string;
  readonly at: Instant;
  /** The participant who owns the case. */
  readonly owner: string;
  /** Who reported; null for what the group found itself. */
  readonly reporter: { readonly id: string; readonly maintainerOf?: string | undefined } | null;
  readonly incident?: boolean | undefined;
}

/** A case as it is when its report has come in. */
export function openCase({ ref, at, owner, reporter, incident }: Opening): CaseState {
  return {
    ref,
    opened: at,
    last: at,
    phase: phases.initial,
    owner,
    cve: null,
    pxa: publicState.initial,
    attacksReported: null,
    embargo: { em: embargoManagement.initial, end: null, began: null, ended: null, proposals: [] },
    participants: [ownerOf(owner, at), ...(reporter === null ? [] : [reporterOf(reporter, at)])],
    published: null,
    duplicateOf: null,
    outcome: null,
    ...(incident === true ? { incident } : {}),
    kin: [],
  };
}

function ownerOf(id: string, at: Instant): Participant {
  return { ...newParticipant({ id, roles: ['team'], party: 'team' }, at), rm: 'RECEIVED', shown: at };
}

/** Who sends a report has accepted it (Vultron: RS is sent in RM ACCEPTED). */
function reporterOf({ id, maintainerOf }: NonNullable<Opening['reporter']>, at: Instant): Participant {
  const roles: readonly Role[] = maintainerOf === undefined ? ['reporter'] : ['reporter', 'maintainer'];
  const participant = newParticipant({ id, roles, party: maintainerOf ?? 'reporter' }, at);
  return { ...participant, rm: 'ACCEPTED', vfd: maintainerOf === undefined ? null : 'Vfd', shown: at };
}

export function newParticipant(
  { id, roles, party }: Pick<Participant, 'id' | 'roles' | 'party'>,
  at: Instant,
): Participant {
  return {
    id,
    roles,
    party,
    rm: reportManagement.initial,
    pec: embargoConsent.initial,
    vfd: roles.includes('maintainer') ? fixState.initial : null,
    joined: at,
    left: null,
    agreement: null,
    shown: null,
  };
}

/** In ACTIVE and in REVISE the embargo binds. */
export function inForce({ embargo }: Pick<CaseState, 'embargo'>): boolean {
  return embargo.em === 'ACTIVE' || embargo.em === 'REVISE';
}

export function isPublic({ pxa }: Pick<CaseState, 'pxa'>): boolean {
  return pxa.startsWith('P');
}

/** Whether somebody must sign the pre-release agreement before they are told: not the group, not the two sides. */
export function needsAgreement({ roles }: Pick<Participant, 'roles'>): boolean {
  return !roles.some((role) => role === 'team' || role === 'reporter' || role === 'maintainer');
}

/** What is wrong with a state: no sequence of events leads to one where anything is. */
export function caseFaults(state: CaseState): string[] {
  return [...embargoFaults(state), ...phaseFaults(state), ...state.participants.flatMap(participantFaults)];
}

function embargoFaults(state: CaseState): string[] {
  const { embargo, pxa, last } = state;
  const open = embargo.proposals.length;
  return told([
    [pxa.startsWith('pX'), 'an exploit is public and the case is not'],
    [inForce(state) && pxa !== 'pxa', `the embargo is in force and the public state is ${pxa}`],
    [inForce(state) && embargo.end === null, 'the embargo is in force and has no end'],
    [inForce(state) && embargo.end !== null && embargo.end <= last, 'the embargo is in force after its end'],
    [(embargo.em === 'EXITED') !== (embargo.ended !== null), 'the embargo has ended without a cause'],
    [(embargo.em === 'PROPOSED' || embargo.em === 'REVISE') !== open > 0, `${embargo.em}, ${open} proposals`],
    [open > 0 && pxa !== 'pxa', 'an embargo is proposed of what is public or attacked'],
  ]);
}

function phaseFaults(state: CaseState): string[] {
  const owner = state.participants.find(({ id }) => id === state.owner);
  return told([
    [owner === undefined || owner.left !== null, 'the case has no owner'],
    [
      (state.phase === 'closed') !== (owner?.rm === 'CLOSED'),
      'the owner and the case are not closed together',
    ],
    [(state.phase === 'closed') !== (state.outcome !== null), 'a closed case has one outcome'],
    [state.phase === 'closed' && inForce(state), 'the case is closed and its embargo is in force'],
    [state.phase === 'follow-up' && state.published === null, 'follow-up of what is not published'],
    [state.published !== null && !isPublic(state), 'published and not public'],
    [state.duplicateOf !== null && owner?.rm === 'INVALID', 'a duplicate is valid'],
  ]);
}

function participantFaults({ id, rm, vfd, roles, pec, left }: Participant): string[] {
  const fixed = vfd === 'VFd' || vfd === 'VFD';
  return told([
    [fixed && !MAY_FIX.has(rm), `${id} has a fix for a report in ${rm}`],
    [(vfd !== null) !== roles.includes('maintainer'), `${id} answers for code and is no maintainer`],
    [left !== null && pec !== 'NO_EMBARGO', `${id} has left and is ${pec}`],
  ]);
}

/** Where a fix may be ready: report management of who has taken the report on. */
export const MAY_FIX: ReadonlySet<RmState> = new Set(['ACCEPTED', 'DEFERRED', 'CLOSED']);

function told(claims: readonly (readonly [wrong: boolean, words: string])[]): string[] {
  return claims.filter(([wrong]) => wrong).map(([, words]) => words);
}

const participantShape: Shape<Participant> = object({
  id: string,
  roles: array(oneOf(...ROLES)),
  party: string,
  rm: oneOf(...reportManagement.states),
  pec: oneOf(...embargoConsent.states),
  vfd: nullable(oneOf(...fixState.states)),
  joined: instant,
  left: nullable(instant),
  agreement: nullable(object({ version: string, at: instant, signed: optional(string) })),
  shown: nullable(instant),
});

const embargoShape: Shape<Embargo> = object({
  em: oneOf(...embargoManagement.states),
  end: nullable(instant),
  began: nullable(instant),
  ended: nullable(object({ at: instant, cause: oneOf(...EMBARGO_ENDS) })),
  proposals: array(object({ id: string, participant: string, at: instant, end: instant, why: string })),
});

const stateShape: Shape<CaseState> = object({
  ref: string,
  opened: instant,
  last: instant,
  phase: oneOf(...phases.states),
  owner: string,
  cve: nullable(string),
  pxa: oneOf(...publicState.states),
  attacksReported: nullable(instant),
  embargo: embargoShape,
  participants: array(participantShape),
  published: nullable(instant),
  duplicateOf: nullable(string),
  outcome: nullable(oneOf(...OUTCOMES)),
  incident: optional(boolean),
  kin: array(string),
});

/** A stored state, checked by shape and by {@link caseFaults}. Throws `shape`. */
export function decodeCaseState(value: unknown): CaseState {
  const state = shaped(stateShape, value);
  const [fault] = caseFaults(state);
  if (fault !== undefined) throw new DisclosureError('shape', fault, { path: state.ref });
  return state;
}

function shaped<T>(shape: Shape<T>, value: unknown): T {
  try {
    return shape(value);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new DisclosureError('shape', cause.problem, cause.place, { cause });
  }
}
