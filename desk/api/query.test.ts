/** OSV's API as osv.dev has it: what is asked, what comes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { record } from '../../test/given.ts';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { advisoryContent } from '../../test/tree.ts';

const api = await serving(scratchTree(exampleContent()));

interface Answer {
  status: number;
  body: unknown;
}

async function ask(url: string, payload: object, on = api): Promise<Answer> {
  const answer = await on.inject({ method: 'POST', url, payload });
  return { status: answer.statusCode, body: answer.json() };
}

async function ids(query: object): Promise<string[]> {
  const { status, body } = await ask('/v1/query', query);
  assert.equal(status, 200, JSON.stringify(body));
  return ((body as { vulns?: { id: string }[] }).vulns ?? []).map(({ id }) => id);
}

const [ONE, TWO, TILL] = [
  'CPANSA-Example-Shop-2026-01',
  'CPANSA-Example-Shop-2026-02',
  'CPANSA-Example-Till-2026-01',
] as const;
const cpan = (name: string): object => ({ name, ecosystem: 'CPAN' });

const queries: [what: string, query: object, found: string[]][] = [
  ['a version by name', { package: cpan('Example-Shop'), version: '1.4' }, [ONE, TWO]],
  ['a version as Perl orders it', { package: cpan('Example-Shop'), version: '1.1' }, [ONE]],
  ['a version that is fixed in between', { package: cpan('Example-Shop'), version: '1.3' }, [ONE]],
  ['1.10 is lower than 1.2', { package: cpan('Example-Shop'), version: '1.10' }, [ONE]],
  ['the same version otherwise written', { package: cpan('Example-Shop'), version: 'v1.400.0' }, [ONE, TWO]],
  ['a version of two distributions', { package: cpan('Example-Shop'), version: '9' }, [TILL]],
  ['nothing', { package: cpan('Example-Shop'), version: '8' }, []],
  ['no version: all that has a range', { package: cpan('Example-Shop') }, [ONE, TWO, TILL]],
  ['a version that Perl does not read', { package: cpan('Example-Shop'), version: 'latest' }, []],
  ['names are case-sensitive', { package: cpan('example-shop'), version: '1.4' }, []],
  ['a distribution that nothing is known of', { package: cpan('Example-None'), version: '1' }, []],
  ['names of prototypes', { package: cpan('__proto__'), version: '1' }, []],
  ['names of prototypes too', { package: cpan('constructor') }, []],
  ['a name alone with a version', { package: { name: 'Example-Shop' }, version: '1.4' }, [ONE, TWO]],
  ['a package URL', { package: { purl: 'pkg:cpan/Example-Shop@1.4' } }, [ONE, TWO]],
  ['a package URL and a version', { package: { purl: 'pkg:cpan/Example-Shop' }, version: '1.4' }, [ONE, TWO]],
  ['a package URL of an author', { package: { purl: 'pkg:cpan/EXAMPLE/Example-Shop@1.4' } }, [ONE, TWO]],
  ['an author of today', { package: { purl: 'pkg:cpan/Example-Shop@1.4?author=EXAMPLE' } }, [ONE, TWO]],
  ['a package URL without a version', { package: { purl: 'pkg:cpan/Example-Shop' } }, [ONE, TWO, TILL]],
  ['a package URL of another type', { package: { purl: 'pkg:npm/example@1' } }, []],
  ['a package URL of an unknown type', { package: { purl: 'pkg:xyz/example@1' } }, []],
  ['another ecosystem', { package: { name: 'example', ecosystem: 'npm' }, version: '1' }, []],
  ['another ecosystem with a release', { package: { name: 'example', ecosystem: 'Debian:12' } }, []],
  ['a commit', { commit: '6879efc2c1596d11a6a6ad296f80063b558d5e0f' }, []],
  [
    'empty texts are absent',
    { package: { ...cpan('Example-Shop'), purl: '' }, version: '' },
    [ONE, TWO, TILL],
  ],
  [
    'members that nobody knows',
    { package: { ...cpan('Example-Shop'), more: [1] }, version: '1.4' },
    [ONE, TWO],
  ],
];
for (const [what, query, found] of queries) {
  test(`query: ${what}`, async () => assert.deepEqual(await ids(query), found));
}

const refusals: [query: object, message: string | RegExp][] = [
  [{}, 'invalid query'],
  [{ version: '1.4' }, 'invalid query'],
  [{ package: {} }, 'invalid query'],
  [{ package: { name: 'Example-Shop' } }, 'invalid query'],
  [{ package: { ecosystem: 'CPAN' }, version: '1' }, 'invalid query'],
  [{ commit: 'xyz' }, 'invalid hash'],
  [{ commit: 'abc' }, 'invalid hash'],
  [{ commit: '' }, 'invalid query'],
  [{ commit: 'abcd', version: '1' }, 'commit and version specified'],
  [{ package: { name: 'Example-Shop', ecosystem: 'Perl' }, version: '1' }, 'invalid ecosystem'],
  [{ package: { name: 'Example-Shop', ecosystem: 'cpan' }, version: '1' }, 'invalid ecosystem'],
  [{ package: { name: 'x', purl: 'pkg:cpan/x' } }, 'name specified in a PURL query'],
  [{ package: { ecosystem: 'CPAN', purl: 'pkg:cpan/x' } }, 'ecosystem specified in a PURL query'],
  [{ package: { purl: 'pkg:cpan/x@1' }, version: '1' }, 'version specified in params and PURL query'],
  [{ package: { purl: 'cpan/x' } }, /^no package URL: "cpan\/x": it does not start with "pkg:"$/],
  [{ package: { purl: 'pkg:cpan/LWP::UserAgent@1' } }, /a cpan purl names a distribution$/],
  [{ package: cpan('x'), version: 1.1 }, 'body/version must be string'],
  [{ package: 'x' }, 'body/package must be object'],
  [{ package: cpan('x'), page_token: 'x' }, 'invalid page token'],
];
for (const [query, message] of refusals) {
  test(`query refused: ${JSON.stringify(query)}`, async () => {
    const { status, body } = await ask('/v1/query', query);
    assert.equal(status, 400);
    const { code, message: found } = body as { code: number; message: string };
    assert.equal(code, 3);
    if (typeof message === 'string') assert.equal(found, message);
    else assert.match(found, message);
  });
}

test('a query brings the documents of the tree, one brings itself', async () => {
  const { body } = await ask('/v1/query', { package: { purl: 'pkg:cpan/Example-Shop@1.1' } });
  const document = await api.inject(`/v1/vulns/${ONE}`);
  assert.deepEqual(body, { vulns: [document.json()] });
  assert.equal(document.json().affected[0].package.name, 'Example-Shop');
});

for (const type of [undefined, 'application/x-www-form-urlencoded', 'application/octet-stream', 'text/plain'])
  test(`a body is JSON where its type is ${type ?? 'not said'}`, async () => {
    const payload = Buffer.from(JSON.stringify({ package: cpan('Example-Shop'), version: '1.1' }));
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await api.inject({ method: 'POST', url: '/v1/query', payload, headers });
    assert.deepEqual(
      answer.json().vulns.map(({ id }: { id: string }) => id),
      [ONE],
    );
  });

test('an answer is packed as the client takes it', async () => {
  const payload = { package: { purl: 'pkg:cpan/Example-Shop' } };
  const asked = { method: 'POST', url: '/v1/query', payload } as const;
  const plain = await api.inject(asked);
  const packed = await api.inject({ ...asked, headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
});

test('nothing found is an empty object', async () => {
  assert.deepEqual(await ask('/v1/query', { package: { purl: 'pkg:cpan/Example-None@1' } }), {
    status: 200,
    body: {},
  });
});

test('a batch answers in its order, with ids and instants alone', async () => {
  const modified = '2026-11-22T06:00:00Z';
  const { status, body } = await ask('/v1/querybatch', {
    queries: [
      { package: { purl: 'pkg:cpan/Example-Till@1' } },
      { package: { purl: 'pkg:unknown/x@1' } },
      { package: cpan('Example-Shop'), version: '1.4' },
      { package: cpan('Example-Shop'), version: '8' },
    ],
  });
  assert.equal(status, 200);
  assert.deepEqual(body, {
    results: [
      { vulns: [{ id: TILL, modified }] },
      {},
      {
        vulns: [
          { id: ONE, modified },
          { id: TWO, modified },
        ],
      },
      {},
    ],
  });
});

test('one query that is none refuses the batch and says which', async () => {
  const good = { package: cpan('Example-Shop'), version: '1' };
  assert.deepEqual(
    await ask('/v1/querybatch', { queries: [good, good, { package: { name: 'x', ecosystem: 'y' } }] }),
    {
      status: 400,
      body: { code: 3, message: 'error in query at index 2: invalid ecosystem' },
    },
  );
  assert.deepEqual(await ask('/v1/querybatch', { queries: new Array(1001).fill(good) }), {
    status: 400,
    body: { code: 3, message: 'too many queries' },
  });
  assert.deepEqual(await ask('/v1/querybatch', {}), { status: 200, body: { results: [] } });
});

const documents: [id: string, status: number, body: object][] = [
  ['CPANSA-Example-Shop-2026-99', 404, { code: 5, message: 'Vulnerability not found' }],
  [
    'CVE-2026-99991',
    404,
    { code: 5, message: `Vulnerability not found, but the following aliases were: ${ONE}` },
  ],
  [
    'CVE-2026-99992',
    404,
    { code: 5, message: `Vulnerability not found, but the following aliases were: ${TWO} ${TILL}` },
  ],
  ['', 400, { code: 3, message: 'ID is required' }],
  ['x'.repeat(101), 400, { code: 3, message: 'ID is too long' }],
  ['..%2f..%2fmanifest.json', 404, { code: 5, message: 'Vulnerability not found' }],
  ['__proto__', 404, { code: 5, message: 'Vulnerability not found' }],
];
for (const [id, status, body] of documents) {
  test(`the document of ${JSON.stringify(id.slice(0, 30))}`, async () => {
    const answer = await api.inject(`/v1/vulns/${id}`);
    assert.deepEqual([answer.statusCode, answer.json()], [status, body]);
  });
}

test('what is withdrawn or without a range is there by its id', async () => {
  for (const id of ['CPANSA-Example-Shop-2026-03', 'CPANSA-Example-Shop-2026-04']) {
    const answer = await api.inject(`/v1/vulns/${id}`);
    assert.equal(answer.json().id, id);
  }
});

const MANY = 3050;
const many = await serving(
  scratchTree(
    advisoryContent({
      records: Array.from({ length: MANY }, (_, i) =>
        record(`CPANSA-Example-Many-2026-${String(i).padStart(4, '0')}`, [{ ranges: ['<2'] }]),
      ),
    }),
  ),
);

test('pages of one query together are everything, in order, once', async () => {
  const query = { package: { purl: 'pkg:cpan/Example-Many@1' } };
  const found: string[] = [];
  const sizes: number[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const { body } = await ask('/v1/query', { ...query, page_token: token }, many);
    const page = body as { vulns: { id: string }[]; next_page_token?: string };
    sizes.push(page.vulns.length);
    found.push(...page.vulns.map(({ id }) => id));
    token = page.next_page_token;
  }
  assert.deepEqual(sizes, [3000, 50]);
  assert.equal(new Set(found).size, MANY);
  assert.deepEqual(found, found.toSorted());
});

test('a batch of a lot is answered a part at a time; who got nothing yet is told to ask again', async () => {
  const query = { package: { purl: 'pkg:cpan/Example-Many@1' } };
  const { body } = await ask('/v1/querybatch', { queries: new Array(5).fill(query) }, many);
  const { results } = body as { results: { vulns?: object[]; next_page_token?: string }[] };
  assert.deepEqual(
    results.map(({ vulns = [] }) => vulns.length),
    [1000, 1000, 1000, 0, 0],
  );
  const first = 'RklSU1RfUEFHRV9UT0tFTg==';
  assert.deepEqual(
    results.map(({ next_page_token }) => next_page_token === first),
    [false, false, false, true, true],
  );
  const again = await ask('/v1/querybatch', { queries: [{ ...query, page_token: first }] }, many);
  assert.deepEqual(again.body, { results: [results[0]] });
});
