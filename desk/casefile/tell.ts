/**
 * What others are to be told of, written in the transaction of the act. Whoever writes letters does the job; this
 * room knows of no letter.
 */
import { array, type Json, nullable, object, oneOf, type Shape, string } from 'cpansec/base';
import type { CaseState, Effect } from '../disclosure/index.ts';
import { enqueue } from '../jobs/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { type Audience, audienceOf } from './audience.ts';
import { instantOf } from './instant.ts';

/** The kind of the job. */
export const TELL = 'case.tell';

export const TOPICS = [
  'invited',
  'said',
  'consent',
  'embargo-began',
  'embargo-changed',
  'embargo-ended',
  'public',
  'published',
  'closed',
] as const;
export type Topic = (typeof TOPICS)[number];

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
}

export const tellingShape: Shape<Telling> = object({
  at: string,
  by: string,
  topics: array(object({ about: oneOf(...TOPICS), participants: array(string) })),
  moved: nullable(object({ from: string, to: string })),
  cause: nullable(string),
});

/** A case, as far as it takes. */
interface Of {
  readonly id: string;
  readonly keyId: string;
}

/** Somebody was asked in. */
export async function tellInvited(
  tx: Transaction,
  vault: Vault,
  file: Of,
  participant: string,
  by: string,
): Promise<void> {
  await put(tx, vault, file, { by, topics: [{ about: 'invited', participants: [participant] }] });
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
  if (topics.length === 0) return;
  const moved = effects.find((effect) => effect.type === 'embargo-changed');
  await put(tx, vault, file, {
    by,
    topics,
    moved: moved === undefined ? null : { from: moved.from, to: moved.to },
    cause: ended?.cause ?? null,
  });
}

function topicOf(effect: Effect): Telling['topics'] {
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
