/** CVE Services are asked exactly as they are described, and an act that was done is not done again. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { type CveServer, cveServer, type Fault } from '../../test/cve-services.ts';
import { freePort } from '../../test/port.ts';
import { rounds, seed } from '../../test/sizes.ts';
import {
  type CnaContainer,
  CveError,
  type CveServices,
  cveServices,
  dryRun,
  type Fetch,
  MAX_RESERVED,
  putRecord,
  putRejection,
  type RejectedContainer,
  rejectReserved,
  reserveMore,
  type ServedId,
  sameContainer,
  transfer,
  undoReject,
  type WouldSend,
} from './index.ts';

const CVE = 'CVE-2026-90000';

const cna: CnaContainer = {
  title: 'Example::Dist versions before 2 for Perl do something of the kind',
  descriptions: [{ lang: 'en', value: 'Example::Dist versions before 2 for Perl do something of the kind.' }],
  affected: [{ collectionURL: 'https://cpan.org/modules', packageName: 'Example-Dist' }],
  references: [{ url: 'https://example.org/1' }],
};
const changed: CnaContainer = { ...cna, references: [{ url: 'https://example.org/2' }] };
const rejection: RejectedContainer = { rejectedReasons: [{ lang: 'en', value: 'Not used.' }] };

interface Given {
  readonly server: CveServer;
  readonly services: CveServices;
}

/** Milliseconds: where an answer never comes, and where it does, however busy the machine. */
const HASTY = { timeout: 700 };
const PATIENT = { timeout: 20_000 };

async function given(t: TestContext, more: Partial<Parameters<typeof cveServices>[0]> = {}): Promise<Given> {
  const server = await cveServer();
  t.after(() => server.close());
  const { base, org, user, key } = server;
  return {
    server,
    services: cveServices({ base, org, user, key: async () => key, fetch, ...PATIENT, ...more }),
  };
}

