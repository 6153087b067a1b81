/** How a link that works once makes somebody a member who can sign in. */
import type { Principal } from '../access/index.ts';
import {
  addMember,
  admitMember,
  createPerson,
  endAccess,
  holdMember,
  otherCoordinators,
  typedPerson,
  useLink,
} from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound } from '../web/index.ts';
import type { SessionConfig } from './config.ts';
import { claimFirst } from './first-member.ts';

export type EntryKind = 'bootstrap' | 'invitation' | 'recovery';

export interface Entrant {
  readonly kind: EntryKind;
  readonly member: string;
}

/** Of a route that only such links reach. */
export function asEntrant(principal: Principal): Entrant {
  if (principal.kind !== 'link') throw notFound();
  const { link: kind, subject: member } = principal;
  if (kind !== 'bootstrap' && kind !== 'invitation' && kind !== 'recovery') throw notFound();
  return { kind, member };
}

export interface Entering {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly member: string;
  /** By the first member; of the others it is known. */
  readonly typed: { readonly name: string; readonly address: string };
  readonly tell: SessionConfig['tell'];
}

/** Throws `not-found` when the link was used meanwhile, or the member may not enter by it any more. */
export async function enter(entering: Entering, kind: EntryKind): Promise<void> {
  if (!(await useLink(entering.tx, kind, entering.member))) throw notFound();
  await ENTER[kind](entering);
}

const ENTER: Readonly<Record<EntryKind, (entering: Entering) => Promise<void>>> = {
  bootstrap: async ({ tx, vault, member, typed }) => {
    if (!(await claimFirst(tx, member))) throw notFound();
    const person = await createPerson(tx, vault, typedPerson(typed));
    await addMember(tx, { id: member, person, role: 'coordinator', state: 'active' });
  },
  invitation: ({ tx, member }) => admitMember(tx, member),
  // Whoever took the passkeys loses what they had by them.
  recovery: async ({ tx, member, tell }) => {
    const { state } = await holdMember(tx, member);
    if (state !== 'active') throw notFound();
    await endAccess(tx, member);
    await tx.db.deleteFrom('credentials').where('member_id', '=', member).execute();
    await tell(tx, { about: 'recovery-used', subject: member, to: await otherCoordinators(tx, [member]) });
  },
};
