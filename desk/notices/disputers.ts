/** Letters to whoever disputes a record, in its case or not. */
import { type CaseFile, type DisputeNews, instantOf, policyOf } from '../casefile/index.ts';
import { type Dispute, deadlines, isPublic, type LetterName } from '../disclosure/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { enqueueLetter, type Recipient } from './enqueue-letter.ts';

/** Nothing for somebody whose address nobody knows. */
export async function writeToDisputer(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  news: DisputeNews,
): Promise<void> {
  const dispute = file.facts.disputes.find(({ id }) => id === news.id);
  const to = dispute === undefined ? null : recipientOf(dispute, file);
  if (dispute === undefined || to === null) return;
  await enqueueLetter(tx, vault, { to, ...(await wordsOf(tx, file, dispute, news)) });
}

function recipientOf({ participant, person }: Dispute, { id: caseId }: CaseFile): Recipient | null {
  if (participant !== null) return { participant };
  return person === null ? null : { outsider: { person, caseId } };
}

interface Words {
  readonly letter: LetterName;
  readonly fields: Readonly<Record<string, string>>;
}

async function wordsOf(
  tx: Transaction,
  file: CaseFile,
  { id, received, ended }: Dispute,
  { about, text }: DisputeNews,
): Promise<Words> {
  if (about === 'answer') return { letter: 'dispute-answer', fields: { text } };
  if (about === 'decided') {
    // What is not public is said on the pages of the case alone.
    const outcome = OUTCOMES[ended?.outcome ?? 'refuse'];
    const said = isPublic(file.state) && ended !== null;
    return { letter: 'dispute-decided', fields: said ? { outcome, why: ended.why } : { outcome } };
  }
  const clocks = deadlines(file.facts, await policyOf(tx), instantOf(tx));
  const next = clocks.find((clock) => clock.id === `dispute-end:${id}`)?.due ?? received;
  return { letter: 'dispute-received', fields: { received, next } };
}

const OUTCOMES: Readonly<Record<NonNullable<Dispute['ended']>['outcome'], string>> = {
  correct: 'you are right, and the record is corrected',
  reject: 'you are right, and the record is withdrawn',
  mark: 'the record stays, and says that it is disputed, and why',
  refuse: 'the record stays as it is',
  withdrawn: 'the objection was withdrawn, and the record stays as it is',
};
