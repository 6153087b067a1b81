/** Row of the desk: the list of 10,000 cases, for 200 members at once, on the embedded database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startDesk } from '../desk/app/index.ts';
import { changeCase, happen, openCase } from '../desk/casefile/index.ts';
import {
  fileKeyService,
  makeMasterKey,
  newId,
  newSecret,
  openStore,
  type Store,
  secretHash,
  type Transaction,
} from '../desk/store/index.ts';
import { rounds } from '../test/sizes.ts';
import type { Bench, BenchRow } from './rows.ts';

const CASES = 10_000;
const MEMBERS = 200;
/** Cases that are made in one transaction. */
const AT_ONCE = 100;
/** A member asks for a list so often, in milliseconds, and for so long all of them do. */
const PAUSE = 5000;
const LOAD = 20_000;
/** Requests for the question of memory; all of them by `CPANSEC_SOAK=1 npm run bench -- desk`. */
const STEADY: number = rounds(4000, 100_000);
const ORIGIN = 'https://desk.example.org';

const LISTS = [
  '/cases',
  '/cases?phase=report',
  '/cases?phase=all&sort=changed',
  '/cases?phase=triage&page=3',
  '/cases?phase=all&page=200',
  '/cases?q=overflow',
  '/cases?q=overflow+parse_header&phase=all',
  '/cases?q=dist-1234',
];

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-desk-bench-'));
  makeMasterKey(join(home, 'master.key'));
  const store = await openStore(join(home, 'desk.db'), fileKeyService(join(home, 'master.key')));
  const assets = { names: {}, files: new Map() };
  const desk = await startDesk({
    store,
    origin: ORIGIN,
    name: 'Desk',
    assets,
    mail: null,
    heads: null,
    warn: () => {},
    log: () => {},
  });
  try {
    const base = await desk.server.listen({ host: '127.0.0.1', port: 0 });
    const sessions = await store.transaction((tx) => givenMembers(tx, store));
    const made = performance.now();
    for (let i = 0; i < CASES; i += AT_ONCE) await store.transaction((tx) => givenCases(tx, store, i));
    const perCase = (performance.now() - made) / CASES;
    return [
      { what: `a case opened, ${MEMBERS} members`, ours: perCase, unit: 'ms' },
      ...(await alone(base, sessions)),
      await together(base, sessions),
      await memory(base, sessions),
    ];
  } finally {
    await desk.stop();
    await store.close();
    rmSync(home, { recursive: true });
  }
}

/** Secrets of their sessions. */
async function givenMembers(tx: Transaction, { vault }: Store): Promise<string[]> {
  const secrets: string[] = [];
  for (let i = 0; i < MEMBERS; i++) {
    const [id, person, secret] = [newId(), newId(), newSecret()];
    const key = await vault.create(tx, 'person');
    const sealed = await vault.seal(tx, key, `persons.sealed/${person}`, { name: `M ${i}`, address: null });
    const at = { created_at: tx.now };
    await tx.db
      .insertInto('persons')
      .values({ id: person, key_id: key, sealed, ...at })
      .execute();
    const member = { id, person_id: person, role: 'triager', state: 'active', revision: 1, ...at } as const;
    await tx.db.insertInto('members').values(member).execute();
    const session = { id: secretHash(secret), member_id: id, seen_at: tx.now, proved_at: tx.now, ...at };
    await tx.db
      .insertInto('sessions')
      .values({ ...session, ends_at: '9999' })
      .execute();
    secrets.push(secret);
  }
  return secrets;
}

const WORDS =
  'reads writes past the end of a header buffer overflow parse_header shell command temp file'.split(' ');

async function givenCases(tx: Transaction, { vault }: Store, from: number): Promise<void> {
  for (let i = from; i < from + AT_ONCE; i++) {
    const word = (n: number): string => WORDS[(i * 7 + n * 13) % WORDS.length] ?? '';
    const content = {
      title: `${word(1)} ${word(2)} ${word(3)}`,
      distribution: `Dist-${i}`,
      summary: Array.from({ length: 120 }, (_, n) => word(n)).join(' '),
    };
    const file = await openCase(tx, vault, { content, reporter: null });
    if (i % 3 > 0) await happen(tx, vault, file, { type: 'phase', step: 'TRIAGE', by: 'desk' });
    else await changeCase(tx, vault, file, { content: { labels: ['old'] } });
  }
}

async function ask(base: string, secret: string, url: string): Promise<number> {
  const begun = performance.now();
  const headers = { accept: 'text/html', cookie: `__Host-session=${secret}` };
  const response = await fetch(base + url, { headers });
  const body = await response.text();
  if (response.status !== 200 || !body.includes('of your cases'))
    throw new Error(`${url}: ${response.status}`);
  return performance.now() - begun;
}

/** The p95 of each list, one after another. */
async function alone(base: string, sessions: readonly string[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const before = process.cpuUsage();
  for (const url of LISTS) {
    const times: number[] = [];
    for (let i = 0; i < 60; i++) times.push(await ask(base, sessions[i % MEMBERS] ?? '', url));
    rows.push(row(`list ${url}`, times.slice(10)));
  }
  const { user, system } = process.cpuUsage(before);
  const ours = (user + system) / 1000 / (LISTS.length * 60);
  return [...rows, { what: 'CPU of a list, mean', ours, unit: 'ms' }];
}

/** Every member asks when their time has come, however long the answer before took. */
async function together(base: string, sessions: readonly string[]): Promise<BenchRow> {
  const times: number[] = [];
  const end = performance.now() + LOAD;
  await Promise.all(
    sessions.map(async (secret, member) => {
      await wait((PAUSE * member) / MEMBERS);
      for (let i = member; performance.now() < end; i++) {
        const [time] = await Promise.all([ask(base, secret, LISTS[i % LISTS.length] ?? ''), wait(PAUSE)]);
        times.push(time);
      }
    }),
  );
  return row(`lists, ${MEMBERS} members each every ${PAUSE / 1000} s`, times);
}

function row(what: string, times: readonly number[]): BenchRow {
  const ours = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
  return { what: `${what}: 95th percentile`, ours, unit: 'ms', target: '< 100 ms', met: ours < 100 };
}

/** Megabytes that are in use when all that is not was collected. */
function held(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // what the flag gives
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

/** Megabytes more after the requests than after their first fifth. */
async function memory(base: string, sessions: readonly string[]): Promise<BenchRow> {
  let early = 0;
  for (let asked = 0; asked < STEADY; asked++) {
    if (asked === STEADY / 5) early = held();
    await ask(base, sessions[asked % MEMBERS] ?? '', LISTS[asked % LISTS.length] ?? '');
  }
  const more = held() - early;
  const what = `memory in use, more after ${STEADY.toLocaleString('en')} lists`;
  return { what, ours: more, unit: 'MB', target: '< 50 MB', met: more < 50 };
}

const bench: Bench = { name: 'desk', run };
export default bench;
