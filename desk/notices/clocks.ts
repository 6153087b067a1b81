/** What clocks ask for without anybody's act: reminders, warnings, and embargoes whose end has come. */
import { audienceOf, type CaseFile, changeCase, happen, instantOf, policyOf } from '../casefile/index.ts';
import { type CaseFacts, deadlines, inForce, type LetterName } from '../disclosure/index.ts';
import type { Chore } from '../jobs/index.ts';
import { type Store, StoreError, type Transaction, type Vault } from '../store/index.ts';
import { enqueueLetter } from './enqueue-letter.ts';
import { caseIfThere } from './note-sent.ts';
import { unreachable } from './unreachable.ts';

/** Milliseconds between two looks. */
const EVERY = 60_000;

export function clockChore(store: Store): Chore {
  return { name: 'clocks', every: EVERY, run: () => lookAtClocks(store) };
}

/** A case is one transaction: what is asked for and that it was asked for are one, so that each happens once. */
async function lookAtClocks(store: Store): Promise<void> {
  for (const id of await store.transaction(dueCases))
    try {
      await store.transaction((tx) => lookAt(tx, store.vault, id));
    } catch (error) {
      // Somebody changed it meanwhile: the next look sees it as it is then.
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
    }
}

async function dueCases(tx: Transaction): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('cases')
    .select('id')
    .where('phase', '!=', 'closed')
    .where((eb) => eb.or([eb('due_at', '<=', tx.now), eb('embargo_ends_at', '<=', tx.now)]))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

async function lookAt(tx: Transaction, vault: Vault, id: string): Promise<void> {
  const now = instantOf(tx);
  const found = await caseIfThere(tx, vault, id);
  if (found === null || found.state.phase === 'closed') return;
  const { end } = found.state.embargo;
  const over = inForce(found.state) && end !== null && end <= now;
  const file = over ? (await happen(tx, vault, found, { type: 'tick', by: 'desk' })).file : found;
  const facts: Partial<CaseFacts>[] = [];
  for (const nudge of NUDGES) {
    const asked = await askedBy(tx, file, nudge, now);
    // Where nobody can be written to, it stays with the team.
    if (asked > 0 && (await nudged(tx, vault, file, nudge, now)))
      facts.push(nudge.facts(file.facts, Array<string>(asked).fill(now)));
  }
  if (facts.length > 0) await changeCase(tx, vault, file, { facts: Object.assign({}, ...facts) });
}

/** What the maintainers are told when a clock of theirs is due; of several that are, by one letter. */
interface Nudge {
  readonly clock: RegExp;
  readonly letter: LetterName;
  fields(facts: CaseFacts, end: string): Readonly<Record<string, string>> | null;
  facts(facts: CaseFacts, at: readonly string[]): Partial<CaseFacts>;
}

const NUDGES: readonly Nudge[] = [
  {
    clock: /^remind-/,
    letter: 'reminder',
    fields: ({ contacted }, end) => (contacted === null ? null : { 'first-mail': contacted, end }),
    facts: ({ reminded }, at) => ({ reminded: [...reminded, ...at] }),
  },
  {
    clock: /^warn-/,
    letter: 'end-near',
    fields: (_, end) => ({ end }),
    facts: ({ warned }, at) => ({ warned: [...warned, ...at] }),
  },
];

/** How many clocks ask for it. */
async function askedBy(tx: Transaction, { facts }: CaseFile, { clock }: Nudge, now: string): Promise<number> {
  const clocks = deadlines(facts, await policyOf(tx), now);
  return clocks.filter(({ id, done, due }) => clock.test(id) && done === null && due <= now).length;
}

/** Whether anybody is written to. */
async function nudged(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { letter, fields }: Nudge,
  now: string,
): Promise<boolean> {
  const { state, content, facts } = file;
  const { cve } = state;
  const { distribution } = content;
  const end = inForce(state) ? state.embargo.end : facts.holdEnd;
  if (cve === null || distribution === null || end === null || end <= now) return false;
  const more = fields(facts, end);
  if (more === null) return false;
  const lost = await unreachable(tx, vault, file);
  let written = false;
  for (const participant of state.participants) {
    if (
      lost.has(participant.id) ||
      participant.left !== null ||
      !audienceOf(participant).startsWith('maintainers:')
    )
      continue;
    const given = { to: { participant: participant.id }, letter, fields: { ...more, cve, distribution } };
    written = (await enqueueLetter(tx, vault, given)) !== null || written;
  }
  return written;
}
