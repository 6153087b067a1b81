/** Rows of triage: 500 findings of a scanner become cases, and one thing is done with all of them at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDesk } from '../desk/app/index.ts';
import { importFindings } from '../desk/findings/index.ts';
import { addMember, createPerson } from '../desk/people/index.ts';
import {
  fileKeyService,
  makeMasterKey,
  newId,
  newSecret,
  openStore,
  type Store,
  secretHash,
} from '../desk/store/index.ts';
import type { Bench, BenchRow } from './rows.ts';

const FINDINGS = 500;
/** Every tenth of them is of a place that another one names already. */
const SAME = 10;
const MEMBERS = 20;
/** What whoever triages waits for at most, in seconds, for all 500. */
const MOST = 30;
const ORIGIN = 'https://desk.example.org';

const DEEDS: readonly (readonly [what: string, sent: Readonly<Record<string, string>>])[] = [
  ['taken on', { act: 'take' }],
  ['assigned', { act: 'assign', to: 'me' }],
  ['labelled', { act: 'label', label: 'scan-2026' }],
  ['closed', { act: 'not-a-vulnerability', why: 'A switch of who runs it.' }],
];

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-findings-bench-'));
  makeMasterKey(join(home, 'master.key'));
  const store = await openStore(join(home, 'desk.db'), fileKeyService(join(home, 'master.key')));
  const assets = { names: {}, files: new Map() };
  const silent = { warn: () => {}, log: () => {} };
  const desk = await startDesk({
    store,
    origin: ORIGIN,
    name: 'Desk',
    assets,
    mail: null,
    heads: null,
    ...silent,
  });
  try {
    const base = await desk.server.listen({ host: '127.0.0.1', port: 0 });
    const { member, secret } = await givenMembers(store);
    const findings = Array.from({ length: FINDINGS }, (_, i) => finding(i));
    const { vault } = store;
    const began = performance.now();
    const { counts } = await store.transaction((tx) => importFindings({ tx, vault, member }, findings));
    const rows = [row(`${counts.case} cases of ${FINDINGS} findings, ${counts.entry} alike`, began)];
    for (const [what, sent] of DEEDS) {
      const asked = performance.now();
      const done = await bulk(base, secret, sent);
      if (done !== counts.case) throw new Error(`${what}: ${done} of ${counts.case}`);
      rows.push(row(`${done} cases ${what} at once`, asked));
    }
    return rows;
  } finally {
    await desk.stop();
    await store.close();
    rmSync(home, { recursive: true });
  }
}

function row(what: string, began: number): BenchRow {
  const ours = (performance.now() - began) / 1000;
  return { what, ours, unit: 's', target: `at most ${MOST}`, met: ours <= MOST };
}

/** The first one of them, and the secret of their session. */
async function givenMembers(store: Store): Promise<{ member: string; secret: string }> {
  const [member, secret] = [newId(), newSecret()];
  await store.transaction(async (tx) => {
    for (let i = 0; i < MEMBERS; i++) {
      const person = await createPerson(tx, store.vault, { name: `M ${i}`, address: null });
      await addMember(tx, { id: i === 0 ? member : newId(), person, role: 'cna', state: 'active' });
    }
    const at = { created_at: tx.now, seen_at: tx.now, proved_at: tx.now, ends_at: '9999' };
    await tx.db
      .insertInto('sessions')
      .values({ id: secretHash(secret), member_id: member, ...at })
      .execute();
  });
  return { member, secret };
}

function finding(i: number) {
  const place = i % SAME === SAME - 1 ? i - 1 : i;
  return {
    source: 'example-scan 2.1',
    fingerprint: `f${i}`,
    distribution: `Dist-${place}`,
    version: '1.0',
    title: `Shell command of what a request says in run_${place}`,
    description: `The value number ${place} of the request reaches system() unquoted. `.repeat(10),
    file: `lib/Dist/M${place}.pm`,
    routine: `run_${place}`,
    line: 10 + i,
    weakness: 'CWE-78',
  };
}

async function bulk(base: string, secret: string, sent: Readonly<Record<string, string>>): Promise<number> {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    origin: ORIGIN,
    cookie: `__Host-session=${secret}`,
  };
  const body = JSON.stringify({ ...sent, all: 'yes' });
  const answer = await fetch(`${base}/cases/bulk`, { method: 'POST', headers, body });
  const told = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status}: ${told}`);
  return (JSON.parse(told) as { done: unknown[] }).done.length;
}

const bench: Bench = { name: 'findings', run };
export default bench;
