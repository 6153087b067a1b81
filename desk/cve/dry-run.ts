/**
 * CVE Services that change nothing: what would have been sent is told and remembered, so that what is asked next is
 * answered as if it had happened. What it does not know it asks the services behind it; without any, every id is
 * reserved by the organisation.
 */
import { CVE_DATA_VERSION, type CveRecord } from 'cpansec/formats';
import { CveError } from './errors.ts';
import type {
  CnaContainer,
  CveIdState,
  CveServices,
  RejectedContainer,
  Reserved,
  Reserving,
  ServedId,
} from './services.ts';

/** What would have been sent. */
export interface WouldSend {
  readonly method: 'POST' | 'PUT';
  /** Below the base: `/cve/CVE-2026-99990/cna`. */
  readonly path: string;
  readonly body: object | null;
}

export interface DryRunOptions {
  readonly org: string;
  readonly user: string;
  /** What is read is read from there. */
  readonly behind?: CveServices;
  readonly tell: (would: WouldSend) => void;
}

export function dryRun(options: DryRunOptions): CveServices {
  return new DryRun(options);
}

const QUOTA = 1000;

class DryRun implements CveServices {
  readonly org: string;
  readonly user: string;
  readonly #behind: CveServices | undefined;
  readonly #tell: DryRunOptions['tell'];
  readonly #ids = new Map<string, ServedId>();
  readonly #records = new Map<string, CveRecord>();

  constructor({ org, user, behind, tell }: DryRunOptions) {
    this.org = org;
    this.user = user;
    this.#behind = behind;
    this.#tell = tell;
  }

  async ping(): Promise<void> {
    await this.#behind?.ping();
  }

  async quota() {
    return (await this.#behind?.quota()) ?? { quota: QUOTA, reserved: 0, available: QUOTA };
  }

  /** Nobody knows which ids it would be. */
  async reserve({ year, amount }: Reserving): Promise<Reserved> {
    this.#tell({ method: 'POST', path: `/cve-id?amount=${amount}&cve_year=${year}`, body: null });
    return { ids: [], left: null };
  }

  async *list(filter = {}) {
    if (this.#behind !== undefined) yield* this.#behind.list(filter);
  }

  async id(cve: string): Promise<ServedId | null> {
    const known = this.#ids.get(cve);
    if (known !== undefined) return known;
    if (this.#behind !== undefined) return this.#behind.id(cve);
    return this.#idIn(cve, 'RESERVED');
  }

  async setState(cve: string, state: 'REJECTED' | 'RESERVED'): Promise<void> {
    this.#tell({ method: 'PUT', path: `/cve-id/${cve}?state=${state}`, body: null });
    this.#ids.set(cve, this.#idIn(cve, state));
  }

  async give(cve: string, org: string): Promise<void> {
    this.#tell({ method: 'PUT', path: `/cve-id/${cve}?org=${org}`, body: null });
    this.#ids.set(cve, { ...this.#idIn(cve, 'RESERVED'), owner: org });
  }

  async record(cve: string): Promise<CveRecord | null> {
    return this.#records.get(cve) ?? (await this.#behind?.record(cve)) ?? null;
  }

  publish(cve: string, cna: CnaContainer): Promise<void> {
    return this.#put('POST', cve, 'cna', cna);
  }

  update(cve: string, cna: CnaContainer): Promise<void> {
    return this.#put('PUT', cve, 'cna', cna);
  }

  reject(cve: string, rejection: RejectedContainer): Promise<void> {
    return this.#put('POST', cve, 'reject', rejection);
  }

  updateRejection(cve: string, rejection: RejectedContainer): Promise<void> {
    return this.#put('PUT', cve, 'reject', rejection);
  }

  async count(state?: CveIdState): Promise<number> {
    return (await this.#behind?.count(state)) ?? 0;
  }

  async organisation() {
    if (this.#behind === undefined) throw new CveError('absent', 'a dry run knows no organisation');
    return this.#behind.organisation();
  }

  async *users() {
    if (this.#behind !== undefined) yield* this.#behind.users();
  }

  async #put(
    method: WouldSend['method'],
    cve: string,
    what: 'cna' | 'reject',
    container: CnaContainer | RejectedContainer,
  ): Promise<void> {
    this.#tell({ method, path: `/cve/${cve}/${what}`, body: { cnaContainer: container } });
    const state = 'rejectedReasons' in container ? 'REJECTED' : 'PUBLISHED';
    this.#ids.set(cve, this.#idIn(cve, state));
    this.#records.set(cve, this.#recordOf(cve, container));
  }

  #recordOf(cve: string, container: CnaContainer | RejectedContainer): CveRecord {
    const head = { dataType: 'CVE_RECORD', dataVersion: CVE_DATA_VERSION } as const;
    const metadata = { cveId: cve, assignerOrgId: this.org, assignerShortName: this.org };
    const providerMetadata = { orgId: this.org, shortName: this.org };
    if ('rejectedReasons' in container)
      return {
        ...head,
        cveMetadata: { ...metadata, state: 'REJECTED' },
        containers: { cna: { ...container, providerMetadata } },
      };
    return {
      ...head,
      cveMetadata: { ...metadata, state: 'PUBLISHED' },
      containers: { cna: { ...container, providerMetadata } },
    };
  }

  #idIn(cve: string, state: CveIdState): ServedId {
    return { cve, state, owner: this.org, by: this.user, reserved: null };
  }
}
