/** A record is disputed: received, acknowledged, answered, decided. The case that it belongs to may be closed by then. */
import {
  addEntry,
  audienceOf,
  type CaseFile,
  changeCase,
  instantOf,
  tellDisputer,
  wantAmendment,
} from '../casefile/index.ts';
import { type By, caseActor, caseOf, say, told } from '../cases/index.ts';
import { type Dispute, type DisputeOutcome, type Disputer, isPublic } from '../disclosure/index.ts';
import { createPerson } from '../people/index.ts';
import { threadOf } from '../reports/index.ts';
import { newId } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';

/** Most disputes of a case. */
export const MAX_DISPUTES = 100;

/** What is public can be disputed, and what was closed, whatever it was closed as. */
export function mayBeDisputed({ state }: CaseFile): boolean {
  return isPublic(state) || (state.phase === 'closed' && state.outcome !== 'spam');
}

/** Throws `refused` for a case that nobody can object to yet, or of which too many have. */
export function needDisputable(file: CaseFile): void {
  if (!mayBeDisputed(file)) throw new WebError('refused', 'It is neither public nor closed.');
  if (file.facts.disputes.length >= MAX_DISPUTES)
    throw new WebError('refused', `A case has at most ${MAX_DISPUTES} disputes.`);
}

/** One that was received now, of nobody yet. */
export function newDispute(given: Pick<Dispute, 'from' | 'claim' | 'received'>): Dispute {
  return {
    ...given,
    id: newId(),
    participant: null,
    person: null,
    acknowledged: null,
    answered: null,
    ended: null,
  };
}

export interface NotedDispute {
  readonly from: Disputer;
  /** Of the case; null for somebody who takes no part. */
  readonly participant: string | null;
  /** Of somebody who takes no part. */
  readonly name: string;
  readonly address: string | null;
  readonly claim: string;
  /** When it came, for what came by another way; null: now. */
  readonly received: string | null;
}

/** A member writes down what somebody objects to. */
export async function noteDispute(by: By, given: NotedDispute): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  needDisputable(file);
  const { participant, name, address, from, claim } = given;
  const now = instantOf(by.tx);
  if (given.received !== null && given.received > now)
    throw new WebError('invalid', 'Not as it must be.', { received: 'That is yet to come.' });
  if (participant !== null && !file.state.participants.some(({ id }) => id === participant)) throw notFound();
  const person =
    participant === null && (name !== '' || address !== null)
      ? await createPerson(by.tx, by.vault, { name, address })
      : null;
  const dispute = { ...newDispute({ from, claim, received: given.received ?? now }), participant, person };
  const disputes = [...file.facts.disputes, dispute];
  const changed = await changeCase(by.tx, by.vault, file, { facts: { disputes } });
  await told(by, changed, 'noted a dispute', { from, text: claim });
}

/** They are told that it is here, and by when it is decided. */
export async function acknowledgeDispute(by: By, id: string): Promise<void> {
  const { file, dispute } = await openDispute(by, id);
  if (dispute.acknowledged !== null) throw new WebError('refused', 'It is acknowledged.');
  const changed = await put(by, file, { ...dispute, acknowledged: instantOf(by.tx) });
  await told(by, changed, 'acknowledged a dispute');
  await tellDisputer(by.tx, by.vault, changed, { id, about: 'received', text: '' }, caseActor(by));
}

/** Said to them: in their thread, or by a letter to who has none. */
export async function answerDispute(by: By, id: string, text: string): Promise<void> {
  const { file, dispute } = await openDispute(by, id);
  const now = instantOf(by.tx);
  const answered = { ...dispute, answered: now, acknowledged: dispute.acknowledged ?? now };
  const changed = await put(by, file, answered);
  const audience = await audienceIn(by, changed, dispute);
  if (audience !== null) return say(by, audience, text);
  const body = { text, 'an answer to a dispute from': dispute.from };
  const entry = { kind: 'message', actor: caseActor(by), audience: 'team', body } as const;
  await addEntry(by.tx, by.vault, changed, entry);
  await tellDisputer(by.tx, by.vault, changed, { id, about: 'answer', text }, caseActor(by));
}

/** The thread of whoever takes part; null for anybody else. */
async function audienceIn(by: By, file: CaseFile, { participant }: Dispute): Promise<string | null> {
  const found = file.state.participants.find(({ id, left }) => id === participant && left === null);
  if (found === undefined) return null;
  const row = by.tx.db.selectFrom('participants').select('case_id').where('id', '=', found.id);
  const caseId = (await row.executeTakeFirst())?.case_id ?? file.id;
  return caseId === file.id ? audienceOf(found) : threadOf(caseId);
}

export interface Decision {
  readonly outcome: DisputeOutcome;
  /** What they are told. */
  readonly why: string;
  /** What the record says, where it is marked. */
  readonly explanation: string;
}

/** Ends it, and says what has to become of the record. */
export async function decideDispute(by: By, id: string, decision: Decision): Promise<void> {
  const { outcome, why } = decision;
  const { file, dispute } = await openDispute(by, id);
  const at = instantOf(by.tx);
  const ended = await put(by, file, { ...dispute, ended: { at, outcome, why } });
  const changed = await followed(by, ended, decision);
  await told(by, changed, 'decided a dispute', { outcome, why });
  await tellDisputer(by.tx, by.vault, changed, { id, about: 'decided', text: '' }, caseActor(by));
}

/** What follows for the record. */
async function followed(by: By, file: CaseFile, { outcome, why, explanation }: Decision): Promise<CaseFile> {
  const { cve } = file.state;
  if (outcome === 'refuse' || outcome === 'withdrawn') return file;
  if (outcome === 'reject') return wantAmendment(by.tx, by.vault, file, { kind: 'reject', cve, why });
  const marked = outcome === 'mark' ? await marking(by, file, explanation) : file;
  return wantAmendment(by.tx, by.vault, marked, { kind: 'correct', cve, why });
}

function marking(by: By, file: CaseFile, explanation: string): Promise<CaseFile> {
  if (explanation === '')
    throw new WebError('invalid', 'Not as it must be.', {
      explanation: 'Readers of the record are told why.',
    });
  const disputed = { on: by.tx.now.slice(0, 10), why: explanation };
  return changeCase(by.tx, by.vault, file, { content: { disputed } });
}

/** The record no longer says that it is disputed. */
export async function unmark(by: By, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.content.disputed === null) throw new WebError('refused', 'It is not marked.');
  const changed = await changeCase(by.tx, by.vault, file, { content: { disputed: null } });
  const wanted = { kind: 'correct', cve: file.state.cve, why } as const;
  const last = await wantAmendment(by.tx, by.vault, changed, wanted);
  await told(by, last, 'took away that the record is disputed', { why });
}

async function openDispute(by: By, id: string): Promise<{ file: CaseFile; dispute: Dispute }> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const dispute = file.facts.disputes.find((one) => one.id === id);
  if (dispute === undefined) throw notFound();
  if (dispute.ended !== null) throw new WebError('refused', 'It is decided.');
  return { file, dispute };
}

function put(by: Pick<By, 'tx' | 'vault'>, file: CaseFile, dispute: Dispute): Promise<CaseFile> {
  const disputes = file.facts.disputes.map((one) => (one.id === dispute.id ? dispute : one));
  return changeCase(by.tx, by.vault, file, { facts: { disputes } });
}
