/** Hosts that answer in every way there is: a server on loopback, reached through the guard. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import { givenHosts, hostsCertificate } from '../../test/given-hosts.ts';
import { askHost, canAskHost, findContacts, type HostAnswers } from './index.ts';

const home = mkdtempSync(join(tmpdir(), 'cpansec-hosts-'));
after(() => rmSync(home, { recursive: true }));
const certificate = hostsCertificate(home);

const GITHUB = 'https://github.com/jane/Foo-Bar';
const CHECK = '/repos/jane/Foo-Bar/private-vulnerability-reporting';
const POLICY = 'Write to <security@perl.example>.\n';

type Says = readonly [status: number, type: string, body: string | Buffer];
const nothing: Says = [404, 'text/plain', 'Not Found'];
const off: Says = [200, 'application/json; charset=utf-8', '{"enabled":false}'];

function saying(says: Readonly<Record<string, Says>>): RequestListener {
  return (asked, answer) => {
    const [status, type, body] = says[asked.url ?? ''] ?? nothing;
    answer.writeHead(status, { 'content-type': type }).end(body);
  };
}

interface Asked extends HostAnswers {
  readonly seen: readonly string[];
}

async function asked(t: TestContext, repository: string, listener: RequestListener): Promise<Asked> {
  const hosts = await givenHosts(t, certificate, listener);
  return { ...(await askHost(repository, hosts.ask)), seen: hosts.seen };
}

test('what is asked of a host, in which order, and when it is enough', async (t) => {
  const all = ['SECURITY.md', '.github/SECURITY.md', 'docs/SECURITY.md'];
  const places = [...all.map((path) => `/jane/Foo-Bar/HEAD/${path}`), '/jane/.github/HEAD/SECURITY.md'];
  const table: [repository: string, there: string | null, seen: string[]][] = [
    [GITHUB, null, [...places, CHECK]],
    [GITHUB, places[0] ?? '', [...places.slice(0, 1), CHECK]],
    ['git@github.com:jane/Foo-Bar.git', places[2] ?? '', [...places.slice(0, 3), CHECK]],
    ['https://gitlab.com/g/s/p.git', null, ['/g/s/p/-/raw/HEAD/SECURITY.md']],
    ['https://codeberg.org/jane/Foo', null, ['/api/v1/repos/jane/Foo/raw/SECURITY.md']],
    ['https://bitbucket.org/jane/foo', null, ['/jane/foo/raw/HEAD/SECURITY.md']],
    ['https://git.sr.ht/~jane/foo', null, ['/~jane/foo/blob/HEAD/SECURITY.md']],
    ['https://hg.sr.ht/~jane/foo', null, []],
    ['https://perl.example/foo.git', null, []],
    ['https://10.0.0.1/jane/foo', null, []],
  ];
  for (const [repository, there, wanted] of table) {
    const says = there === null ? {} : { [there]: [200, 'text/plain; charset=utf-8', POLICY] as const };
    const { seen, policy, answers } = await asked(t, repository, saying(says));
    assert.deepEqual(
      seen,
      wanted.map((path) => `GET ${path}`),
      repository,
    );
    assert.equal(policy === null, there === null, repository);
    assert.equal(canAskHost(repository), wanted.length > 0, repository);
    assert.equal(answers.length, wanted.length);
  }
});

test('what an answer says, and that no answer is never none', async (t) => {
  const place = '/g/p/-/raw/HEAD/SECURITY.md';
  const policies: [says: Says, answer: string, why: string][] = [
    [[200, 'text/plain', POLICY], 'yes', ''],
    [[200, 'application/octet-stream', POLICY], 'yes', ''],
    [[200, 'text/markdown; charset=utf-8', POLICY], 'yes', ''],
    [nothing, 'no', ''],
    [[410, 'text/plain', ''], 'no', ''],
    [[200, 'text/html; charset=utf-8', '<h1>Sign in</h1>'], 'unknown', 'content-type'],
    [[200, 'image/png', 'x'], 'unknown', 'content-type'],
    [[200, 'text/plain', 'a\0b'], 'unknown', 'content'],
    [[403, 'text/plain', ''], 'unknown', 'status 403'],
    [[429, 'text/plain', ''], 'unknown', 'status 429'],
    [[500, 'text/plain', POLICY], 'unknown', 'status 500'],
    [[200, 'text/plain', 'x'.repeat(200_000)], 'unknown', 'fetch-too-large'],
  ];
  for (const [says, answer, why] of policies) {
    const found = await asked(t, 'https://gitlab.com/g/p', saying({ [place]: says }));
    assert.deepEqual([found.answers[0]?.answer, found.answers[0]?.why], [answer, why], String(says[0]));
    assert.equal(found.policy !== null, answer === 'yes');
  }
  const checks: [says: Says, answer: string, why: string][] = [
    [[200, 'application/json', '{"enabled":true}'], 'yes', ''],
    [off, 'no', ''],
    [[200, 'application/vnd.github+json', '{"enabled":true,"more":1}'], 'yes', ''],
    [[200, 'application/json', '{"enabled":"no"}'], 'unknown', 'content'],
    [[200, 'application/json', '{'], 'unknown', 'content'],
    [[200, 'application/json', Buffer.from([0xff])], 'unknown', 'content'],
    [[200, 'text/html', '{"enabled":true}'], 'unknown', 'content-type'],
    [[404, 'application/json', '{"message":"Not Found"}'], 'unknown', 'status 404'],
    [[403, 'application/json', '{"message":"rate limit"}'], 'unknown', 'status 403'],
  ];
  for (const [says, answer, why] of checks) {
    const found = await asked(t, GITHUB, saying({ [CHECK]: says }));
    const last = found.answers.at(-1);
    assert.deepEqual(
      [last?.about, last?.answer, last?.why],
      ['private-report', answer, why],
      String(says[2]),
    );
  }
});

test('redirects are followed through the guard, and what breaks off is not known', async (t) => {
  const found = await asked(t, 'https://gitlab.com/g/p', (request, answer) => {
    if (request.url?.startsWith('/moved') === true)
      answer.writeHead(200, { 'content-type': 'text/plain' }).end(POLICY);
    else answer.writeHead(302, { location: `https://gitlab.com:${request.socket.localPort}/moved` }).end();
  });
  assert.deepEqual([found.answers[0]?.answer, found.seen.at(-1)], ['yes', 'GET /moved']);
  const inside = await asked(
    t,
    'https://gitlab.com/g/p',
    (_, answer) => void answer.writeHead(302, { location: 'https://169.254.169.254/latest/' }).end(),
  );
  assert.deepEqual([inside.answers[0]?.answer, inside.answers[0]?.why], ['unknown', 'fetch-refused']);
  const broken = await asked(t, 'https://gitlab.com/g/p', (_, answer) => void answer.destroy());
  assert.deepEqual([broken.answers[0]?.answer, broken.answers[0]?.why], ['unknown', 'fetch-failed']);
});

test('what a host says is ranked with what was found before', async (t) => {
  const says = { '/jane/Foo-Bar/HEAD/SECURITY.md': [200, 'text/plain', POLICY], [CHECK]: off } as const;
  const { answers, policy } = await asked(t, GITHUB, saying(says));
  const old = { path: policy?.path ?? '', bytes: Buffer.from('Write to <old@perl.example>.\n') };
  const given = { path: 'README', bytes: Buffer.from('AUTHOR\n\nJane <jane@perl.example>\n') };
  const before = findContacts({ distribution: 'Foo-Bar', repository: GITHUB, documents: [old, given] });
  const flagsOf = (found: typeof before): string[] =>
    found.contacts.map(({ address, flags }) => `${address} ${flags}`);
  assert.deepEqual(flagsOf(before).slice(0, 2), [
    'old@perl.example ',
    `${GITHUB}/security/advisories/new unproven`,
  ]);
  const checked = answers.flatMap(({ about, address, answer }) =>
    about === 'private-report' ? [{ check: address, open: answer === 'yes' }] : [],
  );
  const documents = policy === null ? [] : [policy];
  const again = { distribution: 'Foo-Bar', repository: GITHUB, documents };
  const found = findContacts({ ...again, before: before.contacts, checked });
  assert.deepEqual(flagsOf(found).slice(0, 3), [
    'security@perl.example ',
    'jane@perl.example ',
    `${GITHUB}/security/advisories/new closed`,
  ]);
  assert.match(found.contacts[2]?.why.join() ?? '', /the host says that it is switched off/);
  // Asked once more, and nothing is known: it is not known any more.
  const later = findContacts({ ...again, before: found.contacts });
  assert.ok(flagsOf(later).includes(`${GITHUB}/security/advisories/new unproven`));
  assert.deepEqual(findContacts({ ...again, before: later.contacts }).contacts, later.contacts);
});
