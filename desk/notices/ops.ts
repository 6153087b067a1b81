/** What other rooms want written, in the transaction of their act. */
import { changeCase, instantOf, policyOf, readCase } from '../casefile/index.ts';
import { deadlines } from '../disclosure/index.ts';
import type { Notice, PeopleConfig } from '../people/index.ts';
import type { Received, ReportOps } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { enqueueLetter } from './enqueue-letter.ts';

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

/** Tells members of a recovery. */
export function tellMembers(vault: Vault, origin: string): PeopleConfig['tell'] {
  return async (tx, { about, subject, to }) => {
    const fields = { what: WORDS[about], link: `${origin}/people/${subject}` };
    for (const member of to) await enqueueLetter(tx, vault, { to: { member }, letter: 'recovery', fields });
  };
}

const WORDS: Readonly<Record<Notice['about'], string>> = {
  'recovery-asked': 'A coordinator asked for a new way in for a member. Another member must confirm it.',
  'recovery-confirmed': 'A new way in for a member was confirmed. They have a link that works once.',
  'recovery-refused': 'A new way in for a member was refused.',
  'recovery-used': 'A member came in by a new way, and has a new passkey.',
};
