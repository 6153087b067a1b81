/** Who may do what: one table, and whatever is not in it is refused. */
import type { LinkKind, Principal, Relation, Role, Scope } from './principal.ts';

export interface Rule {
  /** Everybody, without a word who they are. */
  readonly anyone?: true;
  readonly roles?: readonly Role[];
  /** What a member must have to do with the case; without it the act is of no case. */
  readonly case?: readonly Relation[];
  readonly links?: readonly LinkKind[];
  /** What a link's holder must have to do with the case; default: any part. */
  readonly linked?: readonly Relation[];
  /** Asks for a passkey just now. */
  readonly proof?: true;
  /** Which API tokens may do it; without it none. */
  readonly scope?: Scope;
  /** Programs alone do it, every now and then, and it tells what no case is about: it stands in no log by itself. */
  readonly monitor?: true;
}

const TEAM: readonly Role[] = ['coordinator', 'cna', 'triager'];
const EVERY: readonly Role[] = ['coordinator', 'cna', 'triager', 'auditor'];
const OWN: readonly Relation[] = ['member'];

/** A read and a write by the team of a case. */
const READS: Rule = { roles: TEAM, case: OWN, scope: 'read' };
const WRITES: Rule = { roles: TEAM, case: OWN, scope: 'write' };

/** Everything that can be done; the audit log calls it so. */
export type ActName =
  | 'desk.public'
  | 'session.start'
  | 'session.own'
  | 'passkey.own'
  | 'token.own'
  | 'key.own'
  | 'welcome.use'
  | 'member.list'
  | 'member.invite'
  | 'member.change'
  | 'member.recover'
  | 'member.confirm'
  | 'ledger.read'
  | 'statistics.read'
  | 'policy.read'
  | 'metrics.read'
  | 'outbox.read'
  | 'outbox.decide'
  | 'text.read'
  | 'text.change'
  | 'organisation.list'
  | 'organisation.change'
  | 'organisation.own'
  | 'report.make'
  | 'report.import'
  | 'non-finding.list'
  | 'non-finding.change'
  | 'report.follow'
  | 'cve.list'
  | 'cve.change'
  | 'cve.services'
  | 'publication.list'
  | 'publication.read'
  | 'publication.prepare'
  | 'publication.approve'
  | 'case.list'
  | 'case.bulk'
  | 'view.own'
  | 'calendar.own'
  | 'calendar.make'
  | 'calendar.read'
  | 'case.open'
  | 'incident.open'
  | 'case.read'
  | 'case.triage'
  | 'case.message'
  | 'case.task'
  | 'case.label'
  | 'case.file'
  | 'case.contact'
  | 'case.embargo'
  | 'case.cve'
  | 'case.draft'
  | 'case.merge'
  | 'case.participants'
  | 'case.invite'
  | 'case.reporter'
  | 'case.links'
  | 'case.members'
  | 'case.conflict'
  | 'case.break-glass'
  | 'case.clock'
  | 'case.follow-up'
  | 'case.exploitation'
  | 'case.credit'
  | 'case.dispute'
  | 'case.record'
  | 'case.incident-begin'
  | 'case.incident'
  | 'case.evidence'
  | 'case.contain'
  | 'case.close'
  | 'case.shred'
  | 'case.export'
  | 'part.accept'
  | 'part.read'
  | 'part.write';

