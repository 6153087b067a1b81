/** From what happened in a case to one letter for each of those who are in it. */
import {
  addEntry,
  audienceOf,
  type CaseFile,
  policyOf,
  type Telling,
  type Topic,
  tellingShape,
} from '../casefile/index.ts';
import {
  endAfter,
  inForce,
  type LetterName,
  type Participant,
  type Policy,
  type RouteName,
  SCOPE_TABLE,
} from '../disclosure/index.ts';
import { type Handler, handler, type Job, type Outcome } from '../jobs/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { alertAll } from './alert.ts';
import { writeToDisputer } from './disputers.ts';
import { addresseeOf, enqueueLetter } from './enqueue-letter.ts';
import { caseIfThere } from './note-sent.ts';
import { unreachable } from './unreachable.ts';

/** Letters are written in the transaction of the job's end: each once, however often the job is tried. */
export function tellHandler({ vault }: Store, origin: string): Handler {
  const run = async (telling: Telling, { caseId }: Job): Promise<Outcome> => ({
    state: 'done',
    also: async (tx) => {
      const file = caseId === null ? null : await caseIfThere(tx, vault, caseId);
      if (file === null) return;
      await tellAll(tx, vault, file, telling);
      if (telling.dispute !== undefined) await writeToDisputer(tx, vault, file, telling.dispute);
      if (telling.alert !== undefined) await alertAll(tx, vault, { file, telling, origin });
    },
  });
  return handler({ payload: tellingShape, run });
}

/** Whoever stands under several topics of one act is told of the first of these. */
const ORDER: readonly Topic[] = [
  'link',
  'invited',
  'embargo-ended',
  'embargo-changed',
  'consent',
  'closed',
  'published',
  'public',
  'embargo-began',
  'proof',
  'accepted',
  'proposed',
  'answered',
  'credit',
  'said',
];

async function tellAll(tx: Transaction, vault: Vault, file: CaseFile, telling: Telling): Promise<void> {
  // Whoever made spam of it learns nothing.
  if (file.state.outcome === 'spam') return;
  const lost = await unreachable(tx, vault, file);
  for (const participant of file.state.participants) {
    const about = ORDER.find((topic) =>
      telling.topics.some((one) => one.about === topic && one.participants.includes(participant.id)),
    );
    const own = telling.by === `participant:${participant.id}`;
    const told = participant.left === null && audienceOf(participant) !== 'team' && !lost.has(participant.id);
    if (about === undefined || own || !told) continue;
    await tellOne(tx, vault, file, { telling, about, participant });
  }
}

interface About {
  readonly telling: Telling;
  readonly about: Topic;
  readonly participant: Participant;
}

interface Words {
  readonly letter: LetterName;
  readonly fields: Readonly<Record<string, string>>;
}

async function tellOne(tx: Transaction, vault: Vault, file: CaseFile, about: About): Promise<void> {
  const to = { participant: about.participant.id };
  // Whoever came by a merge has a thread of their own, in the case that they came from.
  if (about.about === 'said' && (await addresseeOf(tx, vault, to))?.caseId !== file.id) return;
  const words =
    about.about === 'invited' ? await invitation(tx, file, about) : await wordsOf(tx, file, about);
  if (words === null || (words === NEWS && !(await firstSinceLook(tx, about)))) return;
  if ('missing' in words) {
    const body = { act: 'wrote no first mail', why: words.missing };
    await addEntry(tx, vault, file, { kind: 'act', actor: 'desk', audience: 'team', body });
    return;
  }
  await enqueueLetter(tx, vault, { to, ...words });
}

