import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { PlacedError, printable } from 'cpansec/base';
import { type DependencyGraph, decodeGraph, MAX_GRAPH_FILE } from 'cpansec/dependants';
import { nodeSha256, now, readFile, systemCode } from 'cpansec/io';
import { type Command, EXIT, Stop, type Terminal, type Typed, usage } from 'cpansec/terminal';
import {
  type Desk,
  type DeskMail,
  type DeskOptions,
  deskAssets,
  directoryMail,
  openExample,
  readCveConfig,
  readMailConfig,
  startDesk,
} from '../app/index.ts';
import { readSecretLine } from '../mail/index.ts';
import { readPosters } from '../posts/index.ts';
import { type Dist, PublishedStore } from '../published/index.ts';
import { fileHeadSigner, fileKeyService, makeMasterKey, openStore, type Store } from '../store/index.ts';
import {
  DATABASE_OPTION,
  databaseOf,
  ledgerKeyFileOf,
  MASTER_KEY_OPTION,
  masterKeyFileOf,
  ORIGIN_OPTION,
  originOf,
} from './desk-options.ts';
import { readPublicationConfig } from './publication-config.ts';
import { stopped } from './stopped.ts';
import { STORE_OPTION, storeOf } from './store-option.ts';

/** Milliseconds that answers have to end when the desk stops. */
const PATIENCE = 10_000;
/** Figures are told to this machine alone. */
const LOOPBACK = '127.0.0.1';

export const deskCommand: Command = {
  name: 'desk',
  summary: 'open the desk: reports, cases, people',
  operands: '',
  description: `Opens the private side: a form for reports without an account, and the cases of the
group. Everything in its database is sealed under keys that the master key wraps: keep a
copy of that file apart from the database. A new desk prints a link by which its first
member comes; it works once. Letters go by the mail that --mail describes
(docs/formats/mail-config.md), else into files beside the master key; CVE ids are reserved
with the services that --cve describes (docs/formats/cve-services-config.md). SIGTERM lets
answers end.`,
  options: [
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { ...ORIGIN_OPTION, help: `${ORIGIN_OPTION.help} (default http://localhost:PORT)` },
    { name: 'host', value: 'ADDRESS', help: 'where to listen (default 127.0.0.1)' },
    { name: 'port', value: 'PORT', help: 'default 8443' },
    { name: 'name', value: 'WORDS', help: 'what the desk is called (default "Security desk")' },
    { name: 'graph', value: 'FILE', help: 'who depends on whom, made by cpansec dependants build' },
    { name: 'mail', value: 'FILE', help: 'how mail goes out and comes in (default files, and none in)' },
    { name: 'cve', value: 'FILE', help: 'CVE Services, where ids are reserved (default by hand)' },
    { name: 'posts', value: 'FILE', help: 'networks for short posts (docs/formats/posts-config.md)' },
    {
      name: 'publication',
      value: 'FILE',
      help: 'where it publishes to (docs/formats/publication-config.md); default nowhere',
    },
    { name: 'example', help: 'one fictional case, marked as such, the first time' },
    { ...STORE_OPTION, help: `${STORE_OPTION.help}; its releases are drawn` },
    { name: 'proxies', value: 'N', help: 'proxies in front whose X-Forwarded-For is believed (default 0)' },
    {
      name: 'metrics-port',
      value: 'PORT',
      help: 'figures for Prometheus at 127.0.0.1:PORT/metrics, without a token',
    },
    { name: 'quiet', help: 'no line for each request' },
  ],
  examples: [
    ['cpansec-desk desk', 'on this machine, with an embedded database'],
    [
      'cpansec-desk desk --origin https://desk.example.org --database postgres://desk@db/desk',
      'behind a proxy',
    ],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('desk takes options only');
    const port = portOf(typed.value('port') ?? '8443');
    const graph = graphOf(typed);
    const store = await opened(typed, terminal);
    try {
      return await serve({ store, port, ...(graph === undefined ? {} : { graph }) }, typed, terminal);
    } finally {
      await store.close();
    }
  },
};

async function opened(typed: Typed, terminal: Terminal): Promise<Store> {
  const key = masterKeyFileOf(typed);
  const database = databaseOf(typed, terminal);
  try {
    makeMasterKey(key);
    return await openStore(database, fileKeyService(key));
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new Stop(EXIT.index, cause.message, 'nothing was changed', { cause });
  }
}

/** Read whole and checked before anything is opened. */
function graphOf(typed: Typed): DependencyGraph | undefined {
  const path = typed.value('graph');
  if (path === undefined) return undefined;
  try {
    return decodeGraph(readFile(path, MAX_GRAPH_FILE), nodeSha256);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { message }: PlacedError<string> = cause;
    throw new Stop(EXIT.unknown, `${path}: ${printable(message)}`, 'make it anew, or open without it', {
      cause,
    });
  }
}

