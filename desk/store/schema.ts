/**
 * The tables, as both databases have them. In clear stand random ids, states, instants and counts; whatever says
 * something about a case or a person is sealed under a key of its own, in columns called `sealed`.
 *
 * Instants are ISO 8601 in UTC with milliseconds, so that they sort as text.
 */
import type { ColumnType } from 'kysely';
import type { LinkKind, Role } from '../access/index.ts';

/** Bytes; `bytea` in PostgreSQL. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
/** Null when not given. */
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface Schema {
  keys: KeysTable;
  persons: PersonsTable;
  members: MembersTable;
  credentials: CredentialsTable;
  sessions: SessionsTable;
  challenges: ChallengesTable;
  recoveries: RecoveriesTable;
  links: LinksTable;
  api_tokens: ApiTokensTable;
  limits: LimitsTable;
  refusals: RefusalsTable;
  cases: CasesTable;
  case_members: CaseMembersTable;
  participants: ParticipantsTable;
  entries: EntriesTable;
  reports: ReportsTable;
  files: FilesTable;
  file_parts: FilePartsTable;
  words: WordsTable;
  views: ViewsTable;
  mails: MailsTable;
  cve_ids: CveIdsTable;
  publications: PublicationsTable;
  publication_cases: PublicationCasesTable;
  publication_steps: PublicationStepsTable;
  organisations: OrganisationsTable;
  organisation_contacts: OrganisationContactsTable;
  early_notices: EarlyNoticesTable;
  outbox: OutboxTable;
  ledger: LedgerTable;
  ledger_tail: LedgerTailTable;
  ledger_heads: LedgerHeadsTable;
  settings: SettingsTable;
}

/** How the tables are read whole: in this order each refers only to those before it. */
export const TABLES: Readonly<Record<keyof Schema, TableFacts>> = {
  keys: { key: ['id'], page: 500 },
  persons: { key: ['id'], page: 100 },
  members: { key: ['id'], page: 500 },
  credentials: { key: ['id'], page: 500 },
  sessions: { key: ['id'], page: 500 },
  challenges: { key: ['id'], page: 500 },
  recoveries: { key: ['member_id'], page: 500 },
  links: { key: ['id'], page: 500 },
  api_tokens: { key: ['id'], page: 500 },
  limits: { key: ['bucket'], page: 500 },
  refusals: { key: ['actor'], page: 500 },
  cases: { key: ['id'], page: 20 },
  case_members: { key: ['case_id', 'member_id'], page: 500 },
  participants: { key: ['id'], page: 500 },
  entries: { key: ['id'], page: 20 },
  reports: { key: ['id'], page: 20 },
  files: { key: ['id'], page: 100 },
  file_parts: { key: ['file_id', 'number'], page: 8 },
  words: { key: ['case_id', 'kind', 'token'], page: 500 },
  views: { key: ['id'], page: 100 },
  mails: { key: ['message'], page: 500 },
  cve_ids: { key: ['cve'], page: 500 },
  publications: { key: ['id'], page: 20 },
  publication_cases: { key: ['publication_id', 'case_id'], page: 500 },
  publication_steps: { key: ['publication_id', 'number'], page: 500 },
  organisations: { key: ['id'], page: 100 },
  organisation_contacts: { key: ['id'], page: 500 },
  early_notices: { key: ['participant_id'], page: 100 },
  outbox: { key: ['id'], page: 20 },
  ledger: { key: ['seq'], page: 500 },
  ledger_tail: { key: ['id'], page: 1 },
  ledger_heads: { key: ['seq'], page: 500 },
  settings: { key: ['name'], page: 100 },
};

export interface TableFacts {
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Rows that memory holds at a time. */
  readonly page: number;
}

/** A key of one case or person, wrapped by the master key. */
interface KeysTable {
  id: string;
  kind: 'case' | 'person' | 'desk';
  /** Empty once it is destroyed: nothing that it sealed can then be read. */
  wrapped: Bytes;
  created_at: string;
  destroyed_at: Maybe<string>;
}

/** Who somebody is: name, address, key. Everywhere else a person is an id. */
interface PersonsTable {
  id: string;
  key_id: string;
  sealed: Bytes;
  created_at: string;
  erased_at: Maybe<string>;
}

interface MembersTable {
  id: string;
  person_id: string;
  role: Role;
  state: 'invited' | 'active' | 'suspended' | 'left';
  created_at: string;
  revision: number;
}

