import { PlacedError } from 'cpansec/base';
import { IoError, systemCode } from 'cpansec/io';
import { type Command, EXIT, Stop, type Terminal, type Typed, usage } from 'cpansec/terminal';
import { createServer, type LogOptions, type RateOptions, type ServerOptions } from '../api/index.ts';
import { BlobError, openBlobs } from '../blobs/index.ts';
import { stopped } from './stopped.ts';

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** Why nobody may listen, by the system's code. */
const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program does',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'no address of this machine',
  ENOTFOUND: 'no such host',
};
/** Milliseconds that answers have to end when the server stops. */
const PATIENCE = 10_000;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'serve a public tree and answer queries over it',
  operands: '',
  description: `Serves the files of a public tree, OSV's query API over it (/v1/query, /v1/querybatch,
/v1/vulns/ID), /search/, /health, /metrics and /openapi.json. The tree is only read; a
newer one takes over as soon as it is there. SIGTERM lets answers end.`,
  options: [
    {
      name: 'tree',
      value: 'ADDRESS',
      help: 'the public tree: a directory, an http or https address, or s3://BUCKET/PREFIX',
    },
    { name: 'host', value: 'ADDRESS', help: 'where to listen (default 127.0.0.1)' },
    { name: 'port', value: 'PORT', help: 'default 8080; 0 takes one that is free' },
    {
      name: 'rate',
      value: 'N',
      help: 'requests a second for each client, ten times as many at once (default 50; 0: no limit)',
    },
    {
      name: 'proxies',
      value: 'N',
      help: 'proxies in front whose X-Forwarded-For is believed (default 0)',
    },
    { name: 'log', value: 'LEVEL', help: `${LEVELS.join(', ')} (default info)` },
  ],
  examples: [
    ['cpansec-desk serve --tree var/tree', 'what was published here'],
    ['cpansec-desk serve --tree s3://public/ --log error', 'what was published into a bucket'],
    ['cpansec-desk serve --tree https://advisories.example.org --host :: --proxies 1', 'beside a site'],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('serve takes options only');
    const tree = typed.value('tree');
    if (tree === undefined) throw usage('--tree is missing', 'cpansec-desk serve --help has examples');
    const server = await started(tree, typed, terminal);
    const host = typed.value('host') ?? '127.0.0.1';
    const port = whole(typed, 'port', 8080, 65_535);
    const stop = stopped();
    try {
      terminal.out(`${await server.listen({ host, port })}\n`);
    } catch (cause) {
      await server.close();
      const why = LISTENING[systemCode(cause)] ?? String(cause);
      throw new Stop(
        EXIT.usage,
        `cannot listen on ${host} port ${port}: ${why}`,
        'say another --host or --port',
        { cause },
      );
    }
    await stop;
    const late = setTimeout(() => server.server.closeAllConnections(), PATIENCE);
    await server.close();
    clearTimeout(late);
    return EXIT.clean;
  },
};

async function started(
  tree: string,
  typed: Typed,
  { env }: Terminal,
): Promise<Awaited<ReturnType<typeof createServer>>> {
  const rate = rateOf(whole(typed, 'rate', 50, 1_000_000));
  const log: LogOptions = { level: levelOf(typed.value('log') ?? 'info') };
  try {
    return await createServer({
      tree: treeAt(tree, env),
      env,
      rate,
      proxies: whole(typed, 'proxies', 0, 100),
      log,
    });
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw refusal(tree, cause);
  }
}

function treeAt(address: string, env: Terminal['env']): ServerOptions['tree'] {
  if (!address.startsWith('s3:')) return address;
  const blobs = openBlobs(address, env);
  return async (path) => (await blobs.get(path))?.bytes ?? null;
}

function refusal(tree: string, cause: PlacedError<string>): Stop {
  if (cause instanceof BlobError && cause.code === 'bad-address') return usage(cause.message, ADDRESSES);
  if (cause instanceof BlobError) return new Stop(EXIT.index, cause.message, THERE, { cause });
  if (!(cause instanceof IoError))
    return new Stop(EXIT.index, `${tree}: ${cause.message}`, 'cpansec-desk publish makes a tree', { cause });
  if (cause.code === 'bad-address') return usage(cause.message, ADDRESSES);
  return new Stop(EXIT.index, cause.message, THERE, { cause });
}

const ADDRESSES = 'a tree is a directory, an http or https address, or s3://BUCKET/PREFIX';
const THERE = 'the tree must be there when the server starts';

function rateOf(perSecond: number): RateOptions | null {
  return perSecond === 0 ? null : { perSecond, burst: perSecond * 10 };
}

function levelOf(text: string): (typeof LEVELS)[number] {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) throw usage(`--log is one of ${LEVELS.join(', ')}`);
  return level;
}

function whole(typed: Typed, name: string, usual: number, most: number): number {
  const text = typed.value(name);
  if (text === undefined) return usual;
  if (/^\d{1,7}$/.test(text) && Number(text) <= most) return Number(text);
  throw usage(`--${name} is a whole number up to ${most}`);
}

/** When the process is told to end. */
