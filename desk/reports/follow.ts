/** What a reporter sees of their case: state in words, what is promised, what was said to them. */
import { type Json, object, optional, string } from 'cpansec/base';
import {
  addFile,
  type CaseFile,
  closeCase,
  creditsChanged,
  type Entry,
  entriesOf,
  filesOf,
  goesOnIn,
  happen,
  chooseCredit as keepCredit,
  readCase,
  readCaseFile,
  reporterAnswered,
} from '../casefile/index.ts';
import { inForce, isPublic, type Phase } from '../disclosure/index.ts';
import { changePerson, readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { reference } from './reference.ts';
import { CREDIT, reportShape, reportText } from './report.ts';
import { REPORTER } from './take.ts';
import { sayInThread, threadOf } from './thread.ts';

export interface Followed {
  readonly reference: string;
  readonly receivedAt: string;
  readonly status: string;
  /** The next thing that was promised; null when nothing is. */
  readonly promised: { readonly what: string; readonly until: string } | null;
  /** The embargo that is in force, and whether they have still to accept its end. */
  readonly embargo: { readonly end: string; readonly asks: boolean } | null;
  /** What they wrote, as Markdown. */
  readonly report: string;
  readonly messages: readonly Message[];
  readonly files: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly credit: (typeof CREDIT)[number];
  readonly creditName: string;
  /** Whether they can still choose whether they are credited. */
  readonly mayCredit: boolean;
  /** Whether it is public or closed, and can be disputed. */
  readonly over: boolean;
  /** Whether they can still write. */
  readonly open: boolean;
}

interface Message {
  readonly at: string;
  readonly own: boolean;
  readonly text: string;
}

/** Throws `not-found`. */
export async function followed(
  tx: Transaction,
  vault: Vault,
  { caseId, participant }: By,
): Promise<Followed> {
  const file = await caseOf(tx, vault, caseId);
  const goesOn = await goesOnIn(tx, vault, file);
  const entries = await entriesOf(tx, vault, file, [REPORTER]);
  const credit = entries.findLast(({ kind }) => kind === 'report' || kind === 'act');
  const person = await readPerson(tx, vault, await personOf(tx, participant));
  return {
    reference: reference(file.id),
    receivedAt: file.openedAt,
    status: file.mergedInto === null ? statusOf(file) : `${MERGED} ${statusOf(goesOn)}`,
    promised: promiseOf(goesOn),
    embargo: embargoOf(goesOn, participant),
    report: reportIn(entries),
    messages: entries.flatMap(({ kind, at, actor, body }) =>
      kind === 'message' || kind === 'mail-in' || kind === 'mail-out'
        ? [{ at, own: actor.startsWith('participant:'), text: textOf(body) }]
        : [],
    ),
    files: (await filesOf(tx, vault, file, [REPORTER])).map(({ id, name, size }) => ({ id, name, size })),
    credit: creditOf(credit?.body ?? null),
    mayCredit: goesOn.state.phase !== 'closed' || goesOn.state.published !== null,
    creditName: person?.name ?? '',
    over: isPublic(goesOn.state) || goesOn.state.phase === 'closed',
    open: goesOn.state.phase !== 'closed',
  };
}

function embargoOf({ state }: CaseFile, participant: string): Followed['embargo'] {
  const { end } = state.embargo;
  if (!inForce(state) || end === null) return null;
  const pec = state.participants.find(({ id }) => id === participant)?.pec ?? 'SIGNATORY';
  return { end, asks: pec === 'INVITED' || pec === 'LAPSED' };
}

/** They keep it to themselves until its end, wherever the case goes on. */
export async function acceptEmbargo(
  tx: Transaction,
  vault: Vault,
  { caseId, participant }: By,
): Promise<void> {
  const file = await openFor(tx, vault, caseId);
  const by = `participant:${participant}`;
  await happen(tx, vault, await goesOnIn(tx, vault, file), {
    type: 'consent',
    participant,
    step: 'ACCEPT',
    by,
  });
  await sayInThread(tx, vault, file, { kind: 'act', actor: by, body: { act: 'accepted the embargo' } });
}

/** Empty for a case that came without one. */
function reportIn(entries: readonly Entry[]): string {
  const first = entries.find(({ kind }) => kind === 'report');
  return first === undefined ? '' : reportText(reportShape(first.body));
}

async function caseOf(tx: Transaction, vault: Vault, caseId: string): Promise<CaseFile> {
  const file = await readCase(tx, vault, caseId);
  if (file === null) throw notFound();
  // What was merged goes on elsewhere; the reporter keeps their own thread.
  return file;
}

const creditShape = object({ credit: optional(reportCredit) });

function reportCredit(value: unknown): (typeof CREDIT)[number] {
  return CREDIT.find((word) => word === value) ?? 'ask-later';
}

function creditOf(body: Json): (typeof CREDIT)[number] {
  return (body === null ? undefined : creditShape(body).credit) ?? 'ask-later';
}

async function personOf(tx: Transaction, participant: string): Promise<string> {
  const query = tx.db.selectFrom('participants').select('person_id').where('id', '=', participant);
  return (await query.executeTakeFirst())?.person_id ?? '';
}

function textOf(body: Json): string {
  return object({ text: string })(body).text;
}

const MERGED = 'It is the same as another report, and goes on together with it.';

function promiseOf({ dueAt, state }: CaseFile): Followed['promised'] {
  return dueAt === null ? null : { what: PROMISE[state.phase], until: dueAt };
}

function statusOf({ state }: CaseFile): string {
  if (state.phase === 'closed') return CLOSED[state.outcome ?? 'withdrawn'] ?? 'It is closed.';
  return STATUS[state.phase];
}

const STATUS: Readonly<Record<Phase, string>> = {
  report: 'It was received. Nobody has taken it on yet.',
  triage: 'Somebody of the group is looking at it.',
  coordinate: 'It was taken on, and is being worked on with whoever can fix it.',
  publication: 'Its publication is being prepared.',
  'follow-up': 'It is public. The group follows what is left to do.',
  closed: 'It is closed.',
};

const CLOSED: Readonly<Record<string, string>> = {
  published: 'It was published, and is closed.',
  'out-of-scope': 'It is not for this group; the messages say for whom it is.',
  'not-a-vulnerability': 'The group does not take it for a vulnerability; the messages say why.',
  duplicate: 'It was known already, and is closed.',
  withdrawn: 'It was withdrawn, and is closed.',
  spam: 'It is closed.',
};

const PROMISE: Readonly<Record<Phase, string>> = {
  report: 'Somebody tells you that they have read it',
  triage: 'The group tells you whether it takes it on',
  coordinate: 'The group writes to you again',
  publication: 'It becomes public',
  'follow-up': 'The group writes to you again',
  closed: '',
};

interface By {
  readonly caseId: string;
  readonly participant: string;
}

export async function sayToTeam(
  tx: Transaction,
  vault: Vault,
  { caseId, participant }: By,
  text: string,
): Promise<void> {
  const file = await openFor(tx, vault, caseId);
  const actor = `participant:${participant}`;
  await sayInThread(tx, vault, file, { kind: 'message', actor, body: { text } });
  await reporterAnswered(tx, vault, await goesOnIn(tx, vault, file));
}

export async function sendFile(
  tx: Transaction,
  vault: Vault,
  { caseId }: By,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const own = await openFor(tx, vault, caseId);
  await addFile(tx, vault, own, { ...file, audience: REPORTER });
  const goesOn = await goesOnIn(tx, vault, own);
  if (goesOn.id !== own.id) await addFile(tx, vault, goesOn, { ...file, audience: threadOf(own.id) });
  await reporterAnswered(tx, vault, goesOn);
}

export async function chooseCredit(
  tx: Transaction,
  vault: Vault,
  { caseId, participant }: By,
  { credit, name }: { credit: (typeof CREDIT)[number]; name: string | undefined },
): Promise<void> {
  const file = await caseOf(tx, vault, caseId);
  const goesOn = await goesOnIn(tx, vault, file);
  if (goesOn.state.phase === 'closed' && goesOn.state.published === null)
    throw new WebError('refused', 'This case is closed, and nobody is credited.');
  // The name is kept with the person, where the team does not read it.
  const renamed = name !== undefined && (await rename(tx, vault, await personOf(tx, participant), name));
  const actor = `participant:${participant}`;
  await sayInThread(tx, vault, file, { kind: 'act', actor, body: { act: 'credit', credit } });
  const consent = credit === 'ask-later' ? 'unasked' : credit;
  const chosen = { participant, role: 'finder', consent } as const;
  const after = await keepCredit(tx, vault, goesOn, chosen);
  if (renamed && credit === 'by-name') await creditsChanged(tx, vault, after);
}

/** Whether they were called otherwise. */
async function rename(tx: Transaction, vault: Vault, id: string, name: string): Promise<boolean> {
  let before = name;
  await changePerson(tx, vault, id, (person) => {
    before = person.name;
    return { ...person, name };
  });
  return before !== name;
}

/** Only what nobody has taken on; afterwards others rely on it. */
export async function withdraw(tx: Transaction, vault: Vault, { caseId, participant }: By): Promise<void> {
  const file = await openFor(tx, vault, caseId);
  if (file.mergedInto !== null)
    throw new WebError('refused', 'It goes on together with another report: write to the group instead.');
  if (file.state.phase !== 'report' && file.state.phase !== 'triage')
    throw new WebError('refused', 'Others are at work on it already: write to the group instead.');
  const by = `participant:${participant}`;
  await closeCase(tx, vault, file, { outcome: 'withdrawn', by });
}

export async function fileFor(
  tx: Transaction,
  vault: Vault,
  caseId: string,
  id: string,
): Promise<{ name: string; bytes: Uint8Array }> {
  const found = await readCaseFile(tx, vault, await caseOf(tx, vault, caseId), id, [REPORTER]);
  if (found === null) throw notFound();
  return found;
}

async function openFor(tx: Transaction, vault: Vault, caseId: string): Promise<CaseFile> {
  const file = await caseOf(tx, vault, caseId);
  if ((await goesOnIn(tx, vault, file)).state.phase === 'closed')
    throw new WebError('refused', 'This case is closed. What is new is a report of its own.');
  return file;
}
