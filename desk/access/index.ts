/**
 * access: who may do what. One table of acts, asked before every read and write; whatever it does not name is
 * refused. Pure: who asks and what they have to do with a case is found out elsewhere.
 *
 *     decide({ kind: 'anonymous' }, 'case.read'); // 'no'
 *     decide(member, 'case.shred', 'member');     // 'prove': a passkey first
 */
export { type ActName, type Decision, decide, mayRead, type Rule, rules } from './policy.ts';
export {
  ANONYMOUS,
  actorOf,
  type LinkKind,
  type LinkPrincipal,
  type MemberPrincipal,
  type Principal,
  type Relation,
  type Role,
  type Scope,
  type Seer,
  seerOf,
} from './principal.ts';
