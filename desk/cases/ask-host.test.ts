import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenHosts, hostsCertificate } from '../../test/given-hosts.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { openCase, setPolicy } from '../casefile/index.ts';
import { DEFAULT_POLICY, type Policy } from '../disclosure/index.ts';
import { workOne } from '../jobs/index.ts';
import { askHandlers, caseRoutes } from './index.ts';

const home = mkdtempSync(join(tmpdir(), 'cpansec-ask-'));
after(() => rmSync(home, { recursive: true }));
const certificate = hostsCertificate(home);

const REPOSITORY = 'https://github.com/jane/Foo-Bar';
const CHECK = '/repos/jane/Foo-Bar/private-vulnerability-reporting';

interface Model {
  readonly contacts: {
    readonly next: { readonly address: string } | null;
    readonly contacts: readonly { readonly address: string; readonly flags: readonly string[] }[];
  } | null;
  readonly asking: {
    readonly may: boolean;
    readonly waits: boolean;
    readonly last: { readonly answers: readonly { readonly answer: string; readonly why: string }[] } | null;
  };
}

interface Desk {
  readonly seen: readonly string[];
  readonly errors: unknown[];
  post(path: string, json: object): Promise<Told>;
  model(): Promise<Model>;
  page(): Promise<string>;
  work(): Promise<void>;
}

async function given(
  t: TestContext,
  where: Where,
  askHosts: Policy['contact']['askHosts'],
  listener: RequestListener,
): Promise<Desk> {
  const { store } = await where.given(t);
  const hosts = await givenHosts(t, certificate, listener);
  const as = await givenMember(store, 'coordinator', true);
  const { ask } = givenServer(t, store, caseRoutes);
  const policy = { ...DEFAULT_POLICY, contact: { ...DEFAULT_POLICY.contact, askHosts } };
  const content = { title: 'Reads too far', distribution: 'Foo-Bar' };
  const { id } = await store.transaction(async (tx) => {
    await setPolicy(tx, policy, 'policy.json');
    return openCase(tx, store.vault, { content, reporter: null });
  });
  const errors: unknown[] = [];
  const handlers = askHandlers(store, hosts.ask);
  return {
    ...{ seen: hosts.seen, errors },
    post: (path, json) => ask('POST', `/cases/${id}/${path}`, { as, json }),
    model: async () => JSON.parse((await ask('GET', `/cases/${id}`, { as })).body) as Model,
    page: async () => (await ask('GET', `/cases/${id}`, { as, headers: { accept: 'text/html' } })).body,
    work: async () => {
      while (await workOne({ store, handlers, onError: (error) => void errors.push(error) }));
    },
  };
}

const answering: RequestListener = ({ url }, answer) => {
  if (url === CHECK) answer.writeHead(200, { 'content-type': 'application/json' }).end('{"enabled":true}');
  else if (url === '/jane/Foo-Bar/HEAD/SECURITY.md')
    answer.writeHead(200, { 'content-type': 'text/plain' }).end('Write to <security@perl.example>.\n');
  else answer.writeHead(404).end();
};

for (const where of databases) {
  const { name, skip } = where;

  test(`a host is asked once, and what it says is ranked with the rest (${name})`, { skip }, async (t) => {
    const desk = await given(t, where, 'every-case', answering);
    const text = `AUTHOR\n\nJane <jane@perl.example>\n`;
    await desk.post('contacts/find', { name: 'README', text });
    assert.match(await desk.page(), /the question itself can tell the host that there is one/);
    assert.equal((await desk.post('contacts/ask', { repository: REPOSITORY })).status, 200);
    assert.equal((await desk.post('contacts/ask', { repository: REPOSITORY })).status, 409);
    assert.deepEqual(desk.seen, []);
    assert.equal((await desk.model()).asking.waits, true);
    await desk.work();
    assert.deepEqual(desk.seen, ['GET /jane/Foo-Bar/HEAD/SECURITY.md', `GET ${CHECK}`]);
    const { asking, contacts } = await desk.model();
    assert.equal(asking.waits, false);
    const shown = (found: typeof contacts) =>
      found?.contacts.slice(0, 3).map(({ address, flags }) => `${address} ${flags}`);
    const wanted = [
      'security@perl.example ',
      `${REPOSITORY}/security/advisories/new open`,
      'jane@perl.example ',
    ];
    assert.deepEqual(shown(contacts), wanted);
    assert.match(await desk.page(), /Private reports: switched on/);
    // Other files are looked in: what the host said stays.
    await desk.post('contacts/find', { name: 'README', text });
    assert.deepEqual(shown((await desk.model()).contacts), wanted);
    assert.deepEqual(desk.errors, []);
  });

  test(`what is not known stays open, and is not asked again by itself (${name})`, { skip }, async (t) => {
    let down = true;
    const desk = await given(t, where, 'every-case', (asked, answer) => {
      if (down) answer.destroy();
      else answering(asked, answer);
    });
    await desk.post('contacts/ask', { repository: 'git@github.com:jane/Foo-Bar.git' });
    await desk.work();
    const asked = desk.seen.length;
    await desk.work();
    assert.equal(desk.seen.length, asked);
    const { asking, contacts } = await desk.model();
    assert.deepEqual(
      new Set(asking.last?.answers.map(({ answer, why }) => `${answer} ${why}`)),
      new Set(['unknown fetch-failed']),
    );
    assert.deepEqual(contacts?.contacts[0]?.flags, ['unproven']);
    assert.match(await desk.page(), /Security policy: not known \(no connection\)/);
    down = false;
    await desk.post('contacts/ask', { repository: REPOSITORY });
    await desk.work();
    down = true;
    await desk.post('contacts/ask', { repository: REPOSITORY });
    await desk.work();
    // The security policy that was read is not forgotten because nobody answers.
    assert.equal((await desk.model()).contacts?.contacts[0]?.address, 'security@perl.example');
    await desk.post('contacts/find', { name: 'README', text: 'nobody' });
    assert.equal((await desk.model()).contacts?.contacts[0]?.address, 'security@perl.example');
    assert.deepEqual(desk.errors, []);
  });

  test(`who may be asked is the policy's word, and nobody else is (${name})`, { skip }, async (t) => {
    const never = await given(t, where, 'never', answering);
    assert.equal((await never.post('contacts/ask', { repository: REPOSITORY })).status, 409);
    assert.match(await never.page(), /has no host asked/);
    const desk = await given(t, where, 'public-cases', answering);
    assert.equal((await desk.model()).asking.may, false);
    assert.equal((await desk.post('contacts/ask', { repository: REPOSITORY })).status, 409);
    assert.equal((await desk.post('observe', { what: 'P' })).status, 200);
    for (const repository of [
      'https://perl.example/x.git',
      'https://10.0.0.1/a/b',
      'file:///etc/passwd',
      'x',
    ])
      assert.equal((await desk.post('contacts/ask', { repository })).status, 422, repository);
    assert.equal((await desk.post('contacts/ask', { repository: REPOSITORY })).status, 200);
    await desk.work();
    await never.work();
    assert.equal(desk.seen.length, 2);
    assert.deepEqual(never.seen, []);
  });
}
