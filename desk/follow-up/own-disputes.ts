/** What whoever takes part in a case objects to, by their own link. */
import { addEntry, audienceOf, type CaseFile, changeCase, goesOnIn, instantOf } from '../casefile/index.ts';
import { caseOf } from '../cases/index.ts';
import type { Dispute, Disputer, Participant } from '../disclosure/index.ts';
import { REPORTER, reference, sayInThread } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { mayBeDisputed, needDisputable, newDispute } from './disputes.ts';

/** Who takes part, in what. */
export interface As {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly caseId: string;
  readonly participant: string;
}

export interface OwnDisputes {
  readonly reference: string;
  /** Whether there is something to object to, and no objection of theirs is open. */
  readonly may: boolean;
  readonly disputes: readonly Pick<Dispute, 'id' | 'claim' | 'received' | 'acknowledged' | 'ended'>[];
}

interface Mine {
  /** Their own case, and the one that it goes on in. */
  readonly own: CaseFile;
  readonly file: CaseFile;
  readonly me: Participant;
  readonly disputes: readonly Dispute[];
}

async function mineOf({ tx, vault, caseId, participant }: As): Promise<Mine> {
  const own = await caseOf(tx, vault, caseId);
  const file = await goesOnIn(tx, vault, own);
  const me = [...file.state.participants, ...own.state.participants].find(({ id }) => id === participant);
  if (me === undefined || me.left !== null) throw notFound();
  return { own, file, me, disputes: file.facts.disputes.filter((one) => one.participant === me.id) };
}

export async function ownDisputes(as: As): Promise<OwnDisputes> {
  const { own, file, disputes } = await mineOf(as);
  const open = disputes.some(({ ended }) => ended === null);
  return { reference: reference(own.id), may: mayBeDisputed(file) && !open, disputes };
}

/** Throws `refused` where nothing is public or closed, or one of theirs is open. */
export async function dispute(as: As, claim: string): Promise<void> {
  const mine = await mineOf(as);
  const { file, me, disputes } = mine;
  needDisputable(file);
  if (disputes.some(({ ended }) => ended === null))
    throw new WebError('refused', 'You have objected already: write to the group about it.');
  const given = newDispute({ from: fromOf(me), claim, received: instantOf(as.tx) });
  const all = [...file.facts.disputes, { ...given, participant: me.id }];
  await changeCase(as.tx, as.vault, file, { facts: { disputes: all } });
  await noted(as, mine, 'disputes the record', claim);
}

/** They no longer object. */
export async function withdrawDispute(as: As, id: string): Promise<void> {
  const mine = await mineOf(as);
  const { file, disputes } = mine;
  const open = disputes.find((one) => one.id === id && one.ended === null);
  if (open === undefined) throw notFound();
  const ended = { at: instantOf(as.tx), outcome: 'withdrawn', why: '' } as const;
  const all = file.facts.disputes.map((one) => (one === open ? { ...open, ended } : one));
  await changeCase(as.tx, as.vault, file, { facts: { disputes: all } });
  await noted(as, mine, 'no longer disputes the record', '');
}

function fromOf({ roles }: Participant): Disputer {
  if (roles.includes('maintainer')) return 'maintainer';
  return roles.includes('reporter') ? 'reporter' : 'third-party';
}

async function noted(as: As, { own, file, me }: Mine, act: string, text: string): Promise<void> {
  const entry = { kind: 'act', actor: `participant:${me.id}`, body: { act, text } } as const;
  const audience = audienceOf(me);
  if (audience === REPORTER) return sayInThread(as.tx, as.vault, own, entry);
  await addEntry(as.tx, as.vault, file, { ...entry, audience });
}
