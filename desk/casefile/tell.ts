/**
 * What others are to be told of, written in the transaction of the act. Whoever writes letters does the job; this
 * room knows of no letter.
 */
import { array, type Json, nullable, object, oneOf, optional, type Shape, string } from 'cpansec/base';
import { type CaseState, type Effect, ROUTE_NAMES, type RouteName } from '../disclosure/index.ts';
import { enqueue } from '../jobs/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { type Audience, audienceOf } from './audience.ts';
import { instantOf } from './instant.ts';

/** The kind of the job. */
export const TELL = 'case.tell';

export const TOPICS = [
  'link',
  'invited',
  'said',
  'consent',
  'embargo-began',
  'embargo-changed',
  'embargo-ended',
  'public',
  'published',
  'closed',
  'proof',
  'accepted',
  'proposed',
  'answered',
  'credit',
] as const;
export type Topic = (typeof TOPICS)[number];

/** What members of a case are told of at once; everything else waits for the day's letter. */
const ALERTS = ['glass-broken', 'brought-in', 'embargo-broken'] as const;
export type Alert = (typeof ALERTS)[number];

/** Of one act; in it somebody may stand under several topics. */
export interface Telling {
  readonly at: string;
  /** Who did it and need not be told: `participant:ID`. */
  readonly by: string;
  readonly topics: readonly { readonly about: Topic; readonly participants: readonly string[] }[];
  /** How the end of the embargo moved. */
  readonly moved: { readonly from: string; readonly to: string } | null;
  /** What ended it. */
  readonly cause: string | null;
  /** Members who are told: these, or all of the case. */
  readonly alert?: { readonly about: Alert; readonly members: readonly string[] | null } | undefined;
  /** Who handles what the group does not. */
  readonly handler?: RouteName | undefined;
  /** Whoever it came from is written to, in the case or not. */
  readonly dispute?: DisputeNews | undefined;
}

const DISPUTE_NEWS = ['received', 'answer', 'decided'] as const;

export interface DisputeNews {
  readonly id: string;
  readonly about: (typeof DISPUTE_NEWS)[number];
  /** Of an answer. */
  readonly text: string;
}

export const tellingShape: Shape<Telling> = object({
  at: string,
  by: string,
  topics: array(object({ about: oneOf(...TOPICS), participants: array(string) })),
  moved: nullable(object({ from: string, to: string })),
  cause: nullable(string),
  alert: optional(object({ about: oneOf(...ALERTS), members: nullable(array(string)) })),
  handler: optional(oneOf(...ROUTE_NAMES)),
  dispute: optional(object({ id: string, about: oneOf(...DISPUTE_NEWS), text: string })),
});

/** A case, as far as it takes. */
interface Of {
  readonly id: string;
  readonly keyId: string;
}

/** Somebody was asked in, is asked whether they want to be credited, or was given another link. */
export async function tellParticipant(
  tx: Transaction,
  vault: Vault,
  file: Of,
  { about, participant }: { readonly about: 'invited' | 'link' | 'credit'; readonly participant: string },
  by: string,
): Promise<void> {
  await put(tx, vault, file, { by, topics: [{ about, participants: [participant] }] });
}

/** Something happened that those who take part in a certain way should look at. */
export async function tellRole(
  tx: Transaction,
  vault: Vault,
  file: Of & { readonly state: CaseState },
  { about, role }: { readonly about: Topic; readonly role: 'reporter' | 'maintainer' },
  by: string,
): Promise<void> {
  const present = file.state.participants.filter(({ left, shown }) => left === null && shown !== null);
  const participants = present.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
  if (participants.length > 0) await put(tx, vault, file, { by, topics: [{ about, participants }] });
}

/** Somebody from outside looks at their case: what is new from now on is told anew. */
export async function lookedAt(tx: Transaction, participant: string): Promise<void> {
  const told = tx.db.updateTable('participants').set({ told_at: null });
  await told.where('id', '=', participant).where('told_at', 'is not', null).execute();
}

/** Members are told at once: those who are named, or all of the case. */
export async function alertMembers(
  tx: Transaction,
  vault: Vault,
  file: Of,
  alert: NonNullable<Telling['alert']>,
  by: string,
): Promise<void> {
  await put(tx, vault, file, { by, topics: [], alert });
}

/** How a dispute stands. */
export async function tellDisputer(
  tx: Transaction,
  vault: Vault,
  file: Of,
  dispute: DisputeNews,
  by: string,
): Promise<void> {
  await put(tx, vault, file, { by, topics: [], dispute });
}

/** Something was said to an audience of the case. */
export async function tellAudience(
  tx: Transaction,
  vault: Vault,
  file: Of & { readonly state: CaseState },
  audience: Audience,
  by: string,
): Promise<void> {
  const present = file.state.participants.filter(({ left }) => left === null);
  const participants = present.filter((one) => audienceOf(one) === audience).map(({ id }) => id);
  if (audience !== 'team') await put(tx, vault, file, { by, topics: [{ about: 'said', participants }] });
}

/** What an event of the case brought along. */
export async function tellEffects(
  tx: Transaction,
  vault: Vault,
  file: Of,
  effects: readonly Effect[],
  by: string,
): Promise<void> {
  const ended = effects.find((effect) => effect.type === 'embargo-ended');
  const goesOn = ended !== undefined && ended.goesOnIn !== null;
  const topics = effects
    .flatMap(topicOf)
    // It binds as before, in the case that this one went into.
    .filter(({ about, participants }) => participants.length > 0 && !(goesOn && about === 'embargo-ended'));
  const broken = ended !== undefined && BROKEN.has(ended.cause);
  if (topics.length === 0 && !broken) return;
  const moved = effects.find((effect) => effect.type === 'embargo-changed');
  await put(tx, vault, file, {
    by,
    topics,
    moved: moved === undefined ? null : { from: moved.from, to: moved.to },
    cause: ended?.cause ?? null,
    handler: effects.find((effect) => effect.type === 'routed')?.handler,
    ...(broken ? { alert: { about: 'embargo-broken', members: null } } : {}),
  });
}

/** Before its time: whoever works on the case has to hurry. */
const BROKEN: ReadonlySet<string> = new Set(['public', 'exploit', 'attacks']);

function topicOf(effect: Effect): Telling['topics'] {
  if (effect.type === 'proposal-dropped') return [{ about: 'answered', participants: [effect.participant] }];
  if (effect.type === 'notice-due') return [{ about: effect.about, participants: effect.participants }];
  return effect.type === 'consent-needed' ? [{ about: 'consent', participants: [effect.participant] }] : [];
}

async function put(
  tx: Transaction,
  vault: Vault,
  { id, keyId }: Of,
  telling: Pick<Telling, 'by' | 'topics'> & Partial<Telling>,
): Promise<void> {
  const payload: Telling = { moved: null, cause: null, at: instantOf(tx), ...telling };
  await enqueue(tx, vault, { kind: TELL, caseId: id, keyId, payload: payload as unknown as Json }); // plain data
}