interface Opened {
  readonly store: Store;
  readonly port: number;
  readonly graph?: DependencyGraph;
}

async function serve({ store, port, ...more }: Opened, typed: Typed, terminal: Terminal): Promise<number> {
  const host = typed.value('host') ?? '127.0.0.1';
  if (typed.flag('example')) await openExample(store);
  const metricsPort = typed.value('metrics-port');
  const figures = metricsPort === undefined ? null : portOf(metricsPort, 'metrics-port');
  const desk = await started({ store, port, ...more }, typed, terminal);
  const { server, bootstrap, stop: stopDesk } = desk;
  const stop = stopped();
  let address: string;
  try {
    address = await server.listen({ host, port });
    if (figures !== null) await once(desk.monitor.listen(figures, LOOPBACK), 'listening');
  } catch (cause) {
    await stopDesk();
    throw new Stop(
      EXIT.usage,
      `cannot listen on ${host} port ${port}${figures === null ? '' : `, or ${LOOPBACK} port ${figures}`}: ${systemCode(cause)}`,
      'say another port',
      {
        cause,
      },
    );
  }
  if (bootstrap !== null) terminal.out(`The first member comes by this link, once:\n${bootstrap}\n`);
  terminal.out(`${address}\n`);
  await stop;
  const late = setTimeout(() => server.server.closeAllConnections(), PATIENCE);
  await stopDesk();
  clearTimeout(late);
  return EXIT.clean;
}

async function started({ store, port, ...more }: Opened, typed: Typed, terminal: Terminal): Promise<Desk> {
  const name = typed.value('name') ?? 'Security desk';
  const origin = originOf(typed.value('origin') ?? `http://localhost:${port}`);
  try {
    return await startDesk({
      ...{ store, origin, name, ...more },
      assets: deskAssets(),
      proxies: proxiesOf(typed.value('proxies') ?? '0'),
      ...releasesOf(typed, terminal),
      ...cveOf(typed),
      ...publicationOf(typed, terminal),
      ...postersOf(typed),
      mail: await mailOf(typed, name, origin),
      heads: await fileHeadSigner(ledgerKeyFileOf(typed), ledgerName(origin)),
      log: (line) => (typed.flag('quiet') ? undefined : terminal.err(`${JSON.stringify(line)}\n`)),
      warn: (words) => terminal.err(`${words}\n`),
    });
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const files = 'docs/formats says how --mail, --cve, --posts and --publication are described';
    throw new Stop(EXIT.usage, cause.message, files, { cause });
  }
}

/** Of the audit log: `desk.example.org/ledger`. */
function ledgerName(origin: string): string {
  return `${new URL(origin).host}/ledger`;
}

async function mailOf(typed: Typed, name: string, origin: string): Promise<DeskMail> {
  const file = typed.value('mail');
  if (file !== undefined) return readMailConfig(file);
  return directoryMail(join(dirname(masterKeyFileOf(typed)), 'mail'), name, origin);
}

function cveOf(typed: Typed): Pick<DeskOptions, 'cve'> {
  const file = typed.value('cve');
  return file === undefined ? {} : { cve: readCveConfig(file) };
}

function postersOf(typed: Typed): Pick<DeskOptions, 'posters'> {
  const file = typed.value('posts');
  if (file === undefined) return {};
  return { posters: readPosters(file, { fetch, now, secret: readSecretLine }) };
}

function publicationOf(typed: Typed, { env }: Terminal): Pick<DeskOptions, 'publication'> {
  const file = typed.value('publication');
  return file === undefined ? {} : { publication: readPublicationConfig(file, env) };
}

/** What the published store knows, where there is one. */
function releasesOf(typed: Typed, terminal: Terminal): Pick<DeskOptions, 'releases' | 'uploads'> {
  if (typed.value('store') === undefined) return {};
  const published = new PublishedStore(storeOf(typed, terminal));
  const releases = async (distribution: string): Promise<string[] | null> => {
    const dist = await published.dist(distribution);
    return dist === null ? null : dist.releases.map(({ version }) => version);
  };
  return { releases, uploads: (distribution) => uploadsIn(published, distribution) };
}

/** Files of the store that are read at one time. */
const AT_ONCE = 16;

async function* uploadsIn(published: PublishedStore, distribution: string | null): AsyncIterable<Dist> {
  const names = distribution === null ? await published.distNames() : [distribution];
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const some = await Promise.all(names.slice(i, i + AT_ONCE).map((name) => published.dist(name)));
    for (const dist of some) if (dist !== null) yield dist;
  }
}

function proxiesOf(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw usage(`--proxies ${text} is no number of proxies`);
}

function portOf(text: string, option = 'port'): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw usage(`--${option} ${text} is no port`);
}
