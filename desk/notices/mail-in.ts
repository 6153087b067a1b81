/**
 * Mail that came in: an answer to a letter of ours goes into the thread of whom the letter was for, a notification
 * of failure becomes an attempt, anything else is a report. Whatever it is, it is kept whole, and taken in once.
 */
import type { Json } from 'cpansec/base';
import {
  addEntry,
  addFile,
  type CaseFile,
  changeCase,
  filesOf,
  instantOf,
  MAX_FILE,
  MAX_FILES,
  readCase,
  tellAudience,
} from '../casefile/index.ts';
import type { Arrived, Bounce, ReadAttachment, ReadMail } from '../mail/index.ts';
import { EMPTY_REPORT, type Report, reference, takeReport } from '../reports/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { underLimit } from '../web/index.ts';
import { type Incoming, type MailInConfig, readIncoming } from './incoming.ts';
import { addInThread, audienceIn, caseIfThere, type Thread } from './note-sent.ts';
import { reportOps } from './ops.ts';

/** What an intake gives its mails to; returns when the mail is stored. */
export function mailIn(store: Store, config: MailInConfig): (arrived: Arrived) => Promise<void> {
  return async (arrived) => {
    const incoming = await readIncoming(store, config, arrived);
    await store.transaction((tx) => takeIn(tx, store.vault, incoming));
  };
}

async function takeIn(tx: Transaction, vault: Vault, incoming: Incoming): Promise<void> {
  const message = await vault.token(tx, 'mail', incoming.source);
  const row = { message, received_at: tx.now };
  const fresh = await tx.db
    .insertInto('mails')
    .values(row)
    .onConflict((conflict) => conflict.column('message').doNothing())
    .returning('message')
    .executeTakeFirst();
  if (fresh === undefined) return;
  const { as, caseId } =
    (await bounced(tx, vault, incoming)) ??
    (await answeredLetter(tx, vault, incoming)) ??
    (await reported(tx, vault, incoming));
  await tx.db.updateTable('mails').set({ case_id: caseId }).where('message', '=', message).execute();
  const subject = caseId === null ? '' : `case:${caseId}`;
  tx.record({ actor: 'mail', act: 'mail.received', subject, detail: { as, verified: incoming.verified } });
}

interface TakenIn {
  readonly as: 'bounce' | 'answer' | 'report';
  readonly caseId: string | null;
}

/** A letter of ours was not delivered; null for another mail. One that names none of our letters is not believed. */
async function bounced(tx: Transaction, vault: Vault, incoming: Incoming): Promise<TakenIn | null> {
  const { letter, bounce } = incoming;
  if (letter === null || bounce === null) return null;
  const { caseId, payload } = letter;
  const own = caseId === null ? null : await caseIfThere(tx, vault, caseId);
  const file = own === null ? null : await caseIfThere(tx, vault, own.mergedInto ?? own.id);
  if (file === null) return { as: 'bounce', caseId: null };
  await keepWhole(tx, vault, file, incoming);
  const team = { actor: 'desk', audience: 'team' } as const;
  const body = attemptOf(bounce, payload?.participant ?? null);
  await addEntry(tx, vault, file, { ...team, kind: 'attempt', body });
  const text = `Mail does not reach a participant of this case (${bounce.status}): find another way to them.`;
  if (bounce.kind === 'permanent') await addEntry(tx, vault, file, { ...team, kind: 'task', body: { text } });
  return { as: 'bounce', caseId: file.id };
}

/** Of what the other side said only its status: the words name addresses. */
function attemptOf({ kind, status }: Bounce, participant: string | null): Json {
  return { channel: 'mail', outcome: `bounced-${kind}`, participant, note: status };
}

/** Null for a mail that answers no letter of a case, or of one that takes nothing in any more. */
async function answeredLetter(tx: Transaction, vault: Vault, incoming: Incoming): Promise<TakenIn | null> {
  const { letter, mail, verified } = incoming;
  const own = letter?.caseId == null ? null : await caseIfThere(tx, vault, letter.caseId);
  const goesOn = own === null ? null : await caseIfThere(tx, vault, own.mergedInto ?? own.id);
  if (own === null || goesOn === null) return null;
  // A record is disputed long after its case was closed.
  const disputes = letter?.payload?.letter.startsWith('dispute-') === true;
  if (goesOn.state.phase === 'closed' && !disputes) return null;
  if (!(await hasRoom(tx, vault, goesOn, mail))) return null;
  const participant = letter?.payload?.participant ?? null;
  const audience = participant === null ? 'team' : audienceIn(own, participant);
  const actor = verified ? `participant:${participant}` : 'mail';
  const body = {
    text: textOf(mail),
    sender: verified ? 'signed by their key' : 'unverified',
    ...(isAutomatic(mail) ? { automatic: true } : {}),
  };
  await addInThread(tx, vault, { own, goesOn, audience }, actor, 'mail-in', body);
  const theirs = own.id === goesOn.id ? audience : 'team';
  for (const { name, bytes } of fitting(mail))
    await addFile(tx, vault, goesOn, { name, bytes, audience: theirs });
  await keepWhole(tx, vault, goesOn, incoming);
  await noteProvenance(tx, vault, goesOn, incoming, { thread: reference(own.id) });
  if (verified) await toldBy(tx, vault, { own, goesOn, audience }, actor);
  return { as: 'answer', caseId: goesOn.id };
}

/** What is signed by their key is as good as what they say on their page; no other mail changes a state. */
async function toldBy(
  tx: Transaction,
  vault: Vault,
  { own, goesOn, audience }: Thread,
  actor: string,
): Promise<void> {
  await tellAudience(tx, vault, own, audience, actor);
  // The entries hold it until the transaction ends.
  const file = await readCase(tx, vault, goesOn.id);
  if (audience.startsWith('maintainers:') && file?.facts.answered === null)
    await changeCase(tx, vault, file, { facts: { answered: instantOf(tx) } });
}

