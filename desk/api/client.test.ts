/**
 * A client as osv-scanner's is (github.com/google/osv-scanner, osv.dev/bindings/go/osvdev): chunks of 1,000 queries,
 * answers in order, further pages of those that have one, then each document; it knows only the address of the API.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { record } from '../../test/given.ts';
import { exampleRecords, scratchTree, serving } from '../../test/served.ts';
import { advisoryContent } from '../../test/tree.ts';

interface Query {
  readonly package: { readonly name: string; readonly ecosystem: string };
  readonly version: string;
  readonly page_token?: string;
}

interface Result {
  readonly vulns?: { readonly id: string; readonly modified: string }[];
  readonly next_page_token?: string;
}

const CHUNK = 1000;

class Client {
  readonly #base: string;
  requests = 0;

  constructor(base: string) {
    this.#base = base;
  }

  /** Ids for each query, in order. */
  async queryAll(queries: readonly Query[]): Promise<string[][]> {
    const found: string[][] = queries.map(() => []);
    let open = queries.map((query, at) => ({ query, at }));
    while (open.length > 0) {
      const next: typeof open = [];
      for (let start = 0; start < open.length; start += CHUNK) {
        const chunk = open.slice(start, start + CHUNK);
        const results = await this.#batch(chunk.map(({ query }) => query));
        assert.equal(results.length, chunk.length);
        for (const [i, { query, at }] of chunk.entries()) {
          found[at]?.push(...(results[i]?.vulns ?? []).map(({ id }) => id));
          const token = results[i]?.next_page_token;
          if (token !== undefined) next.push({ query: { ...query, page_token: token }, at });
        }
      }
      open = next;
    }
    return found;
  }

  async #batch(queries: readonly Query[]): Promise<Result[]> {
    this.requests++;
    const answer = await fetch(`${this.#base}/v1/querybatch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'osv-scanner/2.5.0' },
      body: JSON.stringify({ queries }),
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    const { results } = (await answer.json()) as { results: Result[] };
    return results;
  }

  async document(id: string): Promise<{ id: string }> {
    const answer = await fetch(`${this.#base}/v1/vulns/${id}`);
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  }
}

const many = Array.from({ length: 2500 }, (_, i) =>
  record(`CPANSA-Example-Many-2026-${String(i).padStart(4, '0')}`, [{ ranges: ['<2'] }]),
);
const api = await serving(scratchTree(advisoryContent({ records: [...exampleRecords, ...many] })));
const base = await api.listen({ port: 0, host: '127.0.0.1' });
const cpan = (name: string, version: string): Query => ({ package: { name, ecosystem: 'CPAN' }, version });

test('queries by the thousand come back in order, all pages of them', async () => {
  const client = new Client(base);
  const queries = Array.from({ length: 2100 }, (_, i) => cpan(`Example-None-${i}`, '1'));
  queries[7] = cpan('Example-Shop', '1.4');
  queries[1500] = cpan('Example-Many', '1');
  queries[1600] = cpan('Example-Many', '1.5');
  queries[2099] = cpan('Example-Till', '1');
  const found = await client.queryAll(queries);
  assert.deepEqual(found[7], ['CPANSA-Example-Shop-2026-01', 'CPANSA-Example-Shop-2026-02']);
  assert.deepEqual(
    found[1500],
    many.map(({ id }) => id),
  );
  assert.deepEqual(found[1600], found[1500]);
  assert.deepEqual(found[2099], ['CPANSA-Example-Till-2026-01']);
  assert.equal(found.flat().length, 2 + 2500 + 2500 + 1);
  // Three chunks, then the second and the third page of two queries.
  assert.equal(client.requests, 5);
  assert.equal((await client.document('CPANSA-Example-Till-2026-01')).id, 'CPANSA-Example-Till-2026-01');
});
