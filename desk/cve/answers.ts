/** Answers of the service as they must be; members that nobody asked for are nobody's business. */
import { array, boolean, nullable, object, oneOf, optional, type Shape, string, whole } from 'cpansec/base';
import { type CveRecord, parseCve } from 'cpansec/formats';
import {
  isCveId,
  type Organisation,
  type OrganisationUser,
  type Quota,
  type Reserved,
  type ServedId,
} from './services.ts';

const REDACTED = '[REDACTED]';

const cveId: Shape<string> = (value, path) => {
  const text = string(value, path);
  return isCveId(text) ? text : oneOf('a CVE id')(text, path);
};

const id = object({
  cve_id: cveId,
  state: oneOf('RESERVED', 'PUBLISHED', 'REJECTED'),
  owning_cna: optional(string),
  requested_by: optional(object({ user: optional(string) })),
  reserved: optional(string),
});

export const servedId: Shape<ServedId> = (value, path) => {
  const { cve_id, state, owning_cna, requested_by, reserved } = id(value, path);
  const said = (text: string | undefined): string | null =>
    text === undefined || text === REDACTED ? null : text;
  const at = Date.parse(reserved ?? '');
  return {
    cve: cve_id,
    state,
    owner: said(owning_cna),
    by: said(requested_by?.user),
    reserved: Number.isNaN(at) ? null : new Date(at).toISOString(),
  };
};

const quotaAnswer = object({ id_quota: whole(), total_reserved: whole(), available: whole() });

export const quotaShape: Shape<Quota> = (value, path) => {
  const { id_quota, total_reserved, available } = quotaAnswer(value, path);
  return { quota: id_quota, reserved: total_reserved, available };
};

const reservedAnswer = object({
  cve_ids: array(servedId),
  meta: optional(object({ remaining_quota: optional(whole()) })),
});

export const reservedShape: Shape<Reserved> = (value, path) => {
  const { cve_ids, meta } = reservedAnswer(value, path);
  return { ids: cve_ids, left: meta?.remaining_quota ?? null };
};

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last one. */
  readonly next: number | null;
}

/** One page of a list; what says the pages is left out where there is one alone. */
export function pageShape<T>(member: string, item: Shape<T>): Shape<Page<T>> {
  const shape = object({ [member]: array(item) });
  const paging = object({ nextPage: optional(nullable(whole(1))) });
  return (value, path) => ({
    items: shape(value, path)[member] ?? [],
    next: paging(value, path).nextPage ?? null,
  });
}

export const countShape: Shape<{ totalCount: number }> = object({ totalCount: whole() });

const organisationAnswer = object({ name: string, short_name: string, UUID: string });

export const organisationShape: Shape<Organisation> = (value, path) => {
  const { name, short_name, UUID } = organisationAnswer(value, path);
  return { name, shortName: short_name, uuid: UUID };
};

const userAnswer = object({
  username: string,
  active: optional(boolean),
  authority: optional(object({ active_roles: optional(array(string)) })),
});

export const userShape: Shape<OrganisationUser> = (value, path) => {
  const { username, active, authority } = userAnswer(value, path);
  return { username, active: active ?? true, roles: authority?.active_roles ?? [] };
};

export const recordShape: Shape<CveRecord> = (value, path) => parseCve(object({})(value, path));
