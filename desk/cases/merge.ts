/** Two cases of one thing become one: nothing is lost, and each reporter keeps their own thread. */
import { addEntry, type CaseFile, changeCase, closeCase, happen } from '../casefile/index.ts';
import { reference } from '../reports/index.ts';
import { WebError } from '../web/index.ts';
import type { By } from './acts.ts';
import { caseOf } from './view.ts';

/** The case of `by` goes into the other one, which the member must belong to as well. */
export async function merge(by: By, into: string): Promise<void> {
  if (into === by.caseId) throw new WebError('refused', 'A case is not merged with itself.');
  const { tx, vault } = by;
  await mustBeMember(by, into);
  const [from, target] = [await caseOf(tx, vault, by.caseId), await caseOf(tx, vault, into)];
  const actor = `member:${by.member}`;
  const merged = await happen(tx, vault, target, { type: 'merge', other: from.state, by: actor });
  const linked = await happen(tx, vault, from, { type: 'duplicate', of: into, by: actor });
  const closed = await closeCase(tx, vault, linked.file, { outcome: 'duplicate', by: actor });
  const gone = await changeCase(tx, vault, closed.file, { mergedInto: into });
  await tell(by, merged.file, 'took in', from.id);
  await tell(by, gone, 'was merged into', into);
}

async function tell(by: By, file: CaseFile, act: string, other: string): Promise<void> {
  const body = { act, case: reference(other) };
  await addEntry(by.tx, by.vault, file, {
    kind: 'act',
    actor: `member:${by.member}`,
    audience: 'team',
    body,
  });
}

/** The same words whether the case is not there or not theirs. */
async function mustBeMember({ tx, member }: By, caseId: string): Promise<void> {
  const row = await tx.db
    .selectFrom('case_members')
    .select('part')
    .where('case_id', '=', caseId)
    .where('member_id', '=', member)
    .executeTakeFirst();
  if (row?.part !== 'member') throw new WebError('refused', 'There is no such case among yours.');
}
