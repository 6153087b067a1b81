/** What the case knows of a letter that went out. */
import type { Json } from 'cpansec/base';
import { addEntry, audienceOf, type CaseFile, changeCase, instantOf, readCase } from '../casefile/index.ts';
import type { CaseFacts, LetterName } from '../disclosure/index.ts';
import { REPORTER, sayInThread } from '../reports/index.ts';
import { StoreError, type Transaction, type Vault } from '../store/index.ts';
import type { Outsider, Payload } from './enqueue-letter.ts';

/** Attempts to reach whoever looks after the code. */
const ATTEMPTS: ReadonlySet<LetterName> = new Set(['first-contact', 'reminder', 'escalation']);

/** In the transaction of the job's end. Nothing of the letter but its name: the link in it is theirs alone. */
export async function noteSent(tx: Transaction, vault: Vault, payload: Payload): Promise<void> {
  const { participant, letter, outsider } = payload;
  if (outsider !== undefined) return noteOutside(tx, vault, outsider, letter);
  const caseId = participant === null ? null : await caseIdOf(tx, participant);
  const own = caseId === null ? null : await caseIfThere(tx, vault, caseId);
  const goesOn = own === null ? null : await caseIfThere(tx, vault, own.mergedInto ?? own.id);
  if (own === null || goesOn === null || participant === null) return;
  const body = { text: wroteWords(letter) };
  await addInThread(
    tx,
    vault,
    { own, goesOn, audience: audienceIn(own, participant) },
    'desk',
    'mail-out',
    body,
  );
  if (ATTEMPTS.has(letter)) {
    const attempt = { channel: 'mail', outcome: 'sent', participant, note: letter };
    await addEntry(tx, vault, goesOn, { kind: 'attempt', actor: 'desk', audience: 'team', body: attempt });
  }
  // The entries hold the case until the transaction ends: nobody changes it between this and the next.
  const file = await readCase(tx, vault, goesOn.id);
  const facts = file === null ? null : factsOf(file.facts, payload, instantOf(tx));
  if (file !== null && facts !== null) await changeCase(tx, vault, file, { facts });
}

/** To somebody who takes no part: for the team to see. */
async function noteOutside(
  tx: Transaction,
  vault: Vault,
  { caseId }: Outsider,
  letter: LetterName,
): Promise<void> {
  const file = await caseIfThere(tx, vault, caseId);
  if (file === null) return;
  const body = { text: wroteWords(letter) };
  await addEntry(tx, vault, file, { kind: 'mail-out', actor: 'desk', audience: 'team', body });
}

function wroteWords(letter: LetterName): string {
  return `The group wrote a mail: ${letter.replaceAll('-', ' ')}.`;
}

/** Where somebody is spoken with: their own case, and the one that it goes on in. */
export interface Thread {
  readonly own: CaseFile;
  /** The same where it was not merged. */
  readonly goesOn: CaseFile;
  readonly audience: string;
}

export async function addInThread(
  tx: Transaction,
  vault: Vault,
  { own, goesOn, audience }: Thread,
  actor: string,
  kind: 'mail-in' | 'mail-out',
  body: Json,
): Promise<void> {
  if (audience === REPORTER) return sayInThread(tx, vault, own, { kind, actor, body });
  await addEntry(tx, vault, own, { kind, actor, audience, body });
  if (goesOn.id !== own.id) await addEntry(tx, vault, goesOn, { kind, actor, audience, body });
}

async function caseIdOf(tx: Transaction, participant: string): Promise<string | null> {
  const row = tx.db.selectFrom('participants').select('case_id').where('id', '=', participant);
  return (await row.executeTakeFirst())?.case_id ?? null;
}

/** Null where none is, or nobody can read it any more. */
export async function caseIfThere(tx: Transaction, vault: Vault, id: string): Promise<CaseFile | null> {
  try {
    return await readCase(tx, vault, id);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'destroyed') return null;
    throw error;
  }
}

export function audienceIn({ state }: CaseFile, participant: string): string {
  const found = state.participants.find(({ id }) => id === participant);
  return found === undefined ? 'team' : audienceOf(found);
}

/** Which promises the letter keeps. Reminders and warnings are counted when they are asked for. */
function factsOf(facts: CaseFacts, { letter, fields }: Payload, now: string): Partial<CaseFacts> | null {
  switch (letter) {
    case 'acknowledgement':
      return { acknowledged: facts.acknowledged ?? now, reporterTold: now };
    case 'duplicate':
    case 'out-of-scope':
    case 'proof-wanted':
    case 'published-reporter':
      return { reporterTold: now };
    case 'first-contact':
      return { contacted: facts.contacted ?? now, holdEnd: facts.holdEnd ?? fields.end ?? null };
    case 'early-notice':
      return { distributors: { told: facts.distributors?.told ?? now } };
    default:
      return null;
  }
}