/** A passkey. */
interface CredentialsTable {
  /** As the authenticator calls it, base64url. */
  id: string;
  member_id: string;
  public_key: Bytes;
  counter: number;
  /** JSON list. */
  transports: string;
  created_at: string;
  used_at: Maybe<string>;
  /** What its owner calls it, under their own key. */
  sealed: Bytes;
}

interface SessionsTable {
  /** SHA-256 of the secret in the cookie, hex. */
  id: string;
  member_id: string;
  created_at: string;
  seen_at: string;
  /** When the member last proved to be there with a passkey. */
  proved_at: string;
  ends_at: string;
}

/** A passkey ceremony under way. */
interface ChallengesTable {
  id: string;
  challenge: string;
  purpose: 'register' | 'sign-in' | 'prove';
  member_id: Maybe<string>;
  ends_at: string;
}

/** That a member without passkeys shall get a link, said by one and to be confirmed by another. */
interface RecoveriesTable {
  member_id: string;
  asked_by: string;
  asked_at: string;
  ends_at: string;
}

/** What a link gives access to: one thing, until an instant. */
interface LinksTable {
  /** SHA-256 of the secret in the address, hex. */
  id: string;
  kind: LinkKind;
  /** Id of the member, report or participant that it is for. */
  subject: string;
  case_id: Maybe<string>;
  created_at: string;
  ends_at: string;
  /** Of one that works once. */
  used_at: Maybe<string>;
}

interface ApiTokensTable {
  /** SHA-256 of the secret, hex. */
  id: string;
  member_id: string;
  /** JSON list. */
  scopes: string;
  created_at: string;
  ends_at: string;
  used_at: Maybe<string>;
  /** What its owner calls it, under their own key. */
  sealed: Bytes;
}

/** A token bucket, shared by all processes. */
interface LimitsTable {
  /** Keyed hash of what is limited. */
  bucket: string;
  level: number;
  at: string;
}

/** Requests of one actor that were refused within an hour, so that the audit log need not hold each. */
interface RefusalsTable {
  /** As the audit log names them. */
  actor: string;
  /** `2026-11-25T12`. */
  hour: string;
  count: number;
}

interface CasesTable {
  id: string;
  key_id: string;
  kind: 'vulnerability' | 'incident';
  phase: string;
  tlp: string;
  /** Only its own members see it in lists. */
  restricted: number;
  opened_at: string;
  changed_at: string;
  /** The next instant by which something is promised. */
  due_at: Maybe<string>;
  embargo_ends_at: Maybe<string>;
  /** The case that this one was merged into. */
  merged_into: Maybe<string>;
  acknowledged_at: Maybe<string>;
  contacted_at: Maybe<string>;
  fixed_at: Maybe<string>;
  disclosed_at: Maybe<string>;
  closed_at: Maybe<string>;
  /** How often the end of the embargo was put off; null in a row from before these were counted. */
  extensions: Maybe<number>;
  disputes: Maybe<number>;
  sealed: Bytes;
  revision: number;
}

interface CaseMembersTable {
  case_id: string;
  member_id: string;
  /** `conflict`: declared to have an interest; sees nothing. */
  part: 'member' | 'conflict';
  since: string;
  /** When they last looked at it. */
  seen_at: Maybe<string>;
}

interface ParticipantsTable {
  id: string;
  case_id: string;
  person_id: string;
  /** Participants of one party see each other's messages. */
  party: string;
  role: 'reporter' | 'maintainer' | 'distributor' | 'observer';
  agreement: Maybe<string>;
  agreed_at: Maybe<string>;
  created_at: string;
  /** When they were last told that there is something new, and have not looked since. */
  told_at: Maybe<string>;
  /** Since when nobody comes in as them, nor is written to as them. */
  barred_at: Maybe<string>;
}

/** The timeline of a case: messages, acts, attempts, tasks. Entries are never changed. */
interface EntriesTable {
  id: string;
  case_id: string;
  number: number;
  at: string;
  kind: string;
  /** `member:ID`, `participant:ID`, `desk`. */
  actor: string;
  audience: string;
  sealed: Bytes;
}

interface ReportsTable {
  id: string;
  case_id: string;
  channel: 'form' | 'mail' | 'api' | 'scanner' | 'member' | 'moved';
  received_at: string;
  person_id: Maybe<string>;
  /** Keyed hash of the message id, for what comes twice. */
  message: Maybe<string>;
  sealed: Bytes;
}

interface FilesTable {
  id: string;
  case_id: string;
  audience: string;
  size: number;
  created_at: string;
  /** Name, media type, digest. */
  sealed: Bytes;
}

