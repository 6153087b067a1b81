/** `cpansec tuf`: a repository of The Update Framework, believed only as far as its roles have signed. */
import { dirname, join } from 'node:path';
import { PlacedError, printable, printableJson } from '../base/index.ts';
import {
  Connections,
  dataHome,
  fetchWithin,
  IoError,
  makeDirectory,
  nodeDigest,
  nodeTufVerifier,
  now,
  readFile,
  replaceFile,
  tufCache,
} from '../io/index.ts';
import {
  type Command,
  EXIT,
  type ExitStatus,
  facts,
  type Option,
  Stop,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from '../terminal/index.ts';
import {
  type FetchBytes,
  type FoundTarget,
  isTarget,
  TOP_ROLES,
  TufClient,
  TufError,
  type TufState,
  targetAddress,
} from '../tuf/index.ts';
import { addressTyped } from './log-place.ts';

/** A command with its client. */
interface Asked {
  readonly typed: Typed;
  readonly terminal: Terminal;
  readonly client: TufClient;
  readonly mirrors: (option: string) => FetchBytes[];
}

const verbs = [
  { name: 'init', options: [], operands: 'ROOT', run: init },
  { name: 'refresh', options: ['metadata-url', 'ca', 'json'], operands: '', run: refresh },
  {
    name: 'download',
    options: ['metadata-url', 'ca', 'target-name', 'target-dir', 'target-base-url', 'plain-names', 'offline'],
    operands: '',
    run: download,
  },
  { name: 'status', options: ['json'], operands: '', run: status },
] as const;

const metadataDir: Option = {
  name: 'metadata-dir',
  value: 'DIR',
  help: 'where trusted metadata is kept (default: tuf beside the index)',
};
const own: readonly Option[] = [
  {
    name: 'metadata-url',
    value: 'ADDRESS',
    many: true,
    help: 'refresh, download: where metadata is; of several the first that serves',
  },
  { name: 'target-name', value: 'PATH', many: true, help: 'download: a file of the repository (repeatable)' },
  { name: 'target-dir', value: 'DIR', help: 'download: where it is put, at its path' },
  {
    name: 'target-base-url',
    value: 'ADDRESS',
    many: true,
    help: 'download: where files are; of several the first that has the right one',
  },
  { name: 'plain-names', help: 'download: files stand at their names, without a digest before them' },
  { name: 'offline', help: 'download: believe the metadata that is kept, however old' },
  { name: 'ca', value: 'FILE', help: 'trust the authorities in this PEM file and no others' },
  { name: 'json', help: 'refresh, status: print JSON' },
];

export const tuf: Command = {
  name: 'tuf',
  summary: 'get files by The Update Framework, from mirrors that nobody trusts',
  operands: 'init ROOT | refresh | download | status',
  description: `init trusts a root, which has to come by another way than the mirrors; all
later roots are signed by the one before. refresh brings the metadata up to
date: nothing older than what was seen, nothing expired, no mix of versions.
download refreshes, looks for each --target-name among the roles that may say
what it is, and keeps the file when length and digest are those that were
signed. A file that is there already and right is not fetched again. status
says what is kept and how old it is, and asks nobody.

Exits 1 for anything that cannot be believed or had, and says which attack or
mistake it looks like: rollback, freeze, mix-and-match, threshold, hash, …`,
  options: [metadataDir, ...own],
  examples: [
    ['cpansec tuf init root.json', 'trust this root'],
    ['cpansec tuf --metadata-url https://security.example.org/tuf/ refresh', 'what is new'],
    [
      'cpansec tuf --metadata-url https://security.example.org/tuf/ --target-name index/head.json --target-base-url https://security.example.org/ --target-dir . download',
      'a file of the repository',
    ],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('tuf', verbs, all);
    const ca = typed.value('ca');
    const connections = new Connections(4);
    const net = { env: terminal.env, connections, ...(ca === undefined ? {} : { ca }) };
    const mirrors = (option: string): FetchBytes[] =>
      typed
        .values(option)
        .map((url) => fetchWithin(addressTyped(url), { ...net, gzip: option === 'metadata-url' }));
    const cache = tufCache(typed.value('metadata-dir') ?? join(dataHome(terminal.env), 'tuf'));
    const ops = { cache, verifier: nodeTufVerifier, digest: nodeDigest, now };
    const client = new TufClient(ops, { mirrors: mirrors('metadata-url') });
    try {
      return await verb.run({ typed, terminal, client, mirrors });
    } catch (error) {
      throw explained(error);
    } finally {
      connections.close();
    }
  },
};

async function init({ typed, client }: Asked): Promise<ExitStatus> {
  const [file = ''] = typed.operands;
  await client.trustRoot(readFile(file, MAX_ROOT));
  return EXIT.clean;
}

async function refresh({ typed, terminal, client }: Asked): Promise<ExitStatus> {
  wanted(typed, 'refresh', ['metadata-url']);
  say(await client.refresh(), typed, terminal);
  return EXIT.clean;
}

async function status({ typed, terminal, client }: Asked): Promise<ExitStatus> {
  const state = await client.offline();
  say(state, typed, terminal);
  return state.expired.length === 0 ? EXIT.clean : EXIT.unknown;
}

async function download({ typed, terminal, client, mirrors }: Asked): Promise<ExitStatus> {
  const places = ['target-name', 'target-dir', 'target-base-url'];
  wanted(typed, 'download', typed.flag('offline') ? places : ['metadata-url', ...places]);
  if (typed.flag('offline')) sayAge(await client.offline(), terminal);
  else await client.refresh();
  for (const name of typed.values('target-name')) {
    const target = await client.find(name);
    if (target === null) throw new TufError('missing', 'no role has such a file', { file: name });
    const path = join(typed.value('target-dir') ?? '', targetAddress(name));
    if (isThere(path, target)) continue;
    terminal.progress(`getting ${printable(name)}`);
    const options = { mirrors: mirrors('target-base-url'), hashedNames: !typed.flag('plain-names') };
    const bytes = await client.download(target, options);
    makeDirectory(dirname(path));
    replaceFile(path, bytes);
  }
  return EXIT.clean;
}

const MAX_ROOT = 1_000_000;

function isThere(path: string, target: FoundTarget): boolean {
  try {
    return isTarget(readFile(path, target.length), target, nodeDigest);
  } catch (error) {
    if (error instanceof IoError && (error.code === 'not-found' || error.code === 'too-large')) return false;
    throw error;
  }
}

function say(state: TufState, typed: Typed, terminal: Terminal): void {
  if (typed.flag('json')) {
    terminal.out(`${printableJson({ format: 'cpansec-tuf-state/1', ...state })}\n`);
    return;
  }
  const versions = TOP_ROLES.map((role) => `${role} ${state.versions[role]}`);
  const expired: [string, string][] =
    state.expired.length === 0 ? [] : [['EXPIRED', state.expired.join(', ')]];
  terminal.out(
    facts([
      ['versions', versions.join(', ')],
      ['believed until', state.expires],
      ...expired,
      ['refreshed', state.refreshed ?? 'never'],
    ]),
  );
}

function sayAge({ refreshed, expired, expires }: TufState, terminal: Terminal): void {
  const old = expired.length === 0 ? `believed until ${expires}` : `EXPIRED at ${expires}`;
  terminal.err(`cpansec: metadata of ${refreshed ?? 'an unknown time'}, ${old}\n`);
}

function wanted(typed: Typed, verb: string, options: readonly string[]): void {
  const missing = options.find((option) => !typed.flag(option));
  if (missing !== undefined) throw usage(`tuf ${verb} needs --${missing}`);
}

function explained(error: unknown): unknown {
  if (error instanceof TufError) {
    const message = printable(`${error.code}: ${error.message}`);
    return new Stop(EXIT.finding, message, NEXT[error.code], { cause: error });
  }
  if (!(error instanceof PlacedError)) return error;
  return new Stop(EXIT.finding, printable(error.message), undefined, { cause: error });
}

const OTHER = 'ask another mirror; if it stays so, tell whoever runs the repository';
const NEXT: Readonly<Partial<Record<TufError['code'], string>>> = {
  cache: 'cpansec tuf init ROOT trusts a root, which has to come by another way than the mirrors',
  freeze: `${OTHER}; or the clock of this machine is wrong`,
  rollback: OTHER,
  'mix-and-match': OTHER,
  threshold: OTHER,
  hash: OTHER,
  length: OTHER,
  endless: OTHER,
  stalled: OTHER,
};
