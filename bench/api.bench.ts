/** Row of the query API: requests a second beside a bare Fastify that answers a constant, latency, a large batch. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedText, withoutShared } from '../test/shared.ts';
import { advisoryContent, makeTree } from '../test/tree.ts';
import { type ImportedAdvisories, importCpansa } from '../toolkit/advisories/index.ts';
import { invented } from './invented.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const RUNS = 5;
const CONNECTIONS = 32;
const SECONDS = 2;
const WARM_UP = 15;
const BATCHES = 20;
/** Distributions that are asked for, each in three versions. */
const ASKED = 20_000;

type Asked = Pick<ImportedAdvisories, 'records' | 'modules' | 'releases'>;

async function run(): Promise<BenchRow[]> {
  if (spawnSync('wrk', ['-v']).error !== undefined) {
    console.error('api: skipped, needs wrk');
    return [];
  }
  const rows = await rowsOf('100,000 advisories', invented(100_000));
  if (withoutShared(DATABASE) !== false) return rows;
  return [...(await rowsOf('CPANSA', importCpansa(sharedText(DATABASE)))), ...rows];
}

async function rowsOf(name: string, input: Asked): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-api-bench-'));
  const servers: Server[] = [];
  const start = async (...args: string[]): Promise<Server> => {
    const server = await startServer(args);
    servers.push(server);
    return server;
  };
  try {
    makeTree(join(home, 'tree'), advisoryContent(input));
    const queries = queriesOver(input);
    const load = new Load(home, queries);
    const api = await start('api', join(home, 'tree'));
    const bytes = await typicalLength(api, queries);
    const bare = await start('bare', String(Math.round(bytes)));
    load.drive(api, WARM_UP);
    return [
      ...speed(load, api, bare, `${name}, answers of ${Math.round(bytes)} bytes`),
      await batch(api, queries, name),
      { what: `memory, ${name}`, ours: residentMegabytes(api), unit: 'MB' },
    ];
  } finally {
    for (const { child } of servers) child.kill();
    rmSync(home, { recursive: true });
  }
}

function speed(load: Load, api: Server, bare: Server, name: string): BenchRow[] {
  const rounds = Array.from({ length: RUNS }, () => [load.drive(api, SECONDS), load.drive(bare, SECONDS)]);
  const middle = (i: number, of: (one: Measured) => number): number =>
    median(rounds.flatMap((round) => (round[i] === undefined ? [] : [of(round[i])])));
  const rates = [middle(0, ({ rate }) => rate), middle(1, ({ rate }) => rate)] as const;
  const costs = [middle(0, ({ cpu }) => cpu), middle(1, ({ cpu }) => cpu)] as const;
  const half = [
    load.drive(api, SECONDS * 2, rates[0] / 2),
    load.drive(bare, SECONDS * 2, rates[0] / 2),
  ] as const;
  const atHalf = `99th percentile at ${Math.round(half[0].rate).toLocaleString('en')}/s, ${name}`;
  const ratio = rates[0] / rates[1];
  const beside = 'bare Fastify, a constant';
  return [
    {
      what: `queries, ${name}`,
      ours: rates[0],
      unit: '/s',
      peer: { name: beside, value: rates[1] },
      ratio,
      target: '≥ 0.60 ×',
      met: ratio >= 0.6,
    },
    {
      what: `queries per second of CPU, ${name}`,
      ours: 1e6 / costs[0],
      unit: '/s',
      peer: { name: beside, value: 1e6 / costs[1] },
      ratio: costs[1] / costs[0],
    },
    {
      what: atHalf,
      ours: half[0].p99,
      unit: 'ms',
      peer: { name: beside, value: half[1].p99 },
      target: '< 20 ms',
      met: half[0].p99 < 20,
    },
  ];
}