export const rules: Readonly<Record<ActName, Rule>> = {
  // Of the desk itself
  'desk.public': { anyone: true },
  'session.start': { anyone: true },
  'session.own': { roles: EVERY },
  'passkey.own': { roles: EVERY, proof: true },
  'token.own': { roles: EVERY, proof: true },
  'key.own': { roles: EVERY, proof: true },
  'welcome.use': { links: ['bootstrap', 'invitation', 'recovery'] },
  'member.list': { roles: EVERY, scope: 'read' },
  'member.invite': { roles: ['coordinator'], proof: true },
  'member.change': { roles: ['coordinator'], proof: true },
  'member.recover': { roles: ['coordinator'], proof: true },
  'member.confirm': { roles: ['coordinator', 'cna'], proof: true },
  'ledger.read': { roles: ['coordinator', 'auditor'] },
  'statistics.read': { roles: EVERY, scope: 'read' },
  'policy.read': { roles: EVERY, scope: 'read' },
  'metrics.read': { roles: EVERY, scope: 'metrics', monitor: true },
  'outbox.read': { roles: ['coordinator', 'cna'] },
  'outbox.decide': { roles: ['coordinator', 'cna'], proof: true },

  // The group's own words for what it says
  'text.read': { roles: TEAM, scope: 'read' },
  'text.change': { roles: ['coordinator', 'cna'], proof: true },

  // Organisations that are told before a publication; their contacts come by a link
  'organisation.list': { roles: ['coordinator', 'cna'] },
  'organisation.change': { roles: ['coordinator'], proof: true },
  'organisation.own': { links: ['organisation'] },

  // Reports
  'report.make': { anyone: true, scope: 'report' },
  'report.import': { roles: TEAM, scope: 'report' },
  'non-finding.list': { roles: TEAM, scope: 'read' },
  'non-finding.change': { roles: ['coordinator', 'cna'] },
  'report.follow': { links: ['reporter'], linked: ['reporter'] },

  // The pool of reserved CVE ids
  'cve.list': { roles: ['coordinator', 'cna'] },
  'cve.change': { roles: ['coordinator', 'cna'] },
  'cve.services': { roles: ['coordinator', 'cna'], proof: true },

  // Publications; of every one of its cases whoever asks must be a member, which the checklist sees to
  'publication.list': { roles: ['coordinator', 'cna'] },
  'publication.read': { roles: ['coordinator', 'cna'] },
  'publication.prepare': { roles: ['coordinator', 'cna'] },
  'publication.approve': { roles: ['coordinator', 'cna'], proof: true },

  // Cases
  'case.list': { roles: TEAM, scope: 'read' },
  // What is done with each of the cases is asked for that case.
  'case.bulk': { roles: TEAM, scope: 'write' },
  'view.own': { roles: TEAM },
  'calendar.own': { roles: TEAM },
  'calendar.make': { roles: TEAM, proof: true },
  // By the secret in the address: a program that shows calendars has nothing else.
  'calendar.read': { anyone: true, monitor: true },
  'case.open': { roles: TEAM, scope: 'write' },
  'incident.open': { roles: ['coordinator', 'cna'] },
  'case.read': READS,
  'case.triage': WRITES,
  'case.message': WRITES,
  'case.task': WRITES,
  'case.label': WRITES,
  'case.file': READS,
  'case.contact': WRITES,
  'case.embargo': { roles: ['coordinator', 'cna'], case: OWN },
  'case.cve': { roles: ['coordinator', 'cna'], case: OWN },
  'case.draft': WRITES,
  'case.merge': { roles: ['coordinator', 'cna'], case: OWN },
  'case.participants': { roles: ['coordinator', 'cna'], case: OWN },
  'case.invite': { roles: ['coordinator', 'cna'], case: OWN, proof: true },
  'case.reporter': { roles: ['coordinator'], case: OWN },
  'case.links': { roles: ['coordinator'], case: OWN, proof: true },
  'case.members': { roles: ['coordinator'], case: OWN, proof: true },
  'case.conflict': { roles: TEAM, case: ['member', 'conflict'] },
  'case.break-glass': { roles: ['coordinator'], case: ['none', 'member'], proof: true },
  'case.clock': WRITES,
  'case.follow-up': WRITES,
  'case.credit': { roles: ['coordinator', 'cna'], case: OWN },
  'case.exploitation': { roles: ['coordinator', 'cna'], case: OWN },
  'case.dispute': WRITES,
  // What is decided of a record that is public, or of an id.
  'case.record': { roles: ['coordinator', 'cna'], case: OWN },
  'case.incident-begin': { roles: ['coordinator', 'cna'], case: OWN },
  'case.incident': WRITES,
  // Every copy is somebody's: no token takes one.
  'case.evidence': { roles: TEAM, case: OWN },
  // Others act on it outside.
  'case.contain': { roles: ['coordinator', 'cna'], case: OWN, proof: true },
  'case.close': { roles: ['coordinator', 'cna'], case: OWN },
  'case.shred': { roles: ['coordinator'], case: OWN, proof: true },
  'case.export': { roles: ['coordinator', 'cna'], case: OWN, proof: true },

  // A participant, by the link in the mail
  'part.accept': { links: ['participant'], linked: ['invited', 'participant'] },
  'part.read': { links: ['participant'], linked: ['participant'] },
  'part.write': { links: ['participant'], linked: ['participant'] },
};

/** `prove`: yes, once a passkey was used just now. */
export type Decision = 'yes' | 'no' | 'prove';

/** `relation` is that to the case which is asked for; `none` for an act of no case. */
export function decide(principal: Principal, act: ActName, relation: Relation = 'none'): Decision {
  const rule = rules[act];
  if (principal.kind === 'link') return linkMay(principal, rule, relation) ? 'yes' : anyone(rule);
  if (principal.kind === 'anonymous') return anyone(rule);
  if (principal.scopes !== null)
    return tokenMay(principal.scopes, rule) ? memberMay(principal.role, rule, relation) : 'no';
  if (rule.monitor === true) return 'no';
  const may = memberMay(principal.role, rule, relation);
  return may === 'yes' && rule.proof === true && !principal.proved ? 'prove' : may;
}

/** Whether the answer to an act may show what it is about: to a token that may only write it does not. */
export function mayRead(principal: Principal, act: ActName): boolean {
  if (principal.kind !== 'member' || principal.scopes === null) return true;
  return rules[act].scope !== 'write' || principal.scopes.includes('read');
}

function anyone(rule: Rule): Decision {
  return rule.anyone === true ? 'yes' : 'no';
}

function linkMay({ link }: { readonly link: LinkKind }, rule: Rule, relation: Relation): boolean {
  if (rule.links?.includes(link) !== true) return false;
  return rule.linked === undefined || rule.linked.includes(relation);
}

function tokenMay(scopes: readonly Scope[], rule: Rule): boolean {
  return rule.scope !== undefined && rule.proof !== true && scopes.includes(rule.scope);
}

function memberMay(role: Role, rule: Rule, relation: Relation): Decision {
  if (rule.anyone === true) return 'yes';
  if (rule.roles?.includes(role) !== true) return 'no';
  return rule.case === undefined || rule.case.includes(relation) ? 'yes' : 'no';
}
