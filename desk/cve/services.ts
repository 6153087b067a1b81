/** What CVE Services can be asked, whoever answers: the service itself, or a dry run. */
import type { CveCna, CveRecord, CveRejection } from 'cpansec/formats';

export type CveIdState = 'RESERVED' | 'PUBLISHED' | 'REJECTED';

/** An id as the service has it. */
export interface ServedId {
  readonly cve: string;
  readonly state: CveIdState;
  /** Short name of the organisation; null where the service does not say: a reserved id of another one. */
  readonly owner: string | null;
  /** User name of who reserved it; null where the service does not say. */
  readonly by: string | null;
  /** Instant, UTC; null where the service does not say. */
  readonly reserved: string | null;
}

export interface Quota {
  /** Most reserved ids at a time. */
  readonly quota: number;
  readonly reserved: number;
  readonly available: number;
}

export interface Reserving {
  readonly year: number;
  /** 1 to 1,000, of random ids to 10. */
  readonly amount: number;
  /** Ids that do not follow one another. */
  readonly random?: boolean;
}

export interface Reserved {
  /** May be fewer than were asked for. */
  readonly ids: readonly ServedId[];
  /** What may still be reserved; null where the service does not say. */
  readonly left: number | null;
}

/** Of the organisation's own ids. Instants are RFC 3339, UTC. */
export interface IdFilter {
  readonly state?: CveIdState;
  readonly year?: number;
  readonly reservedAfter?: string;
  readonly reservedBefore?: string;
  readonly modifiedAfter?: string;
  readonly modifiedBefore?: string;
}

export interface Organisation {
  readonly name: string;
  readonly shortName: string;
  readonly uuid: string;
}

export interface OrganisationUser {
  readonly username: string;
  readonly active: boolean;
  readonly roles: readonly string[];
}

/** The `cnaContainer` of a record; who provides it the service says itself. */
export type CnaContainer = Omit<CveCna, 'providerMetadata'>;
export type RejectedContainer = Omit<CveRejection, 'providerMetadata'>;

/** Every call is one request. All throw {@link CveError}; none is made again by itself. */
export interface CveServices {
  /** Short name of the organisation that asks. */
  readonly org: string;
  readonly user: string;
  /** Whether the service answers; needs no key. */
  ping(): Promise<void>;
  quota(): Promise<Quota>;
  reserve(asked: Reserving): Promise<Reserved>;
  /** Ids of the organisation, a page at a time as they are read. */
  list(filter?: IdFilter): AsyncIterable<ServedId>;
  /** Null where there is none. */
  id(cve: string): Promise<ServedId | null>;
  /** An id without a record: to `REJECTED`, or back to `RESERVED`. */
  setState(cve: string, state: 'REJECTED' | 'RESERVED'): Promise<void>;
  /** A reserved id to another CNA. */
  give(cve: string, org: string): Promise<void>;
  /** Null where there is none. */
  record(cve: string): Promise<CveRecord | null>;
  publish(cve: string, cna: CnaContainer): Promise<void>;
  update(cve: string, cna: CnaContainer): Promise<void>;
  /** A record that says why the id is not used: for a reserved id. */
  reject(cve: string, rejection: RejectedContainer): Promise<void>;
  /** The same for an id that has a record. */
  updateRejection(cve: string, rejection: RejectedContainer): Promise<void>;
  /** Of all ids there are. */
  count(state?: CveIdState): Promise<number>;
  organisation(): Promise<Organisation>;
  users(): AsyncIterable<OrganisationUser>;
}

const CVE = /^CVE-(\d{4})-\d{4,19}$/;

export function isCveId(text: string): boolean {
  return CVE.test(text);
}