/** With the id of {@link CVE} reserved. */
async function reserved(t: TestContext, more = PATIENT): Promise<Given> {
  const all = await given(t, more);
  await all.services.reserve({ year: 2026, amount: 1 });
  all.server.requests.length = 0;
  return all;
}

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const codeOf = (code: string) => (error: unknown) => {
  assert.ok(error instanceof CveError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

test('each call has the address that the service describes', async (t) => {
  const { server, services } = await given(t);
  const calls: readonly (readonly [call: () => Promise<unknown>, request: string])[] = [
    [() => services.ping(), 'GET /api/health-check'],
    [() => services.quota(), 'GET /api/org/example/id_quota'],
    [
      () => services.reserve({ year: 2026, amount: 1 }),
      'POST /api/cve-id?amount=1&cve_year=2026&short_name=example',
    ],
    [
      () => services.reserve({ year: 2026, amount: 2 }),
      'POST /api/cve-id?amount=2&batch_type=sequential&cve_year=2026&short_name=example',
    ],
    [
      () => services.reserve({ year: 2025, amount: 2, random: true }),
      'POST /api/cve-id?amount=2&batch_type=nonsequential&cve_year=2025&short_name=example',
    ],
    [() => listed(services.list()), 'GET /api/cve-id?page=1'],
    [
      () =>
        listed(
          services.list({
            ...{ state: 'RESERVED', year: 2026, reservedAfter: '2026-01-01T00:00:00Z' },
            modifiedBefore: '2026-02-01T00:00:00Z',
          }),
        ),
      'GET /api/cve-id?state=RESERVED&cve_id_year=2026&time_reserved.gt=2026-01-01T00%3A00%3A00Z&time_modified.lt=2026-02-01T00%3A00%3A00Z&page=1',
    ],
    [() => services.id(CVE), `GET /api/cve-id/${CVE}`],
    [() => services.setState(CVE, 'REJECTED'), `PUT /api/cve-id/${CVE}?state=REJECTED`],
    [() => services.setState(CVE, 'RESERVED'), `PUT /api/cve-id/${CVE}?state=RESERVED`],
    [() => services.publish(CVE, cna), `POST /api/cve/${CVE}/cna`],
    [() => services.update(CVE, changed), `PUT /api/cve/${CVE}/cna`],
    [() => services.record(CVE), `GET /api/cve/${CVE}`],
    [() => services.updateRejection(CVE, rejection), `PUT /api/cve/${CVE}/reject`],
    [() => services.reject('CVE-2026-90001', rejection), 'POST /api/cve/CVE-2026-90001/reject'],
    [() => services.give('CVE-2026-90002', 'other'), 'PUT /api/cve-id/CVE-2026-90002?org=other'],
    [() => services.count(), 'GET /api/cve_count'],
    [() => services.count('PUBLISHED'), 'GET /api/cve_count?state=PUBLISHED'],
    [() => services.organisation(), 'GET /api/org/example'],
    [() => listed(services.users()), 'GET /api/org/example/users?page=1'],
  ];
  for (const [call, request] of calls) {
    server.requests.length = 0;
    await call();
    assert.deepEqual(server.requests, [request]);
  }
});

test('what the service answers', async (t) => {
  const { server, services } = await given(t);
  const { ids, left } = await services.reserve({ year: 2026, amount: 12 });
  assert.equal(ids.length, 12);
  assert.equal(left, 988);
  assert.deepEqual(await services.quota(), { quota: 1000, reserved: 12, available: 988 });
  const [first] = ids;
  assert.deepEqual({ ...first, reserved: null }, {
    ...{ cve: CVE, state: 'RESERVED', owner: 'example', by: 'desk@example.org', reserved: null },
  } satisfies ServedId);
  assert.deepEqual(await listed(services.list()), ids);
  assert.deepEqual(await services.id(CVE), first);
  assert.equal(await services.id('CVE-2026-99999'), null);
  assert.equal(await services.record(CVE), null);
  await services.publish(CVE, cna);
  assert.equal((await services.record(CVE))?.cveMetadata.state, 'PUBLISHED');
  assert.equal(await services.count('PUBLISHED'), 1);
  assert.deepEqual(await services.organisation(), {
    ...{ name: 'The example CNA', shortName: 'example', uuid: '00000000-0000-4000-9000-000000000001' },
  });
  assert.deepEqual(await listed(services.users()), [
    { username: 'desk@example.org', active: true, roles: [] },
    { username: 'person@example.org', active: true, roles: ['ADMIN'] },
  ]);
  server.random = 3;
  const partial = await services.reserve({ year: 2024, amount: 10, random: true });
  assert.equal(partial.ids.length, 3);
});

test('pages are read as they are asked for', async (t) => {
  const { server, services } = await given(t);
  await services.reserve({ year: 2026, amount: 12 });
  server.requests.length = 0;
  for await (const { cve } of services.list({ year: 2026 })) if (cve === 'CVE-2026-90006') break;
  assert.equal(server.requests.length, 2);
  server.faults.push({ status: 200, body: { cve_ids: [], nextPage: 1 } });
  await assert.rejects(() => listed(services.list()), codeOf('reply'));
});

const one = (number: string): object => ({ cve_id: `CVE-2026-${number}`, state: 'RESERVED' });

test('a failure says what it was, whether it may have happened, and when to ask again', async (t) => {
  const big = 'x'.repeat(9 * 1024 * 1024);
  const faults: readonly (readonly [
    fault: Fault,
    code: string,
    mayHaveHappened: boolean,
    after: number | null,
  ])[] = [
    [{ status: 401, body: { error: 'UNAUTHORIZED' } }, 'credentials', false, null],
    [{ status: 403, body: { error: 'EXCEEDED_ID_QUOTA' } }, 'quota', false, null],
    [{ status: 403, body: { error: 'NOT_SAME_ORG_OR_SECRETARIAT' } }, 'forbidden', false, null],
    [{ status: 403, body: { error: 'CVE_RECORD_EXISTS' } }, 'exists', false, null],
    [{ status: 403, body: { error: 'CVE_RECORD_DNE' } }, 'absent', false, null],
    [{ status: 404, body: '<html>' }, 'absent', false, null],
    [{ status: 400, body: { error: 'INVALID_JSON_SCHEMA' } }, 'schema', false, null],
    [{ status: 400, body: { error: 'BAD_INPUT' } }, 'refused', false, null],
    [{ status: 429 }, 'limited', false, 60],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'limited', false, 7],
    [
      {
        status: 503,
        headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' },
      },
      ...(['failing', true, 120] as const),
    ],
    [{ status: 429, headers: { 'retry-after': '999999999' } }, 'limited', false, 86_400],
    [500, 'failing', true, 30],
    [{ status: 302, headers: { location: 'https://example.org/' } }, 'reply', true, null],
    [{ status: 200, body: 'no JSON' }, 'reply', true, null],
    [{ status: 200, body: { cve_ids: [{ cve_id: 'CVE-1' }] } }, 'reply', true, null],
    [{ status: 200, body: big }, 'reply', true, null],
    // An id of another year, two for one, and one that is no longer reserved.
    [
      { status: 200, body: { cve_ids: [{ cve_id: 'CVE-2025-1000', state: 'RESERVED' }] } },
      'reply',
      true,
      null,
    ],
    [{ status: 200, body: { cve_ids: [one('1000'), one('1001')] } }, 'reply', true, null],
    [{ status: 200, body: { cve_ids: [{ ...one('1000'), state: 'REJECTED' }] } }, 'reply', true, null],
    ['cut', 'broken', true, 30],
    ['lost', 'broken', true, 30],
    ['short', 'broken', true, 30],
  ];
  const { server, services } = await given(t);
  for (const [fault, code, mayHaveHappened, after] of faults) {
    server.faults.push(fault);
    await assert.rejects(
      () => services.reserve({ year: 2026, amount: 1 }),
      (error: unknown) => {
        codeOf(code)(error);
        assert.ok(error instanceof CveError);
        assert.equal(error.mayHaveHappened, mayHaveHappened, JSON.stringify(fault).slice(0, 80));
        assert.equal(error.after, after);
        return true;
      },
    );
  }
  assert.equal(server.requests.length, faults.length, 'none was made again, no redirect was followed');
});

test('an answer that does not come in time may have happened', async (t) => {
  const { server, services } = await given(t, HASTY);
  server.faults.push('silent');
  await assert.rejects(
    () => services.reserve({ year: 2026, amount: 1 }),
    (error: unknown) => codeOf('timeout')(error) && error instanceof CveError && error.mayHaveHappened,
  );
  assert.equal(server.ids.size, 1);
});

test('whatever the service answers, an error is one of ours and the rest has its shape', async (t) => {
  const { server, services } = await given(t);
  const known = fc.constantFrom('cve_ids', 'cve_id', 'state', 'nextPage', 'containers', 'error', 'details');
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(null, 0, -1, 1.5, '', 'RESERVED', CVE, 'CVE_RECORD', true),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(known, fc.string({ maxLength: 4 })), tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const status = fc.constantFrom(200, 204, 206, 302, 400, 401, 403, 404, 418, 429, 500);
  const calls: readonly (() => Promise<unknown>)[] = [
    () => services.quota(),
    () => services.reserve({ year: 2026, amount: 2 }),
    () => listed(services.list()),
    () => services.id(CVE),
    () => services.record(CVE),
    () => services.publish(CVE, cna),
    () => services.count(),
    () => services.organisation(),
    () => listed(services.users()),
  ];
  const property = fc.asyncProperty(
    status,
    fc.oneof(value, fc.string()),
    fc.nat(calls.length - 1),
    async (code, body, which) => {
      server.faults.length = 0;
      server.faults.push({ status: code, body });
      await calls[which]?.().catch((error: unknown) => assert.ok(error instanceof CveError, String(error)));
    },
  );
  await fc.assert(property, { numRuns: rounds(200, 10_000), seed });
});

test('reading changes nothing, so that it never may have happened', async (t) => {
  const { server, services } = await given(t);
  for (const fault of ['cut', 'short', 500, { status: 200, body: '?' }] as const) {
    server.faults.push(fault);
    await assert.rejects(
      () => services.quota(),
      (error: unknown) => error instanceof CveError && !error.mayHaveHappened,
    );
  }
});

test('where nobody listens nothing was sent', async () => {
  const services = cveServices({
    ...{
      base: `http://127.0.0.1:${await freePort()}/`,
      org: 'example',
      user: 'desk',
      key: async () => 'K',
      fetch,
    },
  });
  await assert.rejects(
    () => services.publish(CVE, cna),
    (error: unknown) => codeOf('unreachable')(error) && error instanceof CveError && !error.mayHaveHappened,
  );
});

test('what is wrong with a record is told with its paths', async (t) => {
  const { services } = await reserved(t);
  await assert.rejects(
    () => services.publish(CVE, { ...cna, references: [] }),
    (error: unknown) => {
      codeOf('schema')(error);
      assert.ok(error instanceof CveError);
      assert.deepEqual(error.details, ['/containers.cna.references: no reference']);
      return true;
    },
  );
});

test('the key goes to the service and nowhere else', async (t) => {
  const { server, services } = await given(t);
  const repeated = { error: 'BAD_INPUT', message: `key ${server.key}`, details: [{ msg: server.key }] };
  for (const fault of [
    { status: 400, body: repeated },
    { status: 200, body: { cve_ids: server.key } },
    { status: 200, body: server.key },
    'cut',
  ] as const) {
    server.faults.push(fault);
    await assert.rejects(
      () => services.reserve({ year: 2026, amount: 1 }),
      (error: unknown) => {
        assert.ok(error instanceof CveError);
        const told = [
          error.message,
          error.stack,
          ...error.details,
          JSON.stringify(error),
          String(error.cause),
        ];
        assert.ok(!told.join('\n').includes(server.key), told.join('\n'));
        return true;
      },
    );
  }
  assert.ok(!server.requests.join('\n').includes(server.key));
});

test('an address, a name, a key or a value that cannot be are refused before anything is sent', async (t) => {
  const { server, services } = await given(t);
  const { base, org, user } = server;
  const key = async (): Promise<string> => 'K';
  for (const [wrong, code] of [
    [{ base: 'http://example.org/api/' }, 'bad-config'],
    [{ base: 'https://user:word@example.org/' }, 'bad-config'],
    [{ base: 'https://example.org/?a=b' }, 'bad-config'],
    [{ base: 'api' }, 'bad-config'],
    [{ org: '' }, 'bad-config'],
    [{ user: 'a\r\nb' }, 'bad-config'],
    [{ key: async () => '' }, 'key'],
    [{ key: async () => 'a\nb' }, 'key'],
    [{ key: async () => Promise.reject(new Error('no')) }, 'key'],
  ] as const)
    await assert.rejects(async () => {
      const none: Fetch = () => assert.fail('it was sent');
      await cveServices({ base, org, user, key, fetch: none, ...wrong }).quota();
    }, codeOf(code));
  for (const call of [
    () => services.id('CVE-2026-1'),
    () => services.record('../org/example'),
    () => services.reserve({ year: 1998, amount: 1 }),
    () => services.reserve({ year: 2026, amount: 0 }),
    () => services.reserve({ year: 2026, amount: MAX_RESERVED + 1 }),
    () => services.reserve({ year: 2026, amount: 11, random: true }),
  ])
    await assert.rejects(async () => call(), codeOf('bad-value'));
  assert.deepEqual(server.requests, []);
});

test('a record is published, updated, and left as it is', async (t) => {
  const { server, services } = await reserved(t);
  const first = await putRecord(services, CVE, cna);
  assert.equal(first.done, 'published');
  assert.ok(sameContainer(first.record.containers.cna, cna));
  assert.equal(
    (await putRecord(services, CVE, first.record.containers.cna as CnaContainer)).done,
    'unchanged',
  );
  assert.equal((await putRecord(services, CVE, changed)).done, 'updated');
  const generated = { ...changed, x_generator: { engine: 'another' } };
  assert.equal((await putRecord(services, CVE, generated)).done, 'unchanged');
  assert.deepEqual(
    server.requests.filter((request) => !request.startsWith('GET')),
    [`POST /api/cve/${CVE}/cna`, `PUT /api/cve/${CVE}/cna`],
  );
});

test('what the service keeps otherwise is told, and nothing is sent again for it', async (t) => {
  const { server, services } = await reserved(t);
  const trimming: CveServices = {
    ...services,
    publish: (cve, container) => services.publish(cve, { ...container, title: 'Shorter' }),
  };
  const { done, differs } = await putRecord(trimming, CVE, cna);
  assert.equal(done, 'published');
  assert.deepEqual(differs, [{ path: 'title', ours: cna.title, theirs: 'Shorter' }]);
  assert.equal(server.requests.filter((request) => !request.startsWith('GET')).length, 1);
});

/** What an act does when its one request that changes something goes wrong, and when it is called again. */
for (const fault of ['lost', 'short', 'silent'] as const)
  test(`an answer that is ${fault}: it was done, and it is seen`, async (t) => {
    const { server, services } = await reserved(t, fault === 'silent' ? HASTY : PATIENT);
    server.faults.push(null, null, fault);
    assert.equal((await putRecord(services, CVE, cna)).done, 'published');
    server.faults.push(null, null, fault);
    assert.equal((await putRecord(services, CVE, changed)).done, 'updated');
    server.faults.push(null, null, fault);
    assert.equal((await putRejection(services, CVE, rejection)).done, 'rejected');
    assert.equal(server.requests.filter((request) => !request.startsWith('GET')).length, 3);
  });

for (const fault of ['cut', 500, { status: 429 }] as const)
  test(`a request that fails by ${JSON.stringify(fault)}: it was not done, and can be done again`, async (t) => {
    const { server, services } = await reserved(t);
    server.faults.push(null, null, fault);
    await assert.rejects(() => putRecord(services, CVE, cna), CveError);
    assert.equal(server.records.size, 0);
    assert.equal((await putRecord(services, CVE, cna)).done, 'published');
  });

test('another process that was faster has done the same', async (t) => {
  const { services } = await reserved(t);
  const faster: CveServices = {
    ...services,
    publish: async (cve, container) => {
      await services.publish(cve, container);
      return services.publish(cve, container);
    },
  };
  assert.equal((await putRecord(faster, CVE, cna)).done, 'published');
});

test('ids in another state, of others, or that are not there', async (t) => {
  const { server, services } = await reserved(t);
  await assert.rejects(() => putRecord(services, 'CVE-2026-99999', cna), codeOf('absent'));
  await rejectReserved(services, CVE);
  assert.equal(server.ids.get(CVE)?.state, 'REJECTED');
  assert.equal(await rejectReserved(services, CVE), 'unchanged');
  assert.equal(await undoReject(services, CVE), 'changed');
  assert.equal(await undoReject(services, CVE), 'unchanged');
  assert.equal(await transfer(services, CVE, 'other'), 'changed');
  assert.equal((await services.id(CVE))?.owner, null, 'whose it is the service says to its owner alone');
  for (const act of [
    () => transfer(services, CVE, 'other'),
    () => putRecord(services, CVE, cna),
    () => rejectReserved(services, CVE),
  ])
    await assert.rejects(act, codeOf('state'));
  const [another] = (await services.reserve({ year: 2026, amount: 1 })).ids;
  assert.ok(another);
  await putRecord(services, another.cve, cna);
  await assert.rejects(() => rejectReserved(services, another.cve), codeOf('state'));
  await assert.rejects(() => undoReject(services, another.cve), codeOf('state'));
  await assert.rejects(() => transfer(services, another.cve, 'other'), codeOf('state'));
  assert.equal((await putRejection(services, another.cve, rejection)).done, 'rejected');
  assert.equal((await putRejection(services, another.cve, rejection)).done, 'unchanged');
  const replaced = { ...rejection, replacedBy: ['CVE-2026-90007'] };
  assert.equal((await putRejection(services, another.cve, replaced)).done, 'updated');
  await assert.rejects(() => putRecord(services, another.cve, cna), codeOf('state'));
});

test('a transfer whose answer is lost is seen by who owns it no more', async (t) => {
  const { server, services } = await reserved(t);
  server.faults.push(null, 'lost');
  assert.equal(await transfer(services, CVE, 'other'), 'changed');
});

const begun = new Date().toISOString();
const unknown = async (): Promise<ReadonlySet<string>> => new Set();

test('ids whose answer was lost are found, and no other is reserved in their place', async (t) => {
  const { server, services } = await given(t);
  const asked = { year: 2026, amount: 7, begun, known: unknown };
  server.faults.push(null, 'lost');
  const { cves, found } = await reserveMore(services, asked);
  assert.equal(found, 7);
  assert.deepEqual(cves, [...server.ids.keys()]);
  // The process ended before it could keep account of them.
  assert.deepEqual((await reserveMore(services, asked)).cves, cves);
  assert.equal(server.ids.size, 7);
});

test('what is missing of an earlier attempt is reserved', async (t) => {
  const { server, services } = await given(t);
  const kept = (await services.reserve({ year: 2026, amount: 3 })).ids.map(({ cve }) => cve);
  const lost = (await services.reserve({ year: 2026, amount: 2 })).ids.map(({ cve }) => cve);
  const known = async (): Promise<ReadonlySet<string>> => new Set(kept);
  const { cves, found } = await reserveMore(services, { year: 2026, amount: 5, begun, known });
  assert.equal(found, 2);
  assert.deepEqual(cves.slice(0, 2), lost);
  assert.equal(server.ids.size, 8);
});

test('ids of a person are nobody else’s, and too many are for a person to look at', async (t) => {
  const { server, services } = await given(t);
  const { base, org } = server;
  const person = cveServices({
    ...{ base, org, user: 'person@example.org', key: async () => 'TEST-KEY-OF-PERSON-02', fetch },
  });
  await person.reserve({ year: 2026, amount: 3 });
  const asked = { year: 2026, amount: 2, begun, known: unknown };
  assert.equal((await reserveMore(services, asked)).found, 0);
  await services.reserve({ year: 2026, amount: 1 });
  await assert.rejects(() => reserveMore(services, asked), codeOf('unclear'));
});

test('a quota that ends leaves what an earlier attempt had', async (t) => {
  const { server, services } = await given(t);
  server.quotas.set('example', 2);
  await services.reserve({ year: 2026, amount: 2 });
  const asked = { year: 2026, amount: 5, begun, known: unknown };
  const { cves, left } = await reserveMore(services, asked);
  assert.deepEqual([cves.length, left], [2, 0]);
  const all = async (found: readonly string[]): Promise<ReadonlySet<string>> => new Set(found);
  await assert.rejects(() => reserveMore(services, { ...asked, known: all }), codeOf('quota'));
});

test('a dry run changes nothing, tells what it would send, and remembers it', async (t) => {
  const { server, services } = await reserved(t);
  const told: WouldSend[] = [];
  const { org, user } = server;
  const dry = dryRun({ org, user, behind: services, tell: (would) => void told.push(would) });
  assert.equal((await putRecord(dry, CVE, cna)).done, 'published');
  assert.equal((await putRecord(dry, CVE, cna)).done, 'unchanged');
  assert.equal((await putRecord(dry, CVE, changed)).done, 'updated');
  assert.equal((await putRejection(dry, CVE, rejection)).done, 'rejected');
  assert.deepEqual(
    told.map(({ method, path }) => `${method} ${path}`),
    [`POST /cve/${CVE}/cna`, `PUT /cve/${CVE}/cna`, `PUT /cve/${CVE}/reject`],
  );
  assert.deepEqual(told[0]?.body, { cnaContainer: cna });
  assert.ok(server.requests.every((request) => request.startsWith('GET')));
  assert.equal(server.records.size, 0);
});

test('a dry run with nothing behind it', async () => {
  const told: string[] = [];
  const dry = dryRun({
    ...{ org: 'example', user: 'desk' },
    tell: ({ method, path }) => void told.push(`${method} ${path}`),
  });
  await dry.ping();
  assert.equal((await putRecord(dry, CVE, cna)).done, 'published');
  assert.equal(await rejectReserved(dry, 'CVE-2026-90001'), 'changed');
  assert.equal(await undoReject(dry, 'CVE-2026-90001'), 'changed');
  assert.equal(await transfer(dry, 'CVE-2026-90001', 'other'), 'changed');
  assert.deepEqual((await dry.reserve({ year: 2026, amount: 2 })).ids, []);
  assert.deepEqual(told, [
    `POST /cve/${CVE}/cna`,
    'PUT /cve-id/CVE-2026-90001?state=REJECTED',
    'PUT /cve-id/CVE-2026-90001?state=RESERVED',
    'PUT /cve-id/CVE-2026-90001?org=other',
    'POST /cve-id?amount=2&cve_year=2026',
  ]);
});
