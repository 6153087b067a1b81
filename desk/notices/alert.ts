/** Letters to members of a case of what cannot wait for the day's letter. */
import type { Alert, CaseFile, Telling } from '../casefile/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { enqueueLetter } from './enqueue-letter.ts';

const WORDS: Readonly<Record<Alert, string>> = {
  'glass-broken':
    'A coordinator came into the case without being asked. Look whether this is as it should be.',
  'brought-in': 'You were asked into the case.',
  'embargo-broken': 'The embargo has ended before its time.',
};

interface About {
  readonly file: CaseFile;
  readonly telling: Telling;
  readonly origin: string;
}

/** Never to whoever did it, or who is not of the case when the letter is written. */
export async function alertAll(
  tx: Transaction,
  vault: Vault,
  { file, telling, origin }: About,
): Promise<void> {
  const { alert, by } = telling;
  if (alert === undefined) return;
  const fields = {
    reference: reference(file.id),
    what: WORDS[alert.about],
    link: `${origin}/cases/${file.id}`,
  };
  for (const member of await membersOf(tx, file.id))
    if (by !== `member:${member}` && (alert.members === null || alert.members.includes(member)))
      await enqueueLetter(tx, vault, { to: { member }, letter: 'alert', fields });
}

async function membersOf(tx: Transaction, caseId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('case_members')
    .innerJoin('members', 'members.id', 'member_id')
    .select('member_id')
    .where('case_id', '=', caseId)
    .where('part', '=', 'member')
    .where('state', '=', 'active')
    .where('role', '!=', 'auditor')
    .orderBy('member_id')
    .execute();
  return rows.map(({ member_id }) => member_id);
}
