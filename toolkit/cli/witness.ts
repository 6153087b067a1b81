/** `cpansec witness`: cosigns checkpoints of logs, so that no log can show different people different trees. */
import { randomBytes } from 'node:crypto';
import {
  FormatError,
  formatNoteSigner,
  formatNoteVerifier,
  type NoteSigner,
  noteVerifier,
  parseNoteSigner,
} from '../formats/index.ts';
import { IoError, type IoErrorCode, nodeEd25519, readPrivate, writePrivate } from '../io/index.ts';
import {
  type Command,
  EXIT,
  type ExitStatus,
  Stop,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from '../terminal/index.ts';
import { beginState } from '../witness/index.ts';
import { explained, serveWitness, stateOf } from './witness-serve.ts';

const verbs = [
  { name: 'init', operands: 'NAME', run: init },
  { name: 'key', operands: '', run: key },
  { name: 'serve', operands: '', run: serve },
] as const;

export const witness: Command = {
  name: 'witness',
  summary: 'cosign checkpoints of transparency logs',
  operands: 'init NAME | key | serve',
  description: `init makes the key of a new witness, readable by you alone, and the --state of that
key, and prints the key by which others verify it. NAME is an address without
scheme that is yours, such as witness.example.org; the key file is the only
secret there is.

key prints that verifier key again.

serve takes checkpoints of the logs that --log and --logs name, checks that
nothing of a log was taken back, and cosigns them (c2sp.org/tlog-witness). It
speaks HTTP: put a server with TLS before it. What it keeps in --state must
never be put back to an older copy, and only one process may use it.`,
  options: [
    { name: 'key', value: 'FILE', help: 'the key of the witness (default witness.key)' },
    { name: 'log', value: 'VKEY', many: true, help: 'serve: follow the log with this verifier key' },
    { name: 'logs', value: 'FILE', many: true, help: 'serve: follow the logs of a list, logs/v0' },
    { name: 'state', value: 'DIR', help: 'init, serve: keep checkpoints there (default witness-state)' },
    { name: 'host', value: 'ADDRESS', help: 'serve: where to listen (default 127.0.0.1)' },
    { name: 'port', value: 'PORT', help: 'serve: default 8081; 0 takes one that is free' },
  ],
  examples: [
    ['cpansec witness init witness.example.org', 'once'],
    ['cpansec witness serve --log example.org/log+530d903a+AekyeRrm…', 'follow one log'],
    ['cpansec witness serve --logs log-list.1 --state /var/lib/witness', 'follow the logs of a list'],
  ],
  run(all, terminal) {
    const { verb, typed } = verbOf('witness', verbs, all);
    return verb.run(typed, terminal);
  },
};

/** Characters of a key file. */
const MAX_KEY = 4096;

async function init(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const [name = ''] = typed.operands;
  const file = keyFile(typed);
  const seed = randomBytes(32);
  const verifier = await keyed('NAME', async () =>
    noteVerifier(name, await nodeEd25519.publicKey(seed), 'cosignature'),
  );
  await keyed(file, () => writePrivate(file, `${formatNoteSigner(verifier, seed)}\n`));
  await explained(() => beginState(stateOf(typed)));
  terminal.out(`${formatNoteVerifier(verifier)}\n`);
  return EXIT.clean;
}

async function key(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  terminal.out(`${formatNoteVerifier((await signerOf(typed)).verifier)}\n`);
  return EXIT.clean;
}

async function serve(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  return serveWitness(await signerOf(typed), typed, terminal);
}

async function signerOf(typed: Typed): Promise<NoteSigner> {
  const file = keyFile(typed);
  const signer = await keyed(file, () => parseNoteSigner(readPrivate(file, MAX_KEY).trimEnd(), nodeEd25519));
  if (signer.verifier.type === 'cosignature') return signer;
  throw usage(`${file} is the key of a log, not of a witness`, 'cpansec witness init NAME makes one');
}

function keyFile(typed: Typed): string {
  return typed.value('key') ?? 'witness.key';
}

const NEXT: Partial<Record<IoErrorCode, string>> = {
  'not-found': 'cpansec witness init NAME makes it, in a directory that is there',
  'not-permitted': 'the key has to belong to who runs the witness',
  'others-may-read': 'nobody but who runs the witness may read its key',
};

/** `what` is what was typed wrongly, if anything was. */
async function keyed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FormatError) throw usage(`${what}: ${cause.message}`);
    if (!(cause instanceof IoError)) throw cause;
    throw new Stop(EXIT.usage, cause.message, NEXT[cause.code] ?? '--key names another file', { cause });
  }
}
