/**
 * people: persons, each sealed under a key of their own; members with role and state; the links by which somebody
 * comes to the desk; invitation, recovery by two, and all that is held about one person, to give or to destroy.
 *
 * Words: a *person* is a name and an address; a *member* is a person with a role; a *link* does one thing for
 * whoever has its address, until an instant.
 *
 *     const { member, secret } = await invite(tx, vault, { name, address, role: 'triager' }, LINK_TIMES);
 *     `${origin}${linkPath(secret)}`; // told once
 */
export type { PeopleConfig } from './config.ts';
export { type Invitation, type Invited, invite, inviteAgain } from './invite.ts';
export { dropLink, endLinks, type Link, linkOf, linkPath, makeLink, type NewLink, useLink } from './link.ts';
export {
  addMember,
  admitMember,
  changeRole,
  changeState,
  endAccess,
  endSessions,
  holdMember,
  listMembers,
  type Member,
  type MemberState,
  memberOf,
  type NamedMember,
  namedMember,
  passkeysOf,
} from './member.ts';
export {
  changePerson,
  createPerson,
  keyOf,
  type OfferedKey,
  openFor,
  type Person,
  type PersonKey,
  placeOf,
  readPerson,
  sealFor,
  typedAddress,
  typedPerson,
} from './person.ts';
export { dropKey, offerKey, proveKey } from './person-key.ts';
export { erasePerson, exportPerson } from './personal-data.ts';
export {
  askRecovery,
  type Confirmed,
  confirmRecovery,
  type Notice,
  otherCoordinators,
  type Recovery,
  recoverByHand,
  recoveryOf,
  refuseRecovery,
} from './recovery.ts';
export { asMember } from './recovery-routes.tsx';
export { peopleRoutes } from './routes.tsx';
export { addSignatories, type Signatory, type Signature, signaturesOf } from './signatories.ts';
export { after, LINK_TIMES, type LinkTimes } from './times.ts';
export { day, ROLE_WORDS } from './words.ts';
