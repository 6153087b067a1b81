/** The desk is killed while people work, again and again: what it said was done is done, and nothing is half done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { entriesOf, readCase } from '../../desk/casefile/index.ts';
import { EMPTY_REPORT, takeReport } from '../../desk/reports/index.ts';
import type { Store } from '../../desk/store/index.ts';
import { databases } from '../given-desk.ts';
import { rounds, seed } from '../sizes.ts';
import { type Ask, NOBODY, signedIn, upload, type Who } from './given.ts';
import { deskProcess } from './process.ts';
import { whole } from './whole.ts';

const KILLS = rounds(2, 60);
/** Acknowledged in each round before the kill may come. */
const LEAST = 12;

/** What the desk said it had kept. */
interface Kept {
  /** Paths of reporters' links. */
  readonly links: string[];
  /** Texts in the timeline of the case. */
  readonly texts: string[];
  readonly files: string[];
}

const count = ({ links, texts, files }: Kept): number => links.length + texts.length + files.length;

type Does = (n: string) => Promise<void>;

/** What somebody does over and over; a request that the desk did not answer may or may not have been done. */
function work(ask: Ask, who: Who, caseId: string, kept: Kept): Does[] {
  const text = (path: string, body: (words: string) => object): Does => {
    return async (words) => {
      const told = await ask(who, 'POST', `/cases/${caseId}/${path}`, { json: body(words) });
      assert.ok(told.status === 200 || told.status === 409 || told.status === 429, `${path}: ${told.status}`);
      if (told.status === 200) kept.texts.push(words);
    };
  };
  return [
    text('messages', (words) => ({ audience: 'team', text: words })),
    text('vote', (words) => ({ vote: 'yes', interest: 'no', why: words })),
    text('tasks', (words) => ({ text: words })),
    async (words) => {
      const told = await ask(
        who,
        'POST',
        `/cases/${caseId}/files`,
        upload(`${words}.txt`, words.repeat(9000)),
      );
      if (told.status === 200) kept.files.push(`${words}.txt`);
    },
    async (words) => {
      const told = await ask(NOBODY, 'POST', '/report', { json: { where: 'Foo-Bar', what: words } });
      if (told.status !== 200) return;
      const { receipt } = JSON.parse(told.body) as { receipt: { link: string } };
      kept.links.push(new URL(receipt.link).pathname);
    },
  ];
}

/** Until the desk answers no more. */
async function busy(does: readonly Does[], name: string, ends: { readonly now: boolean }): Promise<void> {
  for (let n = 0; !ends.now; n++)
    try {
      await does[n % does.length]?.(`${name} ${n}`);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return; // the connection broke
    }
}

async function givenCase(store: Store): Promise<string> {
  const report = { ...EMPTY_REPORT, where: 'Foo-Bar', what: 'x' };
  const given = { channel: 'form', report, person: null, files: [] } as const;
  return (await store.transaction((tx) => takeReport(tx, store.vault, given))).caseId;
}

for (const { name, skip, given } of databases)
  test(`the desk is killed ${KILLS} times at work, and nothing that it acknowledged is lost (${name})`, {
    skip,
  }, async (t) => {
    const place = await given(t);
    const { store } = place;
    const team = [
      await signedIn(store, 'coordinator'),
      await signedIn(store, 'cna'),
      await signedIn(store, 'triager'),
    ];
    const caseId = await givenCase(store);
    const kept: Kept = { links: [], texts: [], files: [] };
    let random = seed;
    for (let kill = 0; kill < KILLS; kill++) {
      await store.transaction((tx) => tx.db.deleteFrom('limits').execute());
      const desk = await deskProcess(t, place);
      if (kill === 0) await desk.ask(team[0] ?? NOBODY, 'POST', `/cases/${caseId}/take`, { json: {} });
      const ends = { now: false };
      const before = count(kept);
      const people = team.map((who, i) => busy(work(desk.ask, who, caseId, kept), `k${kill} p${i}`, ends));
      while (count(kept) < before + LEAST) await wait(5);
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      await wait(random % 100);
      await desk.end('SIGKILL');
      ends.now = true;
      await Promise.all(people);
    }
    await whole(store);
    const desk = await deskProcess(t, place);
    await store.transaction((tx) => tx.db.deleteFrom('limits').execute());
    for (const [i, link] of kept.links.slice(-25).entries())
      assert.equal((await desk.ask(NOBODY, 'GET', link)).status, 303, `link ${i}`);
    const shown = JSON.parse((await desk.ask(team[0] ?? NOBODY, 'GET', `/cases/${caseId}`)).body) as {
      files: { name: string }[];
    };
    for (const file of kept.files)
      assert.ok(
        shown.files.some((one) => one.name === file),
        file,
      );
    const texts = await store.transaction(async (tx) => {
      const file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
      return (await entriesOf(tx, store.vault, file)).map(({ body }) => JSON.stringify(body));
    });
    for (const text of kept.texts)
      assert.equal(texts.filter((body) => body.includes(`"${text}"`)).length, 1, text);
    await desk.end('SIGTERM');
    t.diagnostic(`${KILLS} kills, ${count(kept)} acknowledged, ${texts.length} entries`);
  });
