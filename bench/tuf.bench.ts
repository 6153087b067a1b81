/** Rows of The Update Framework's client: a repository of all of CPAN's releases in 4,096 bins, over loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { givenRepository, NOW } from '../test/given-repository.ts';
import { decodeUtf8 } from '../toolkit/base/index.ts';
import { Connections, fetchWithin, nodeDigest, nodeTufVerifier, tufCache } from '../toolkit/io/index.ts';
import { parseMetadata, type TargetFile, TufClient } from '../toolkit/tuf/index.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const ROUNDS = 9;
const TARGETS = 250_000;
const BIT_LENGTH = 12;
const BATCH = 50_000;

const pathOf = (i: number): string =>
  `authors/id/E/EX/EXAMPLE${i % 1000}/Example-Distribution-${i}-1.0.tar.gz`;

/** Files of a repository with as many targets, by name. */
async function made(): Promise<{ files: Map<string, Uint8Array>; root: Uint8Array }> {
  const { store, root, open } = await givenRepository(BIT_LENGTH);
  const repository = await open();
  for (let from = 0; from < TARGETS; from += BATCH) {
    const changes = Array.from({ length: BATCH }, (_, i) => ({
      path: pathOf(from + i),
      target: target(from + i),
    }));
    await repository.change(changes);
  }
  return { files: store.files, root };
}

function target(i: number): TargetFile {
  return { length: i, hashes: new Map([['sha256', nodeDigest('sha256', Buffer.from(`${i}`))]]) };
}

/** What was asked of a server, and the bytes of the bodies that it gave. */
interface Asked {
  requests: number;
  bytes: number;
}

function serverOf(files: ReadonlyMap<string, Uint8Array>, asked: Asked): Server {
  return createServer(({ url = '' }, answer) => {
    const bytes = files.get(url.slice(1));
    asked.requests++;
    asked.bytes += bytes?.length ?? 0;
    if (bytes === undefined) answer.writeHead(404).end();
    else answer.end(bytes);
  });
}

async function clientRows(files: ReadonlyMap<string, Uint8Array>, root: Uint8Array): Promise<BenchRow[]> {
  const asked: Asked = { requests: 0, bytes: 0 };
  const server = serverOf(files, asked);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const top = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`); // it listens on TCP
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-bench-'));
  const connections = new Connections(4);
  const clientIn = (directory: string): TufClient => {
    const cache = tufCache(join(scratch, directory));
    const ops = { cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => new Date(NOW) };
    return new TufClient(ops, { mirrors: [fetchWithin(top, { env: {}, connections })] });
  };
  /** Milliseconds, and what was asked meanwhile, of one lookup by a new client. */
  const lookup = async (directory: string, i: number): Promise<{ ms: number } & Asked> => {
    const client = clientIn(directory);
    Object.assign(asked, { requests: 0, bytes: 0 });
    const start = performance.now();
    if ((await client.find(pathOf(i))) === null) throw new Error(`no ${pathOf(i)}`);
    return { ms: performance.now() - start, ...asked };
  };
  try {
    const cold: ({ ms: number } & Asked)[] = [];
    const warm: ({ ms: number } & Asked)[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await clientIn(`${round}`).trustRoot(root);
      cold.push(await lookup(`${round}`, round * 1000));
      warm.push(await lookup(`${round}`, round * 1000));
    }
    return rowsOf(cold, warm);
  } finally {
    connections.close();
    server.close().closeAllConnections();
    rmSync(scratch, { recursive: true });
  }
}

function rowsOf(
  cold: readonly ({ ms: number } & Asked)[],
  warm: readonly ({ ms: number } & Asked)[],
): BenchRow[] {
  const of = (runs: readonly ({ ms: number } & Asked)[], what: 'ms' | keyof Asked): number =>
    median(runs.map((run) => run[what]));
  const what = `${TARGETS.toLocaleString('en')} targets in ${(2 ** BIT_LENGTH).toLocaleString('en')} bins`;
  const kilobytes = of(cold, 'bytes') / 1000;
  const [ms, requests, bytes] = [of(cold, 'ms'), of(warm, 'requests'), of(warm, 'bytes')];
  return [
    { what: `${what}: the first lookup`, ours: ms, unit: 'ms', target: '< 400 ms', met: ms < 400 },
    {
      what: `${what}: what it fetches`,
      ours: kilobytes,
      unit: 'kB',
      target: '≤ 140 kB',
      met: kilobytes <= 140,
    },
    { what: `${what}: its requests`, ours: of(cold, 'requests'), unit: '' },
    { what: `${what}: a lookup, nothing changed`, ours: of(warm, 'ms'), unit: 'ms' },
    { what: `${what}: its requests`, ours: requests, unit: '', target: '2', met: requests === 2 },
    { what: `${what}: what it fetches`, ours: bytes, unit: 'B', target: '< 1,000 B', met: bytes < 1000 },
  ];
}

/** tuf-js takes seconds for one, and is asked once. */
function parseRow(snapshot: Uint8Array): BenchRow {
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    parseMetadata(snapshot, 'snapshot');
    ours.push(performance.now() - start);
  }
  const start = performance.now();
  Metadata.fromJSON(MetadataKind.Snapshot, JSON.parse(decodeUtf8(snapshot)));
  const peer = performance.now() - start;
  const value = median(ours);
  return {
    what: `a snapshot of ${(2 ** BIT_LENGTH).toLocaleString('en')} bins: read and made canonical`,
    ours: value,
    unit: 'ms',
    peer: { name: 'tuf-js models, read alone', value: peer },
    ratio: value / peer,
  };
}

const bench: Bench = {
  name: 'tuf',
  async run() {
    const { files, root } = await made();
    const { snapshot } = parseMetadata(files.get('timestamp.json') ?? new Uint8Array(), 'timestamp').signed;
    const bytes = files.get(`${snapshot.version}.snapshot.json`) ?? new Uint8Array();
    return [...(await clientRows(files, root)), parseRow(bytes)];
  },
};

export default bench;
