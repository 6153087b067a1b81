/** What other rooms want written, in the transaction of their act. */
import { changeCase, instantOf, policyOf, readCase } from '../casefile/index.ts';
import { deadlines } from '../disclosure/index.ts';
import { after, LINK_TIMES, type Notice, type PeopleConfig } from '../people/index.ts';
import type { Received, ReportOps } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { enqueueLetter, type LetterToSend } from './enqueue-letter.ts';

/** Of reports. */
export function reportOps(vault: Vault): ReportOps {
  return {
    received: (tx, given) => acknowledge(tx, vault, given),
    suspect: (tx, caseId) => suspect(tx, vault, caseId),
  };
}

/** Marks a report that is looked at last. */
export const SUSPECT = 'suspect';

async function acknowledge(tx: Transaction, vault: Vault, { caseId, participant }: Received): Promise<void> {
  const file = await readCase(tx, vault, caseId);
  if (file === null) return;
  const clocks = deadlines(file.facts, await policyOf(tx), instantOf(tx));
  const next = clocks.find(({ id }) => id === 'decide')?.due ?? instantOf(tx);
  const fields = { received: file.openedAt, next };
  await enqueueLetter(tx, vault, { to: { participant }, letter: 'acknowledgement', fields });
}

async function suspect(tx: Transaction, vault: Vault, caseId: string): Promise<void> {
  const file = await readCase(tx, vault, caseId);
  if (file === null || file.content.labels.includes(SUSPECT)) return;
  await changeCase(tx, vault, file, { content: { labels: [...file.content.labels, SUSPECT] } });
}

/** Tells members of an invitation or a recovery. */
export function tellMembers(vault: Vault, origin: string): PeopleConfig['tell'] {
  return async (tx, notice) => {
    const words = letterOfNotice(notice, tx.now, origin);
    for (const member of notice.to) await enqueueLetter(tx, vault, { to: { member }, ...words });
  };
}

function letterOfNotice({ about, subject }: Notice, now: string, origin: string): Omit<LetterToSend, 'to'> {
  if (about !== 'invited')
    return { letter: 'recovery', fields: { what: WORDS[about], link: `${origin}/people/${subject}` } };
  // The link is made when the letter is written, and lives no shorter.
  const end = after(now, LINK_TIMES.invitation).replace(/\.\d+Z$/, 'Z');
  return { letter: 'invitation', fields: { end } };
}

const WORDS: Readonly<Record<Exclude<Notice['about'], 'invited'>, string>> = {
  'recovery-asked': 'A coordinator asked for a new way in for a member. Another member must confirm it.',
  'recovery-confirmed': 'A new way in for a member was confirmed. They have a link that works once.',
  'recovery-refused': 'A new way in for a member was refused.',
  'recovery-used': 'A member came in by a new way, and has a new passkey.',
  'recovery-by-hand':
    'Whoever runs the machine of the desk made a new way in for a member, whom no two others could help.',
};