/** The first letter to somebody who was asked in. */
async function invitation(
  tx: Transaction,
  { state, content, facts, tlp }: CaseFile,
  { telling: { at }, participant: { roles, agreement } }: About,
): Promise<Words | { readonly missing: string }> {
  const policy = await policyOf(tx);
  const agreed = inForce({ embargo: state.embargo }) ? state.embargo.end : null;
  if (roles.includes('maintainer')) {
    const { cve } = state;
    const { distribution } = content;
    if (cve === null) return { missing: 'the CVE id is reserved before the maintainers are told' };
    if (distribution === null) return { missing: 'the case names no distribution' };
    const end = agreed ?? facts.holdEnd ?? endAfter(at, policy.hold.planned, policy);
    return { letter: 'first-contact', fields: { cve, distribution, end } };
  }
  const { version } = policy.agreement;
  if (agreed === null)
    return agreement?.version === version ? NEWS : { letter: 'agreement', fields: { version } };
  if (roles.includes('distributor')) return { letter: 'early-notice', fields: { tlp, end: agreed } };
  return { letter: 'embargo-acceptance', fields: { end: agreed } };
}

const NEWS: Words = { letter: 'news', fields: {} };

/** Null where the letter of another act says it. */
async function wordsOf(
  tx: Transaction,
  file: CaseFile,
  { telling, about, participant }: About,
): Promise<Words | null> {
  const { state } = file;
  const reporter = participant.roles.includes('reporter');
  // The publication writes to them itself, with the address of the advisory.
  if (about === 'published' && participant.roles.some((role) => WRITTEN_TO.has(role))) return null;
  if (about === 'link') return { letter: 'new-link', fields: {} };
  if (about === 'consent' && participant.joined >= telling.at) return null;
  if (about === 'consent' && state.embargo.end !== null)
    return { letter: 'embargo-acceptance', fields: { end: state.embargo.end } };
  if (about === 'embargo-changed' && telling.moved !== null) return moved(file, telling.moved, participant);
  if (about === 'embargo-ended')
    return {
      letter: 'embargo-ended',
      fields: { ended: telling.at, why: CAUSES[telling.cause ?? ''] ?? CAUSE },
    };
  if (about === 'closed' && state.duplicateOf !== null && reporter)
    return { letter: 'duplicate', fields: {} };
  if (about === 'credit') return { letter: 'credit-wanted', fields: {} };
  if (about === 'proof') return proofWanted(telling.at, await policyOf(tx));
  if (about === 'closed' && telling.handler !== undefined && reporter)
    return { letter: 'out-of-scope', fields: handledBy(telling.handler, await policyOf(tx)) };
  return NEWS;
}

const WRITTEN_TO: ReadonlySet<string> = new Set(['maintainer', 'reporter', 'distributor']);

function proofWanted(at: string, policy: Policy): Words {
  return { letter: 'proof-wanted', fields: { until: endAfter(at, policy.triage.proof, policy) } };
}

function handledBy(handler: RouteName, { routing }: Policy): Words['fields'] {
  const { name, contact } = routing[handler];
  const why = SCOPE_TABLE.find(({ route }) => route === handler)?.why ?? 'it is for somebody else';
  return { why, handler: name, ...(contact === null ? {} : { contact }) };
}

/** A letter may be lost: after so many milliseconds it is told again. */
const AGAIN = 7 * 86_400_000;

/** Whoever was told that there is something new, and has not looked, is not told again. */
async function firstSinceLook(tx: Transaction, { participant: { id } }: About): Promise<boolean> {
  const before = new Date(Date.parse(tx.now) - AGAIN).toISOString();
  const row = await tx.db
    .updateTable('participants')
    .set({ told_at: tx.now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('told_at', 'is', null), eb('told_at', '<', before)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

function moved(
  { state, content }: CaseFile,
  { from, to }: NonNullable<Telling['moved']>,
  { roles }: Participant,
): Words {
  const { cve } = state;
  const { distribution } = content;
  const fields = { before: from, end: to };
  if (to > from && roles.includes('maintainer') && cve !== null && distribution !== null)
    return { letter: 'extension-granted', fields: { ...fields, cve, distribution } };
  return { letter: 'embargo-changed', fields };
}

const CAUSE = 'the group ended it';
const CAUSES: Readonly<Record<string, string>> = {
  public: 'it is public',
  exploit: 'a way to exploit it is public',
  attacks: 'attacks were confirmed',
  'end-reached': 'the agreed instant has come',
  terminated: CAUSE,
};
