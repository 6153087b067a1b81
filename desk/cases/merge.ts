/** Two cases of one thing become one: nothing is lost, and each reporter keeps their own thread. */
import {
  addEntry,
  addFile,
  type CaseFile,
  changeCase,
  closeCase,
  entriesOf,
  filesOf,
  happen,
  leadOn,
  MAX_CREDITS,
  passCve,
  readCaseFile,
  wantAmendment,
} from '../casefile/index.ts';
import { REPORTER, reference, threadOf } from '../reports/index.ts';
import { WebError } from '../web/index.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

/** The case of `by` goes into the other one, which the member must belong to as well. */
export async function merge(by: By, into: string): Promise<void> {
  if (into === by.caseId) throw new WebError('refused', 'A case is not merged with itself.');
  const { tx, vault } = by;
  await mustBeMember(by, into);
  const [from, target] = [await caseOf(tx, vault, by.caseId), await caseOf(tx, vault, into)];
  const actor = actorOf(by);
  const merged = await happen(tx, vault, target, { type: 'merge', other: from.state, by: actor });
  const linked = await happen(tx, vault, from, { type: 'duplicate', of: into, by: actor });
  const closed = await closeCase(tx, vault, linked.file, { outcome: 'duplicate', by: actor });
  const linkedOn = await changeCase(tx, vault, closed.file, { mergedInto: into });
  const gone = await withoutId(by, linkedOn, target);
  await leadOn(tx, from.id, into);
  const credits = [...merged.file.content.credits, ...from.content.credits].slice(0, MAX_CREDITS);
  const named = await changeCase(tx, vault, merged.file, { content: { credits } });
  const { cve } = merged.file.state;
  if (cve !== null && target.state.cve === null) await passCve(tx, vault, cve, into);
  await bring(by, from, named);
  await told(by, named, 'took in', { case: reference(from.id) });
  await told(by, gone, 'was merged into', { case: reference(into) });
}

/** Two ids of one vulnerability: the one that leads on stays. */
async function withoutId({ tx, vault }: By, gone: CaseFile, target: CaseFile): Promise<CaseFile> {
  const { cve } = gone.state;
  if (cve === null || target.state.cve === null || cve === target.state.cve) return gone;
  return wantAmendment(tx, vault, gone, { kind: 'reject', cve, why: `It is ${target.state.cve}.` });
}

/** What a reader of the case needs: the reports, with who made them, and what came with them. */
async function bring({ tx, vault }: By, from: CaseFile, into: CaseFile): Promise<void> {
  const audienceIn = (audience: string): string => (audience === REPORTER ? threadOf(from.id) : audience);
  for (const { kind, actor, audience, body, at } of await entriesOf(tx, vault, from)) {
    if (kind !== 'report') continue;
    const when = at.replace(/\.\d+Z$/, 'Z');
    await addEntry(tx, vault, into, { kind, actor, audience: audienceIn(audience), body, at: when });
  }
  for (const { id, audience } of await filesOf(tx, vault, from)) {
    const file = await readCaseFile(tx, vault, from, id);
    if (file === null || !audience.startsWith(REPORTER)) continue;
    await addFile(tx, vault, into, { ...file, audience: audienceIn(audience) });
  }
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
