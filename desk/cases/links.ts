/** Private links of people from outside: ended by a coordinator, with or without another in their place. */
import { mergedCases, tellParticipant } from '../casefile/index.ts';
import { endLinks, readPerson } from '../people/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

export type Instead = 'letter' | 'nothing';

/**
 * Whatever was opened by the links ends with them. Without a new one nobody is written to as this participant until
 * they get one. Throws `not-found`, `refused`.
 */
export async function endLinksOf(by: By, participant: string, instead: Instead): Promise<void> {
  const { tx, vault, caseId } = by;
  const file = await caseOf(tx, vault, caseId);
  const row = await tx.db
    .selectFrom('participants')
    .select(['person_id', 'role'])
    .where('id', '=', participant)
    .where('case_id', 'in', [caseId, ...(await mergedCases(tx, caseId))])
    .executeTakeFirst();
  if (row === undefined) throw notFound();
  const person = await readPerson(tx, vault, row.person_id);
  if (instead === 'letter' && person?.address == null)
    throw new WebError('refused', 'The desk has no address to write to them.');
  await endLinks(tx, ['reporter', 'participant'], participant);
  const barred_at = instead === 'letter' ? null : tx.now;
  // What they were told before was told by the link that is no more.
  const now = { barred_at, told_at: null };
  await tx.db.updateTable('participants').set(now).where('id', '=', participant).execute();
  const act =
    instead === 'letter' ? 'sent somebody a new link in place of theirs' : 'ended the link of somebody';
  await told(by, file, act, { role: row.role });
  if (instead === 'letter')
    await tellParticipant(tx, vault, file, { about: 'link', participant }, actorOf(by));
}
