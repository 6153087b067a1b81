/** Mail of a publication: to lists, and to those who took part, each by a mail of their own. Never twice by itself. */
import { object, type Shape, string } from 'cpansec/base';
import { addEntry, readCase } from '../casefile/index.ts';
import { type Handler, handler, type Outcome } from '../jobs/index.ts';
import { bounceAddress, MailError, parsePublicKey, type VerifiedKey, writeMail } from '../mail/index.ts';
import { type Person, readPerson } from '../people/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import type { Doing, Done } from './doing.ts';
import type { Outward, OutwardMail } from './outward.ts';
import { readPublication } from './publication.ts';

interface Sending {
  /** Of the job: the message id names it. */
  readonly id: string;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly at: string;
  readonly key: VerifiedKey | null;
}

/** The message id. Throws MailError. */
async function send(
  { from, mailer, sign }: OutwardMail,
  { id, to, subject, text, at, key }: Sending,
): Promise<string> {
  const own = bounceAddress(from.address, id);
  const messageId = `<${id}@${from.address.replace(/^.*@/, '')}>`;
  const mail = await writeMail({
    ...{ from, to, subject: subject ?? '', body: text, date: at, messageId },
    // An answer to a list goes to the desk, not to where bounces of this mail do.
    replyTo: from.address,
    pgp: key === null ? null : { keys: [key], sign },
  });
  await mailer.send(mail, { from: own, to });
  return messageId;
}

/** Whether the other side may have it decides what happens next. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof MailError)) throw error;
  const { code } = error;
  if (code === 'uncertain') return { state: 'uncertain', problem: code };
  return { state: code === 'not-taken' ? 'retry' : 'failed', problem: code };
}

export async function listMail({ mail }: Outward, { publication, preview, step, job }: Doing): Promise<Done> {
  const said = preview.texts.find(({ key }) => key === step.name);
  const [to] = said?.to ?? [];
  if (mail === null || said === undefined || to === undefined) return { state: 'failed', problem: 'no-list' };
  const at = publication.begunAt ?? publication.createdAt;
  try {
    return { proof: { to, messageId: await send(mail, { ...said, id: job.id, to, at, key: null }) } };
  } catch (error) {
    return outcomeOf(error);
  }
}

const letterShape: Shape<{ publication: string; key: string; participant: string }> = object({
  publication: string,
  key: string,
  participant: string,
});

/** To one who took part: encrypted where they proved a key. */
export function letterHandler(store: Store, { mail }: Outward): Handler {
  return handler({
    payload: letterShape,
    once: true,
    run: async ({ publication, key, participant }, { id }) => {
      if (mail === null) return { state: 'retry', problem: 'no-mail' };
      const found = await store.transaction(async (tx) => {
        const one = await readPublication(tx, store.vault, publication);
        const said = one?.plan.approved?.texts.find((text) => text.key === key);
        return { said, at: tx.now, person: await personOf(store, tx, participant) };
      });
      const { said, at, person } = found;
      if (said === undefined || said.caseId === null) return { state: 'failed', problem: 'no-text' };
      if (person?.address == null) return { state: 'failed', problem: 'no-address' };
      const { caseId } = said;
      try {
        const verified = await keyOf(person, at);
        await send(mail, { ...said, id, to: person.address, at, key: verified });
        return { state: 'done', also: (tx) => noted(store, tx, { caseId, participant, name: said.name }) };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  });
}

/** Null for whoever was erased, or is no longer written to as a participant. */
async function personOf({ vault }: Store, tx: Transaction, participant: string): Promise<Person | null> {
  const row = await tx.db
    .selectFrom('participants')
    .select('person_id')
    .where('id', '=', participant)
    .where('barred_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : readPerson(tx, vault, row.person_id);
}

async function keyOf({ key }: Person, at: string): Promise<VerifiedKey | null> {
  if (key == null) return null;
  return { key: await parsePublicKey(key.armored, at), verifiedFingerprint: key.fingerprint };
}

interface Noted {
  readonly caseId: string;
  readonly participant: string;
  readonly name: string;
}

async function noted({ vault }: Store, tx: Transaction, { caseId, participant, name }: Noted): Promise<void> {
  const file = await readCase(tx, vault, caseId);
  if (file === null) return;
  const body = { act: `wrote to them that it is public (${name})`, participant };
  await addEntry(tx, vault, file, { kind: 'act', actor: 'desk', audience: 'team', body });
}