interface FilePartsTable {
  file_id: string;
  number: number;
  sealed: Bytes;
}

/** What a case can be found by: keyed hashes of words and facets, deleted with the case's key. */
interface WordsTable {
  case_id: string;
  kind: 'word' | 'facet';
  token: string;
}

/** A filter that a member keeps. */
interface ViewsTable {
  id: string;
  member_id: string;
  created_at: string;
  sealed: Bytes;
}

/** A mail that came in. */
interface MailsTable {
  /** Keyed hash of its message id and content. */
  message: string;
  /** Where it went; null for a notification about a letter of no case. */
  case_id: Maybe<string>;
  received_at: string;
}

/** A CVE id that was reserved. */
interface CveIdsTable {
  cve: string;
  year: number;
  /** Its digits with zeros before them, so that they sort as the number. */
  number: string;
  state: 'free' | 'taken' | 'retired' | 'rejected';
  added_at: string;
  /** Which case has it. */
  sealed: Maybe<Uint8Array>;
}

/** `prepared` waits for the approval of a second person, `approved` for its instant. */
export type PublicationState = 'prepared' | 'approved' | 'running' | 'done' | 'withdrawn';

/** What is published together. */
interface PublicationsTable {
  id: string;
  /** Of its own; destroyed when it is withdrawn. */
  key_id: string;
  state: PublicationState;
  /** Id of the member who changed it last, and of the one who approved what that one saw. */
  prepared_by: string;
  approved_by: Maybe<string>;
  created_at: string;
  approved_at: Maybe<string>;
  begun_at: Maybe<string>;
  done_at: Maybe<string>;
  sealed: Bytes;
  revision: number;
}

interface PublicationCasesTable {
  publication_id: string;
  case_id: string;
}

/** What is done one after the other; made when it is approved. */
interface PublicationStepsTable {
  publication_id: string;
  number: number;
  kind: string;
  /** Of a step that is of one case. */
  case_id: Maybe<string>;
  /** Set once it is under way. */
  job_id: Maybe<string>;
  done_at: Maybe<string>;
  /** The proof that it happened. */
  sealed: Maybe<Uint8Array>;
}

/** Who is told before a publication. */
interface OrganisationsTable {
  id: string;
  state: 'active' | 'paused' | 'left';
  /** The strictest label that they may get. */
  tlp: string;
  created_at: string;
  changed_at: string;
  /** Name and kind, under the desk's key. */
  sealed: Bytes;
  revision: number;
}

/** A person who is written to for an organisation. */
interface OrganisationContactsTable {
  id: string;
  organisation_id: string;
  person_id: string;
  /** Version of the agreement that they signed. */
  agreement: Maybe<string>;
  agreed_at: Maybe<string>;
  created_at: string;
  ended_at: Maybe<string>;
}

/** That an organisation was told of a case, by a participant of it. */
interface EarlyNoticesTable {
  participant_id: string;
  case_id: string;
  organisation_id: string;
  contact_id: string;
  told_at: string;
  /** When the page was first opened by them after they agreed. */
  read_at: Maybe<string>;
  /** Why then, and how they say that they stand: under the case's key. */
  sealed: Bytes;
}

export type OutboxState = 'ready' | 'leased' | 'done' | 'failed' | 'uncertain' | 'cancelled';

/** What is to be done outside, written in the same transaction as the act that wants it. */
interface OutboxTable {
  id: string;
  kind: string;
  case_id: Maybe<string>;
  state: OutboxState;
  due_at: string;
  /** Of the one claim that may still say how it ended: a random id. */
  lease: Maybe<string>;
  leased_until: Maybe<string>;
  /** Of what must never happen twice: written before it may happen. */
  begun_at: Maybe<string>;
  attempts: number;
  key_id: string;
  sealed: Bytes;
  /** A closed word, never what the other side said. */
  problem: Maybe<string>;
  created_at: string;
  done_at: Maybe<string>;
}

/** The audit log; `desk/ledger` says how it is chained. */
interface LedgerTable {
  seq: number;
  at: string;
  actor: string;
  act: string;
  subject: string;
  detail: string;
  hash: string;
}

interface LedgerTailTable {
  id: number;
  seq: number;
  hash: string;
}

/** Signed heads, as signed notes. */
interface LedgerHeadsTable {
  seq: number;
  at: string;
  note: string;
}

interface SettingsTable {
  name: string;
  /** JSON. */
  value: string;
}