/** A case of its own. Acknowledged only where that cannot hit somebody who did not write. */
async function reported(tx: Transaction, vault: Vault, incoming: Incoming): Promise<TakenIn> {
  const { mail, source, letter } = incoming;
  const sender = mail.from?.address ?? null;
  const under = [
    await underLimit(tx, vault, 'mail-from', sender?.toLowerCase() ?? ''),
    await underLimit(tx, vault, 'mail', ''),
  ];
  const marks = marksOf(mail, under.includes(false));
  const { caseId, participant } = await takeReport(tx, vault, {
    channel: 'mail',
    report: reportOf(mail),
    person: { name: mail.from?.name ?? '', address: sender },
    files: fitting(mail),
    source,
    about: provenance(incoming),
  });
  const file = await readCase(tx, vault, caseId);
  if (file !== null) {
    await keepWhole(tx, vault, file, incoming);
    const answers = letter?.caseId == null ? '' : reference(letter.caseId);
    await noteProvenance(tx, vault, file, incoming, { answers, marks: marks.join(', ') });
  }
  const ops = reportOps(vault);
  if (marks.length > 0) await ops.suspect(tx, caseId);
  else await ops.received(tx, { caseId, participant, address: sender });
  return { as: 'report', caseId };
}

/** Why nobody is answered. */
function marksOf(mail: ReadMail, over: boolean): string[] {
  return [
    ...(over ? ['more mail than usual'] : []),
    ...(isAutomatic(mail) ? ['written by a program'] : []),
    ...(mail.authentication.dmarc?.result === 'fail' ? ['its domain denies it'] : []),
    ...(mail.from === null ? ['no sender'] : []),
  ];
}

/** RFC 3834: what a program wrote is never answered by one. */
function isAutomatic({ marks }: ReadMail): boolean {
  const bulk = ['bulk', 'junk', 'list'].includes(marks.precedence ?? '');
  return marks.autoSubmitted !== null || marks.nullSender || marks.list || bulk;
}

/** Characters that an entry holds; the file has the rest. */
const MAX_TEXT = 20_000;

function textOf({ text, encrypted }: ReadMail): string {
  if (encrypted.kind === 'unreadable')
    return 'A mail that the desk could not decrypt. The file has it as it came.';
  const short = text.trim();
  if (short === '') return 'A mail without text.';
  return short.length > MAX_TEXT ? `${short.slice(0, MAX_TEXT)}\n\n(cut: the file has all of it)` : short;
}

function reportOf(mail: ReadMail): Report {
  const named = /\b[A-Za-z]\w*(?:::\w+)+/.exec(`${mail.subject}\n${mail.text.slice(0, MAX_TEXT)}`);
  const where = named?.[0].slice(0, 120) ?? '';
  return { ...EMPTY_REPORT, where, what: `${titleOf(mail, where)}\n\n${textOf(mail)}` };
}

/** A subject that says nothing, as programs put it over a sealed mail, is none. */
function titleOf({ subject, encrypted }: ReadMail, where: string): string {
  if (/\w/.test(subject) && !/^encrypted (?:message|mail)$/i.test(subject)) return subject.slice(0, 200);
  const kind = encrypted.kind === 'pgp' ? 'A sealed mail' : 'A mail without a subject';
  return where === '' ? kind : `${kind} about ${where}`;
}

type Named = Pick<ReadAttachment, 'name' | 'bytes'>;

/** Attachments that a case can hold; the whole mail has the others. */
function fitting({ attachments }: ReadMail): Named[] {
  return attachments
    .filter(({ bytes }) => bytes.length <= MAX_FILE)
    .map(({ name, bytes }, i) => ({ name: name === '' ? `attachment-${i + 1}` : name, bytes }));
}

async function hasRoom(tx: Transaction, vault: Vault, file: CaseFile, mail: ReadMail): Promise<boolean> {
  return (await filesOf(tx, vault, file)).length + fitting(mail).length < MAX_FILES;
}

/** As it came, for the team alone: its header says more of the sender than the thread may know. */
async function keepWhole(tx: Transaction, vault: Vault, file: CaseFile, { bytes }: Incoming): Promise<void> {
  if ((await filesOf(tx, vault, file)).length < MAX_FILES)
    await addFile(tx, vault, file, { name: 'mail.eml', bytes, audience: 'team' });
}

/** What the mail claims and what others vouch for, in words; none of it gives a right. */
function provenance({ mail, verified }: Incoming): Record<string, string> {
  const { authentication, signature, encrypted, problems, from } = mail;
  const by = (one: { readonly domain: string; readonly result: string } | null) =>
    one === null ? 'none' : `${one.result} ${one.domain}`;
  return {
    from: from === null ? 'nobody' : `${from.address}, unverified`,
    dkim: authentication.dkim.map(by).join(', ') || 'none',
    spf: by(authentication.spf),
    dmarc: by(authentication.dmarc),
    signature: verified ? 'their key' : signature.kind === 'good' ? 'unknown-key' : signature.kind,
    encryption: encrypted.kind,
    problems: problems.join(', '),
  };
}

async function noteProvenance(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  incoming: Incoming,
  more: Readonly<Record<string, string | number>>,
): Promise<void> {
  const body: Json = { act: 'a mail came in', ...more, ...provenance(incoming) };
  await addEntry(tx, vault, file, { kind: 'act', actor: 'desk', audience: 'team', body });
}
