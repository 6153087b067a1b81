/** The page of who of the team sees a case. */
import Type from 'typebox';
import { ROLE_WORDS } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { type Route, route } from '../web/index.ts';
import { caseSchema } from './case-schema.ts';
import { CASE, SCRIPTS, shown } from './deed.ts';
import { memberNames } from './names.ts';
import { type TeamModel, teamPage } from './team-page.tsx';

const text = Type.String();

const asking = route({
  method: 'GET',
  path: '/cases/:case/team',
  act: 'case.members',
  title: 'Who of the team sees a case',
  params: CASE,
  model: Type.Object({
    case: caseSchema,
    others: Type.Array(Type.Object({ id: text, name: text, role: text })),
  }),
  scripts: SCRIPTS,
  page: teamPage,
  handle: async (asked) => {
    const file = await shown(asked);
    const here = file.members.filter(({ part }) => part === 'member').map(({ id }) => id);
    return { model: { case: file, others: await othersThan(asked.tx, asked.vault, here) } };
  },
});

/** Auditors see no case. */
async function othersThan(
  tx: Transaction,
  vault: Vault,
  here: readonly string[],
): Promise<TeamModel['others']> {
  const rows = await tx.db
    .selectFrom('members')
    .select(['id', 'role'])
    .where('state', '=', 'active')
    .where('role', '<>', 'auditor')
    .where('id', 'not in', [...here])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const names = await memberNames(
    tx,
    vault,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, role }) => ({ id, name: names.get(id) ?? '', role: ROLE_WORDS[role] }));
}

export const teamRoutes: readonly Route[] = [asking];
