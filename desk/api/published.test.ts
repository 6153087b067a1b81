/** A tree as it is published, served: what people and tools find in it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { assets, config, GivenStore, record } from '../../test/given-store.ts';
import { s3Server } from '../../test/s3.ts';
import { serving } from '../../test/served.ts';
import { openBlobs } from '../blobs/index.ts';
import { publish } from '../publish/index.ts';
import { generateKey, keyFileSigner } from '../signing/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-served-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const tree = join(scratch, 'tree');

const keyFile = join(scratch, 'publisher.key');
await generateKey(keyFile, 'Example Group', 'publisher@example.org', '2026-01-01T00:00:00Z');
const signer = await keyFileSigner(keyFile);
const store = new GivenStore();
store.put(record(1, 'Example-Parser'));
store.put(record(2, 'Example-Writer', { summary: '<script>alert(1)</script> in a summary' }));
store.release('Example-Parser', '1.0', '1.1', '1.2');

const publication = {
  store,
  tree: openBlobs(tree, {}),
  state: join(scratch, 'state.db'),
  config,
  signer,
  assets,
  edition: 'test',
};
await publish(publication);
const api = await serving(tree, { interval: 0.05 });

test('what is published is found by query, and its page by address', async () => {
  const query = { package: { purl: 'pkg:cpan/Example-Parser@1.1' } };
  const answer = await api.inject({ method: 'POST', url: '/v1/query', payload: query });
  assert.equal(answer.json().vulns[0].id, 'CPANSA-Example-Parser-2026-1');
  const page = await api.inject('/advisories/CPANSA-Example-Parser-2026-1/');
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Example-Parser/);
  const missing = await api.inject('/CPANSA-Nothing-2026-1/');
  assert.deepEqual([missing.statusCode, missing.headers['content-type']], [404, 'text/html; charset=utf-8']);
});

const questions: [question: string, found: RegExp, not: RegExp][] = [
  ['Example-Parser', /href="[^"]*\/?dist\/Example-Parser\/"/, /dist\/Example-Writer\//],
  ['CVE-2026-99901', /CPANSA-Example-Parser-2026-1/, /CPANSA-Example-Writer/],
  ['pkg:cpan/Example-Writer', /dist\/Example-Writer\//, /dist\/Example-Parser\//],
  ['<script>alert(1)', /&lt;script/, /<script>alert/],
  ['nothing-of-the-kind', /nothing-of-the-kind/, /CPANSA-Example/],
];
for (const [question, found, not] of questions) {
  test(`a search for ${question} without script`, async () => {
    const answer = await api.inject(`/search/?q=${encodeURIComponent(question)}`);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(answer.body, found);
    assert.doesNotMatch(answer.body, not);
    assert.match(String(answer.headers['content-security-policy']), /trusted-types 'none'/);
  });
}

test('a search for nothing is the page of the tree', async () => {
  const plain = await api.inject('/search/');
  for (const url of ['/search/?q=', '/search/?q=%20', '/search/?p=x'])
    assert.equal((await api.inject(url)).body, plain.body, url);
});

test('the next publication is served as soon as it is there', async () => {
  store.put(record(3, 'Example-Parser', { affected: [entry('<9')] }));
  await publish(publication);
  const query = { package: { purl: 'pkg:cpan/Example-Parser@5' } };
  let body = '{}';
  for (let i = 0; i < 200 && body === '{}'; i++) {
    ({ body } = await api.inject({ method: 'POST', url: '/v1/query', payload: query }));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(body, /CPANSA-Example-Parser-2026-3/);
});

test('the command serves until it is told to end', () =>
  withCommand(tree, {}, async (address) => {
    const health = await fetch(`${address}/health`);
    assert.equal(((await health.json()) as { status: string }).status, 'ok');
  }));

test('the command serves what was published into a bucket', async (context) => {
  const bucket = await s3Server();
  context.after(() => bucket.close());
  const env = {
    AWS_ENDPOINT_URL: bucket.endpoint,
    AWS_REGION: bucket.region,
    AWS_ACCESS_KEY_ID: bucket.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.credentials.secretAccessKey,
  };
  const there = `s3://${bucket.bucket}/public`;
  await publish({ ...publication, tree: openBlobs(there, env), state: join(scratch, 'bucket.db') });
  await withCommand(there, env, async (address) => {
    const body = '{"package": {"purl": "pkg:cpan/Example-Parser@1.1"}}';
    const answer = await fetch(`${address}/v1/query`, { method: 'POST', body });
    assert.match(await answer.text(), /CPANSA-Example-Parser-2026-1/);
    for (const path of ['', 'advisories/CPANSA-Example-Parser-2026-1/', 'manifest.json', 'index/head.json'])
      assert.equal((await fetch(`${address}/${path}`)).status, 200, path);
    const head = (await (await fetch(`${address}/index/head.json`)).json()) as { path: string; size: number };
    assert.equal((await (await fetch(`${address}/${head.path}`)).arrayBuffer()).byteLength, head.size);
    assert.equal((await fetch(`${address}/none/`)).status, 404);
  });
});

async function withCommand(
  from: string,
  env: Readonly<Record<string, string>>,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const args = ['serve', '--tree', from, '--port', '0', '--log', 'error'];
  const node = ['--conditions=source', '--import', './scripts/jsx.ts', 'desk/cli/main.ts'];
  const child = spawn(process.execPath, [...node, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    await use(said.toString().trim());
  } finally {
    child.kill('SIGTERM');
    const [status] = await once(child, 'exit');
    assert.equal(status, 0);
  }
}

function entry(range: string): ReturnType<typeof record>['affected'][number] {
  return { distribution: 'Example-Parser', ranges: [range], fixed: [], cause: { kind: 'own' } };
}
