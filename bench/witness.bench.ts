/**
 * A witness as its operators run it: 50 logs ask it a thousand times at once, each 20 times for the size that only one
 * of those gets. Beside the bare durable writes of as many checkpoints.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { start } from '../test/built.ts';
import { formatNoteSigner, formatNoteVerifier, type NoteSigner } from '../toolkit/formats/index.ts';
import { replaceFile } from '../toolkit/io/index.ts';
import { readCheckpoint } from '../toolkit/transparency/index.ts';
import { signerOf } from '../toolkit/transparency/testdata/signed.ts';
import { forkedEntries, requestOf } from '../toolkit/transparency/testdata/witnessed.ts';
import { beginState, originHash } from '../toolkit/witness/index.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const LOGS = 50;
const TIMES = 20;
const ROUNDS = 30;

function givenLogs(): Promise<NoteSigner[]> {
  const names = Array.from({ length: LOGS }, (_, i) => `log-${i}.example.org/log`);
  return Promise.all(names.map((name, i) => signerOf(name, i + 1, 'ed25519')));
}

interface Running {
  readonly url: string;
  readonly process: ChildProcess;
}

async function started(folder: string, logs: readonly NoteSigner[]): Promise<Running> {
  const own = (await signerOf('witness.example.org', 200)).verifier;
  const [key, list, state] = ['key', 'list', 'state'].map((name) => join(folder, name));
  if (key === undefined || list === undefined || state === undefined) throw new Error('no names');
  writeFileSync(key, formatNoteSigner(own, new Uint8Array(32).fill(200)), { mode: 0o600 });
  const items = logs.map(({ verifier }) => `vkey ${formatNoteVerifier(verifier)}\nqpd 86400\ncontact none\n`);
  writeFileSync(list, `logs/v0\n${items.join('')}`);
  const args = ['--key', key, '--logs', list, '--state', state, '--port', '0'];
  beginState(state);
  const child = start(['witness', 'serve', ...args]);
  if (child.stdout === null) throw new Error('no output');
  for await (const url of createInterface(child.stdout)) return { url, process: child };
  throw new Error('the witness did not start');
}

function asked(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/add-checkpoint`, { method: 'POST', agent }, (answer) => {
      text(answer).then(() => resolve(answer.statusCode ?? 0), reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** Resident megabytes. */
function memoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1000;
}

interface Round {
  /** Per second. */
  readonly answers: number;
  /** Megabytes after it. */
  readonly memory: number;
  /** Whether each log had one cosignature and the others a conflict, and that was kept. */
  readonly right: boolean;
}

/** Each log asks that many times at once to go on from a size. */
async function roundOf(
  witness: Running,
  logs: readonly NoteSigner[],
  size: number,
  times: number,
): Promise<Round> {
  const entries = forkedEntries(size + 1);
  const each = await Promise.all(logs.map((log) => requestOf(size, entries, log)));
  const bodies = each.flatMap((body) => Array<string>(times).fill(body));
  const agent = new Agent({ maxSockets: bodies.length });
  const begun = performance.now();
  const statuses = await Promise.all(bodies.map((body) => asked(witness.url, body, agent)));
  const answers = bodies.length / ((performance.now() - begun) / 1000);
  const memory = memoryOf(witness.process);
  const count = (wanted: number): number => statuses.filter((status) => status === wanted).length;
  const right = count(200) === LOGS && count(409) === LOGS * (times - 1);
  return { answers, memory, right: right && (await allKept(witness, logs, size + 1)) };
}

async function allKept({ url }: Running, logs: readonly NoteSigner[], size: number): Promise<boolean> {
  const sizes = await Promise.all(
    logs.map(async ({ verifier }) => {
      const answer = await fetch(`${url}/${originHash(verifier.name)}/checkpoint`);
      return readCheckpoint(await answer.text()).checkpoint.size;
    }),
  );
  return sizes.every((kept) => kept === size);
}

/** Durable replacements per second of files like those that a witness keeps. */
function bareRate(folder: string): number {
  const bytes = new Uint8Array(400);
  const begun = performance.now();
  for (let i = 0; i < LOGS; i++) replaceFile(join(folder, `${i}`), bytes);
  return LOGS / ((performance.now() - begun) / 1000);
}

async function run(): Promise<BenchRow[]> {
  mkdirSync('var', { recursive: true });
  const folder = mkdtempSync('var/witness-bench-');
  const logs = await givenLogs();
  const witness = await started(folder, logs);
  try {
    const crowded: Round[] = [];
    for (let size = 0; size < ROUNDS; size++) crowded.push(await roundOf(witness, logs, size, TIMES));
    const plain: Round[] = [];
    const bare: number[] = [];
    for (let size = ROUNDS; size < 2 * ROUNDS; size++) {
      plain.push(await roundOf(witness, logs, size, 1));
      bare.push(bareRate(folder));
    }
    return rowsOf(crowded, plain, median(bare));
  } finally {
    witness.process.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function rowsOf(crowded: readonly Round[], plain: readonly Round[], bare: number): BenchRow[] {
  const what = `${LOGS} logs, ${(LOGS * TIMES).toLocaleString('en')} requests at once`;
  const rate = median(plain.map(({ answers }) => answers));
  const right = [...crowded, ...plain].filter((round) => round.right).length;
  const [half = 0, full = 0] = [crowded[ROUNDS >> 1], crowded.at(-1)].map((round) => round?.memory ?? 0);
  return [
    {
      what: `${LOGS} logs at once: durable cosignatures`,
      ours: rate,
      unit: '/s',
      peer: { name: 'bare durable writes', value: bare },
      ratio: rate / bare,
    },
    { what: `${what}: answers`, ours: median(crowded.map(({ answers }) => answers)), unit: '/s' },
    {
      what: `${what}: rounds in which one for each was cosigned, and kept`,
      ours: right,
      unit: '',
      target: `${2 * ROUNDS}`,
      met: right === 2 * ROUNDS,
    },
    {
      what: `${what}: memory after ${ROUNDS} rounds`,
      ours: full,
      unit: 'MB',
      target: '< 10 % more than at half of them',
      met: full < half * 1.1,
    },
  ];
}

const bench: Bench = { name: 'witness', run };

export default bench;
