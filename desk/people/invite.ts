import type { Role } from '../access/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { endLinks, makeLink } from './link.ts';
import { addMember, holdMember } from './member.ts';
import { createPerson } from './person.ts';
import type { LinkTimes } from './times.ts';

export interface Invitation {
  readonly name: string;
  readonly address: string;
  readonly role: Role;
}

export interface Invited {
  readonly member: string;
  /** Of the link; nobody can be told it again. */
  readonly secret: string;
}

/** A member who becomes active with a passkey, once they follow the link. */
export async function invite(
  tx: Transaction,
  vault: Vault,
  { name, address, role }: Invitation,
  times: LinkTimes,
): Promise<Invited> {
  const person = await createPerson(tx, vault, { name, address });
  const member = newId();
  await addMember(tx, { id: member, person, role, state: 'invited' });
  return { member, secret: await invitationLink(tx, member, times) };
}

/** A new link in place of the one that they had. */
export async function inviteAgain(tx: Transaction, member: string, times: LinkTimes): Promise<Invited> {
  const { state } = await holdMember(tx, member);
  if (state !== 'invited') throw new WebError('refused', `They are ${state}, and need no invitation.`);
  await endLinks(tx, ['invitation'], member);
  return { member, secret: await invitationLink(tx, member, times) };
}

function invitationLink(tx: Transaction, member: string, { invitation }: LinkTimes): Promise<string> {
  return makeLink(tx, { kind: 'invitation', subject: member, seconds: invitation });
}