async function batch({ address }: Server, queries: readonly string[], name: string): Promise<BenchRow> {
  const times: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    const some = Array.from({ length: 1000 }, (_, at) => queries[(i * 1000 + at * 7) % queries.length]);
    const body = `{"queries":[${some.join(',')}]}`;
    const start = performance.now();
    const answer = await fetch(`${address}/v1/querybatch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text.slice(0, 200)}`);
    times.push(performance.now() - start);
  }
  const ours = median(times);
  return { what: `a batch of 1,000, ${name}`, ours, unit: 'ms', target: '< 100 ms', met: ours < 100 };
}

interface Measured {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Microseconds of the server's processors for a request. */
  readonly cpu: number;
}

/** What wrk sends: the queries in turn. */
class Load {
  readonly #home: string;

  constructor(home: string, queries: readonly string[]) {
    this.#home = home;
    const list = queries.map((query) => `[[${query}]]`).join(',\n');
    writeFileSync(join(home, 'queries.lua'), `return {${list}}\n`);
  }

  /** As much as goes, or about so many a second. Throws when an answer is no good one. */
  drive({ address, child }: Server, seconds: number, rate?: number): Measured {
    const pause = rate === undefined ? 0 : Math.round((CONNECTIONS / rate) * 1000);
    const script = join(this.#home, 'wrk.lua');
    writeFileSync(script, luaOf(join(this.#home, 'queries.lua'), pause));
    const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, `${address}/v1/query`];
    const before = cpuMicroseconds(child);
    const output = execFileSync('wrk', args, { encoding: 'utf8' });
    const cpu = (cpuMicroseconds(child) - before) / Number(/^=(\d+)/m.exec(output)?.[1]);
    const [, requests = '', micros = '', p99 = '', bad = ''] =
      /^=(\d+) (\d+) ([\d.]+) (\d+)$/m.exec(output) ?? [];
    if (bad !== '0') throw new Error(`wrk: ${output}`);
    return { rate: Number(requests) / (Number(micros) / 1e6), p99: Number(p99) / 1000, cpu };
  }
}

function luaOf(queries: string, pause: number): string {
  return `local queries = dofile(${JSON.stringify(queries)})
local at = 0
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
function request()
  at = at % #queries + 1
  return wrk.format(nil, nil, nil, queries[at])
end
${pause === 0 ? '' : `function delay() return ${pause} end`}
function done(summary, latency)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("=%d %d %f %d", summary.requests, summary.duration, latency:percentile(99), bad))
end
`;
}

/** Released versions of what is known, as JSON; neighbours are not asked for one after the other. */
function queriesOver({ records, releases }: Asked): string[] {
  const names = [...new Set(records.flatMap(({ affected }) => affected.map((one) => one.distribution)))];
  const queries = names.slice(0, ASKED).flatMap((name) => {
    const { versions } = releases.get(name) ?? { versions: [] };
    const some = [0.25, 0.5, 0.75].map((part) => versions[Math.floor(part * versions.length)] ?? '1.0');
    return some.map((version) => JSON.stringify({ package: { name, ecosystem: 'CPAN' }, version }));
  });
  return queries.map((_, i) => queries[(i * 7919) % queries.length] ?? '');
}

async function typicalLength({ address }: Server, queries: readonly string[]): Promise<number> {
  let sum = 0;
  const some = queries.slice(0, 500);
  for (const body of some) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/v1/query`, { method: 'POST', headers, body });
    sum += (await answer.arrayBuffer()).byteLength;
  }
  return sum / some.length;
}

interface Server {
  readonly child: ChildProcess;
  readonly address: string;
}

async function startServer(args: readonly string[]): Promise<Server> {
  const options = ['--conditions=source', '--import', './scripts/jsx.ts', 'bench/api-server.ts', ...args];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for (;;) {
    const [piece] = (await once(child.stdout, 'data')) as [Buffer];
    said += piece.toString();
    const address = /^http:\S+$/m.exec(said)?.[0];
    if (address !== undefined) return { child, address };
  }
}

/** User and system time so far; the kernel counts in hundredths of a second. */
function cpuMicroseconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function residentMegabytes({ child }: Server): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

const bench: Bench = { name: 'api', run };
export default bench;
