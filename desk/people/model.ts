/** What goes out about members. */
import Type, { type TEnum, type TObject, type TString } from 'typebox';
import type { Role } from '../access/index.ts';
import { ID } from '../store/index.ts';
import type { Asked } from '../web/index.ts';
import { listMembers, type MemberState, type NamedMember, namedMember, ROLES } from './member.ts';
import { recoveryOf } from './recovery.ts';

export const ROLE: TEnum<Role[]> = Type.Enum([...ROLES]);

export const MEMBER_ID: TObject<{ member: TString }> = Type.Object({
  member: Type.String({ pattern: ID.source }),
});

export interface MemberModel {
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly role: Role;
  readonly state: MemberState;
  readonly since: string;
  readonly passkeys: number;
  /** What was asked for and not answered yet. */
  readonly recovery: {
    readonly askedBy: string;
    readonly askedByName: string;
    readonly endsAt: string;
  } | null;
}

type Reading = Pick<Asked<unknown, unknown, unknown>, 'tx' | 'vault'>;

export async function memberModel(asked: Reading, id: string): Promise<MemberModel> {
  return withRecovery(asked, await namedMember(asked.tx, asked.vault, id));
}

export async function memberModels(asked: Reading): Promise<MemberModel[]> {
  const models: MemberModel[] = [];
  for (const member of await listMembers(asked.tx, asked.vault))
    models.push(await withRecovery(asked, member));
  return models;
}

async function withRecovery({ tx, vault }: Reading, member: NamedMember): Promise<MemberModel> {
  const recovery = await recoveryOf(tx, member.id);
  if (recovery === null) return { ...member, recovery };
  const { name } = await namedMember(tx, vault, recovery.askedBy);
  return { ...member, recovery: { ...recovery, askedByName: name } };
}
