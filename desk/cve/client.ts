/** CVE Services over HTTP (OpenAPI 2.3.3): each call with its address, and its answer checked. */
import { type Shape, ShapeError } from 'cpansec/base';
import { FormatError } from 'cpansec/formats';
import {
  countShape,
  organisationShape,
  type Page,
  pageShape,
  quotaShape,
  recordShape,
  reservedShape,
  servedId,
  userShape,
} from './answers.ts';
import { type Ask, type Asker, asker, type ServiceAddress } from './ask.ts';
import { CveError } from './errors.ts';
import { type CveServices, type IdFilter, isCveId, type Reserved, type Reserving } from './services.ts';

/** More pages than any organisation has. */
const MAX_PAGES = 1000;
/** Most ids of one request, and most that do not follow one another. */
export const MAX_RESERVED = 1000;
const MAX_RANDOM = 10;

/** Throws `bad-config`. Nothing is sent yet. */
export function cveServices(address: ServiceAddress): CveServices {
  const { org, user } = address;
  const ask = asker(address);
  const ofOrg = ['org', org];
  const put = async (path: readonly string[], more: Pick<Ask, 'query' | 'body'>): Promise<void> =>
    void (await ask({ method: 'PUT', path, ...more }));
  const post = async (path: readonly string[], body: object): Promise<void> =>
    void (await ask({ method: 'POST', path, body }));
  return {
    org,
    user,
    ping: async () => void (await ask({ method: 'GET', path: ['health-check'] })),
    quota: () => read(ask, { method: 'GET', path: [...ofOrg, 'id_quota'] }, quotaShape),
    reserve: async (asked) => checked(asked, await read(ask, reserveAsk(org, asked), reservedShape)),
    list: (filter = {}) => paged(ask, ['cve-id'], queryOf(filter), pageShape('cve_ids', servedId)),
    id: (cve) => orNull(read(ask, { method: 'GET', path: ['cve-id', idOf(cve)] }, servedId)),
    setState: (cve, state) => put(['cve-id', idOf(cve)], { query: { state } }),
    give: (cve, to) => put(['cve-id', idOf(cve)], { query: { org: to } }),
    record: (cve) => orNull(read(ask, { method: 'GET', path: ['cve', idOf(cve)] }, recordShape)),
    publish: (cve, cna) => post(['cve', idOf(cve), 'cna'], { cnaContainer: bare(cna) }),
    update: (cve, cna) => put(['cve', idOf(cve), 'cna'], { body: { cnaContainer: bare(cna) } }),
    reject: (cve, rejection) => post(['cve', idOf(cve), 'reject'], { cnaContainer: bare(rejection) }),
    updateRejection: (cve, rejection) =>
      put(['cve', idOf(cve), 'reject'], { body: { cnaContainer: bare(rejection) } }),
    count: async (state) =>
      (await read(ask, { method: 'GET', path: ['cve_count'], query: { state } }, countShape)).totalCount,
    organisation: () => read(ask, { method: 'GET', path: ofOrg }, organisationShape),
    users: () => paged(ask, [...ofOrg, 'users'], {}, pageShape('users', userShape)),
  };
}

/** An id goes into an address: it is one, or nothing is sent. */
function idOf(cve: string): string {
  if (!isCveId(cve)) throw new CveError('bad-value', `${JSON.stringify(cve.slice(0, 40))} is no CVE id`);
  return cve;
}

/** Who provides it the service says itself. */
function bare(container: object): object {
  return { ...container, providerMetadata: undefined };
}

/** `batch_type` is for several. */
function reserveAsk(org: string, { year, amount, random = false }: Reserving): Ask {
  const most = random ? MAX_RANDOM : MAX_RESERVED;
  if (!Number.isInteger(amount) || amount < 1 || amount > most)
    throw new CveError('bad-value', `${amount} ids at once: 1 to ${most}`);
  if (!Number.isInteger(year) || year < 1999 || year > 9999)
    throw new CveError('bad-value', `${year} is no year of a CVE id`);
  const batch_type = amount === 1 ? undefined : random ? 'nonsequential' : 'sequential';
  const query = { amount, batch_type, cve_year: year, short_name: org };
  return { method: 'POST', path: ['cve-id'], query };
}

/** What goes into a pool is what was asked for. */
function checked({ year, amount }: Reserving, reserved: Reserved): Reserved {
  const { ids } = reserved;
  const ofYear = ids.filter(({ cve, state }) => cve.startsWith(`CVE-${year}-`) && state === 'RESERVED');
  const distinct = new Set(ofYear.map(({ cve }) => cve)).size;
  if (distinct === ids.length && ids.length <= amount) return reserved;
  throw new CveError('reply', `other ids than ${amount} of ${year} were reserved`, { mayHaveHappened: true });
}

function queryOf(filter: IdFilter): NonNullable<Ask['query']> {
  return {
    state: filter.state,
    cve_id_year: filter.year,
    'time_reserved.gt': filter.reservedAfter,
    'time_reserved.lt': filter.reservedBefore,
    'time_modified.gt': filter.modifiedAfter,
    'time_modified.lt': filter.modifiedBefore,
  };
}

async function read<T>(ask: Asker, what: Ask, shape: Shape<T>): Promise<T> {
  const answer = await ask(what);
  try {
    return shape(answer);
  } catch (cause) {
    if (!(cause instanceof ShapeError || cause instanceof FormatError)) throw cause;
    // Of what was found nothing is told: it may be anything.
    const where = cause.place.path === undefined ? '' : ` at ${cause.place.path}`;
    const mayHaveHappened = what.method !== 'GET';
    throw new CveError('reply', `an answer of another shape${where}`, { mayHaveHappened });
  }
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof CveError && error.code === 'absent') return null;
    throw error;
  }
}

async function* paged<T>(
  ask: Asker,
  path: readonly string[],
  query: NonNullable<Ask['query']>,
  shape: Shape<Page<T>>,
): AsyncIterable<T> {
  let page = 1;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { items, next } = await read(ask, { method: 'GET', path, query: { ...query, page } }, shape);
    yield* items;
    if (next === null) return;
    if (next <= page) throw new CveError('reply', `page ${next} follows page ${page}`);
    page = next;
  }
  throw new CveError('reply', `more than ${MAX_PAGES} pages`);
}
