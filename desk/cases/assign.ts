/** Who works on a case. */
import { changeCase } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { memberRelation, WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf } from './case-of.ts';
import { memberNames } from './names.ts';

/** Null for nobody. Throws `refused` for somebody who is not of the case, or works on it already. */
export async function assign(by: By, member: string | null): Promise<void> {
  const { tx, vault, caseId } = by;
  const file = await caseOf(tx, vault, caseId);
  if (file.content.assigned === member)
    throw new WebError('refused', member === null ? 'Nobody works on it.' : 'They work on it already.');
  if (member !== null && (await memberRelation(tx, member, caseId)) !== 'member')
    throw new WebError('refused', 'They are not of this case.');
  const now = await changeCase(tx, vault, file, { content: { assigned: member } });
  const to = member === null ? 'nobody' : ((await memberNames(tx, vault, [member])).get(member) ?? 'unknown');
  await told(by, now, 'assigned it', { to });
}

/** `me`, or the name of an active member. Throws `invalid`. */
export async function memberNamed(tx: Transaction, vault: Vault, typed: string, me: string): Promise<string> {
  const wanted = typed.trim().toLowerCase();
  if (wanted === 'me') return me;
  const rows = await tx.db.selectFrom('members').select('id').where('state', '=', 'active').execute();
  const names = await memberNames(
    tx,
    vault,
    rows.map(({ id }) => id),
  );
  const [found, ...others] = [...names].filter(([, name]) => name.toLowerCase() === wanted);
  const problem = others.length > 0 ? 'Several are called so.' : 'me, or the name of a member.';
  if (found === undefined || others.length > 0) throw new WebError('invalid', problem, { to: problem });
  return found[0];
}
