/** Who asks. What they may do follows from their role and their part in a case, never from an address. */
/** Of a member. */
export type Role = 'coordinator' | 'cna' | 'triager' | 'auditor';

/** What a link is for. */
export type LinkKind =
  | 'bootstrap'
  | 'invitation'
  | 'recovery'
  | 'reporter'
  | 'participant'
  | 'organisation'
  | 'calendar';

/** What an API token was made for. */
export type Scope = 'report' | 'read' | 'write' | 'metrics';

export interface MemberPrincipal {
  readonly kind: 'member';
  readonly id: string;
  readonly role: Role;
  /** Whether a passkey was used within the last minutes: dangerous acts ask it. */
  readonly proved: boolean;
  /** Null for a session; a token may do what its scopes allow and nothing that asks a proof. */
  readonly scopes: readonly Scope[] | null;
  /** Id of the session that it came by. */
  readonly session?: string;
}

/** Somebody with a link: no account, one case. */
export interface LinkPrincipal {
  readonly kind: 'link';
  readonly link: LinkKind;
  readonly subject: string;
  readonly caseId: string | null;
}

export type Principal = { readonly kind: 'anonymous' } | MemberPrincipal | LinkPrincipal;

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** What somebody has to do with the case that is asked for. */
export type Relation =
  | 'none'
  | 'member'
  /** A member who declared an interest. */
  | 'conflict'
  | 'reporter'
  /** A participant who has not yet accepted the embargo and signed what they must. */
  | 'invited'
  | 'participant';

/** As whom somebody sees fields: a role of a member, or a part in the case. */
export type Seer = Role | 'reporter' | 'participant' | 'anonymous';

export function seerOf(principal: Principal): Seer {
  if (principal.kind === 'member') return principal.role;
  if (principal.kind === 'anonymous') return 'anonymous';
  return principal.link === 'reporter' || principal.link === 'participant' ? principal.link : 'anonymous';
}

/** As the audit log names them. */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'anonymous';
  if (principal.kind === 'member') return `member:${principal.id}`;
  return `${principal.link}:${principal.subject}`;
}
