/**
 * What may be asked of CVE Services any number of times and is done once. The service knows no idempotency key: each
 * act looks first, sends what is missing, and looks again when nobody can tell whether it arrived. When that does not
 * settle it the error goes on, and the act can be called again.
 */
import { type CveRecord, isRejectedCve } from 'cpansec/formats';
import { containerDifferences, type FieldDifference } from './differences.ts';
import { CveError } from './errors.ts';
import { sameContainer } from './same.ts';
import type { CnaContainer, CveServices, RejectedContainer, ServedId } from './services.ts';

export interface PutRecord {
  readonly done: 'published' | 'updated' | 'unchanged';
  /** As the service has it. */
  readonly record: CveRecord;
  /** What the service took and says otherwise all the same. */
  readonly differs: readonly FieldDifference[];
}

/**
 * The record of the id says this from now on. Throws {@link CveError}: `absent` where there is no such id, `state`
 * for one that is rejected or another organisation's.
 */
export async function putRecord(services: CveServices, cve: string, cna: CnaContainer): Promise<PutRecord> {
  await ownId(services, cve);
  const before = await services.record(cve);
  if (before !== null && isRejectedCve(before)) throw wrongState(cve, 'is rejected');
  if (says(before, cna)) return { done: 'unchanged', record: before, differs: [] };
  const isThere = async (): Promise<boolean> => says(await services.record(cve), cna);
  await settled(isThere, () => (before === null ? services.publish(cve, cna) : services.update(cve, cna)));
  return { done: before === null ? 'published' : 'updated', ...(await kept(services, cve, cna)) };
}

async function kept(
  services: CveServices,
  cve: string,
  container: object,
): Promise<Pick<PutRecord, 'record' | 'differs'>> {
  const record = await services.record(cve);
  if (record === null) throw new CveError('reply', `${cve}: the service does not have what it took`);
  return { record, differs: containerDifferences(container, record.containers.cna) };
}

export interface PutRejection extends Pick<PutRecord, 'record' | 'differs'> {
  readonly done: 'rejected' | 'updated' | 'unchanged';
}

/** The record of the id says why it is not used. What was published is rejected with it. */
export async function putRejection(
  services: CveServices,
  cve: string,
  rejection: RejectedContainer,
): Promise<PutRejection> {
  await ownId(services, cve);
  const before = await services.record(cve);
  if (says(before, rejection)) return { done: 'unchanged', record: before, differs: [] };
  const isThere = async (): Promise<boolean> => says(await services.record(cve), rejection);
  await settled(isThere, () =>
    before === null ? services.reject(cve, rejection) : services.updateRejection(cve, rejection),
  );
  const done = before !== null && isRejectedCve(before) ? 'updated' : 'rejected';
  return { done, ...(await kept(services, cve, rejection)) };
}

export type Changed = 'changed' | 'unchanged';

/** A reserved id that nobody will use. A published one is not touched: throws `state`. */
export async function rejectReserved(services: CveServices, cve: string): Promise<Changed> {
  return toState(services, cve, 'REJECTED');
}

/** A rejected id is reserved again. */
export async function undoReject(services: CveServices, cve: string): Promise<Changed> {
  return toState(services, cve, 'RESERVED');
}

async function toState(services: CveServices, cve: string, state: 'REJECTED' | 'RESERVED'): Promise<Changed> {
  const { state: before } = await ownId(services, cve);
  if (before === state) return 'unchanged';
  if (before === 'PUBLISHED') throw wrongState(cve, 'is published');
  await settled(
    async () => (await services.id(cve))?.state === state,
    () => services.setState(cve, state),
  );
  return 'changed';
}

/** A reserved id goes to another CNA. Whose a reserved id is only its owner is told. */
export async function transfer(services: CveServices, cve: string, org: string): Promise<Changed> {
  const before = await services.id(cve);
  if (before === null) throw new CveError('absent', `${cve} is not there`);
  if (before.owner === org) return 'unchanged';
  if (before.owner !== services.org) throw wrongState(cve, `is not of ${services.org}`);
  if (before.state !== 'RESERVED') throw wrongState(cve, `is ${before.state.toLowerCase()}`);
  const isGone = async (): Promise<boolean> => (await services.id(cve))?.owner !== services.org;
  await settled(isGone, () => services.give(cve, org));
  return 'changed';
}

/** Throws `absent`, `state`. */
async function ownId(services: CveServices, cve: string): Promise<ServedId> {
  const id = await services.id(cve);
  if (id === null) throw new CveError('absent', `${cve} is not there`);
  if (id.owner !== services.org) throw wrongState(cve, `is not of ${services.org}`);
  return id;
}

function wrongState(cve: string, problem: string): CveError {
  return new CveError('state', `${cve} ${problem}`);
}

/** Sends; an error is none when the service turns out to have done it. */
async function settled(isThere: () => Promise<boolean>, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof CveError)) throw error;
    // `exists`: another attempt was faster.
    if (!error.mayHaveHappened && error.code !== 'exists') throw error;
    if (!(await isThere())) throw error;
  }
}

function says(record: CveRecord | null, container: object): record is CveRecord {
  return record !== null && sameContainer(record.containers.cna, container);
}
