/** `cpansec witness serve`. */
import { join } from 'node:path';
import { decodeUtf8, PlacedError } from '../base/index.ts';
import { formatNoteVerifier, type NoteSigner } from '../formats/index.ts';
import { IoError, type IoErrorCode, readFile, systemCode, withLock } from '../io/index.ts';
import { counted, EXIT, type ExitStatus, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';
import {
  type FollowedLog,
  followedLog,
  openWitness,
  parseLogList,
  WitnessError,
  type WitnessServer,
} from '../witness/index.ts';

/** Bytes of a list. */
const MAX_LIST = 64_000_000;

/** Serves until it is told to end, or can no longer keep anything safely. */
export async function serveWitness(
  signer: NoteSigner,
  typed: Typed,
  terminal: Terminal,
): Promise<ExitStatus> {
  const logs = logsOf(typed);
  const directory = stateOf(typed);
  const port = portOf(typed);
  return explained(() =>
    withLock(join(directory, 'lock'), () => served(signer, logs, { directory, port }, typed, terminal)),
  );
}

async function served(
  signer: NoteSigner,
  logs: readonly FollowedLog[],
  { directory, port }: { readonly directory: string; readonly port: number },
  typed: Typed,
  terminal: Terminal,
): Promise<ExitStatus> {
  const ended = new Promise<unknown>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(null));
  });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<unknown>((resolve) => {
    fail = resolve;
  });
  const report = (line: string): void => terminal.err(`${line}\n`);
  const server = await openWitness({ signer, logs, directory, report, failed: fail });
  const address = await listening(server, typed.value('host') ?? '127.0.0.1', port);
  terminal.out(
    `${address}\n${formatNoteVerifier(signer.verifier)}\nfollows ${counted(logs.length, 'log')}\n`,
  );
  const failure = await Promise.race([ended, failed]);
  await server.close();
  if (failure === null) return EXIT.clean;
  const message = failure instanceof Error ? failure.message : String(failure);
  throw new Stop(EXIT.internal, message, 'look at the disk, then start it again');
}

async function listening(server: WitnessServer, host: string, port: number): Promise<string> {
  try {
    return await server.listen(host, port);
  } catch (cause) {
    const why = LISTENING[systemCode(cause)] ?? String(cause);
    throw new Stop(
      EXIT.usage,
      `cannot listen on ${host} port ${port}: ${why}`,
      'say another --host or --port',
      { cause },
    );
  }
}

/** Why nobody may listen, by the system's code. */
const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program does',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'no address of this machine',
  ENOTFOUND: 'no such host',
};

function logsOf(typed: Typed): FollowedLog[] {
  const logs = typed.values('log').map((vkey) => read(() => followedLog(vkey), '--log'));
  for (const file of typed.values('logs'))
    logs.push(...read(() => parseLogList(decodeUtf8(readFile(file, MAX_LIST), file), file), '--logs'));
  if (logs.length === 0) throw usage('no log to follow', 'name one by --log VKEY, or several by --logs FILE');
  return logs;
}

function read<T>(work: () => T, option: string): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw usage(`${option}: ${cause.message}`);
  }
}

function portOf(typed: Typed): number {
  const text = typed.value('port') ?? '8081';
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usage('--port is a whole number up to 65535');
}

/** Where a witness keeps what it cosigned. */
export function stateOf(typed: Typed): string {
  return typed.value('state') ?? 'witness-state';
}

/** A key with another state would cosign what contradicts what it cosigned. */
const ANEW = 'each state is of one key: where it was lost, witness init NAME makes a new witness';

const LEAVE_OUT = 'leave out of --log and --logs the one that it does not belong to';

const NEXT: Partial<Record<IoErrorCode, string>> = {
  locked: 'one process at a time may use a --state',
  'disk-full': 'make room, then start it again',
  'not-found': ANEW,
};

/** What goes wrong with a state. */
export async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WitnessError)
      throw new Stop(EXIT.usage, cause.message, cause.code === 'kept' ? ANEW : LEAVE_OUT, { cause });
    if (!(cause instanceof IoError)) throw cause;
    throw new Stop(EXIT.usage, cause.message, NEXT[cause.code] ?? 'the state has to belong to who runs it', {
      cause,
    });
  }
}
