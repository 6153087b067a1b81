/** Processes that are killed while they publish: everything once, nothing early, or clearly waiting for a person. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing, LIST, type Publishing } from '../../test/given-publication.ts';
import { mailServer, type Taken } from '../../test/mail-server.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { openBlobs } from '../blobs/index.ts';
import { decide, reap } from '../jobs/index.ts';
import { PublishedStore } from '../published/index.ts';

const PUBLICATIONS = rounds(1, 25);
/** Milliseconds from the approval to the instant, and the longest life of a process. */
const HELD = 1500;
const LONGEST = 500;

interface Outside {
  readonly home: string;
  readonly taken: readonly Taken[];
}

for (const where of databases)
  test(`${PUBLICATIONS} publications, their processes killed again and again (${where.name})`, {
    skip: where.skip,
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const home = mkdtempSync(join(tmpdir(), 'cpansec-killed-'));
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const { port, taken } = await mailServer((end) => t.after(end));
    const { base, org, user, key } = desk.services;
    const about = { address: desk.address, masterKey: desk.masterKey, home, smtp: port };
    writeFileSync(join(home, 'given.json'), JSON.stringify({ ...about, cve: { base, org, user, key } }));
    let kills = 0;
    for (let n = 0; n < PUBLICATIONS; n++) kills += await publishes(t, desk, { home, taken }, n);
    t.diagnostic(`${PUBLICATIONS} publications, ${kills} kills, seed ${seed}`);
  });

/** One publication from its approval to its end; how many processes were killed. */
async function publishes(t: TestContext, desk: Publishing, outside: Outside, n: number): Promise<number> {
  const cve = `CVE-2099-${91_000 + n}`;
  const caseId = await desk.ready(`Foo-Bar-${n}`, cve);
  const begins = Date.now() + HELD;
  const notBefore = new Date(begins + 999).toISOString().replace(/\.\d+Z$/, 'Z');
  const wish = { cases: [caseId], purpose: 'publish', wanted: ['announcement', 'post:mastodon'], notBefore };
  const { id } = JSON.parse((await desk.post('/publications', wish)).body);
  const { digest } = JSON.parse((await desk.ask('GET', `/publications/${id}`, { as: desk.ada })).body);
  const said = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
  assert.equal(said.status, 200, said.body);
  let random = (seed + n) >>> 0;
  let kills = 0;
  for (; (await stateOf(desk, id)) !== 'done'; kills++) {
    assert.ok(kills < 100, `never done: ${await stateOf(desk, id)}`);
    const child = started(t, outside.home);
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    await ready(child);
    const early = await happened(desk, outside, n, cve);
    if (Date.now() < Date.parse(notBefore)) assert.deepEqual(early, { ...NOTHING, trees: early.trees });
    await wait(random % LONGEST);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    await personDecides(desk, outside);
  }
  const found = await happened(desk, outside, n, cve);
  // Made again the tree is the same.
  assert.deepEqual(found, { ...ONCE, trees: found.trees });
  assert.ok(found.trees > n);
  return kills;
}

function started(t: TestContext, home: string): ChildProcess {
  const script = new URL('testdata/worker.ts', import.meta.url).pathname;
  const jsx = new URL('../../scripts/jsx.ts', import.meta.url).href;
  const args = ['--conditions=source', '--import', jsx, script, join(home, 'given.json')];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => void child.kill('SIGKILL'));
  return child;
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close').then(() => assert.fail('it ended by itself'));
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
}

/** `done` when every mail of it has gone out as well. */
async function stateOf({ act }: Publishing, id: string): Promise<string> {
  return act(async (tx) => {
    const row = await tx.db
      .selectFrom('publications')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const letters = await tx.db
      .selectFrom('outbox')
      .select('id')
      .where('kind', '=', 'publication.letter')
      .where('state', '!=', 'done')
      .execute();
    return letters.length === 0 ? row.state : 'letters';
  });
}

type Counts = Readonly<Record<'revisions' | 'trees' | 'puts' | 'announced' | 'letters' | 'posts', number>>;

const NOTHING: Counts = { revisions: 0, trees: 0, puts: 0, announced: 0, letters: 0, posts: 0 };
const ONCE: Counts = { revisions: 1, trees: 1, puts: 1, announced: 1, letters: 1, posts: 1 };

/** How often each of the things outside happened. */
async function happened(desk: Publishing, { home, taken }: Outside, n: number, cve: string): Promise<Counts> {
  const published = new PublishedStore(openBlobs(join(home, 'store'), {}));
  const revisions = await published.revisionNumbers(`CPANSA-Foo-Bar-${n}-${cve.slice(4)}`);
  const mails = taken.filter(({ raw }) => raw.includes(cve));
  const trees = existsSync(join(home, 'trees'))
    ? readFileSync(join(home, 'trees'), 'utf8').split('\n').length - 1
    : 0;
  return {
    revisions: revisions.length,
    trees,
    puts: desk.services.requests.filter((one) => one.startsWith(`POST /api/cve/${cve}/`)).length,
    announced: mails.filter(({ to }) => to === LIST).length,
    letters: mails.filter(({ to }) => to !== LIST).length,
    posts: readdirSync(home).filter(
      (name) => name.startsWith('post-') && readFileSync(join(home, name), 'utf8').includes(cve),
    ).length,
  };
}

/** Whoever is asked looks whether the mail arrived, and says so. */
async function personDecides({ act }: Publishing, { taken }: Outside): Promise<void> {
  await act(reap);
  await act(async (tx) => {
    const waiting = await tx.db.selectFrom('outbox').select('id').where('state', '=', 'uncertain').execute();
    for (const { id } of waiting)
      await decide(tx, id, taken.some(({ raw }) => raw.includes(`<${id}@`)) ? 'done' : 'again', 'member:x');
  });
}
