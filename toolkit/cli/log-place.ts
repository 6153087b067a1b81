/** Which log is asked, and whom one believes: `--log`, `--policy` or `--key`, else this user's own policy. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlacedError, printable } from '../base/index.ts';
import { parseNoteVerifier } from '../formats/index.ts';
import {
  Connections,
  dataHome,
  fetchWithin,
  type GetOptions,
  gunzipBytes,
  IoError,
  nodeEd25519,
  nodeMlDsa44,
  nodeSha256Into,
  now,
  parseAddress,
  readFile,
} from '../io/index.ts';
import {
  EXIT,
  type ExitStatus,
  type Option,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import {
  CHECKPOINT_PATH,
  type Gunzip,
  type LogView,
  MAX_POLICY,
  type Policy,
  parsePolicy,
  type SignatureOps,
  staleness,
  TransparencyError,
  type TransparencyErrorCode,
  viewLog,
} from '../transparency/index.ts';
import { type RememberedCheckpoint, remember } from './log-seen.ts';
import { entriesOf } from './log-words.ts';

export const POLICY_OPTIONS: readonly Option[] = [
  {
    name: 'policy',
    value: 'FILE',
    help: 'the logs and witnesses to believe (c2sp.org/tlog-policy); default log-policy in the directory of your index',
  },
  { name: 'key', value: 'VKEY', help: 'believe the log that has this verifier key, and ask for no witness' },
];

/** Options of every command that asks a log. */
export const LOG_OPTIONS: readonly Option[] = [
  {
    name: 'log',
    value: 'ADDRESS',
    help: 'the top of the log, where its checkpoint is: an address or a directory; default: the one in the policy',
  },
  ...POLICY_OPTIONS,
  { name: 'ca', value: 'FILE', help: 'trust the authorities in this PEM file and no others' },
];

/** What this Node can verify. */
export function signatureOps(): SignatureOps {
  const mlDsa44 = nodeMlDsa44();
  return { verify: nodeEd25519.verify, ...(mlDsa44 === null ? {} : { mlDsa44 }) };
}

const MAX_CONNECTIONS = 4;
/** Milliseconds that a server may have us wait before one answer. */
const PATIENCE = 120_000;
const OWN_POLICY = 'log-policy';
const HOW = '--policy FILE or --key VKEY says whose signatures count; get them by another way than the log';

/** Throws usage errors. */
export function chosenPolicy(typed: Typed, terminal: Terminal): Policy {
  const [file, key] = [typed.value('policy'), typed.value('key')];
  if (file !== undefined && key !== undefined)
    throw usage('--policy and --key are two ways to say whom to believe');
  if (key !== undefined) return policyOfKey(key);
  const own = join(dataHome(terminal.env), OWN_POLICY);
  if (file !== undefined) return policyIn(file);
  if (existsSync(own)) return policyIn(own);
  throw usage(
    'whom to believe was not said, and there is no default yet',
    `${HOW}, or put a policy at ${own}`,
  );
}

function policyIn(file: string): Policy {
  try {
    return parsePolicy(readFile(file, MAX_POLICY));
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { line } = cause.place;
    throw usage(
      cause instanceof IoError
        ? cause.message
        : `${file}${line === undefined ? '' : `:${line}`}: ${cause.problem}`,
    );
  }
}

function policyOfKey(text: string): Policy {
  try {
    return {
      logs: [{ verifier: parseNoteVerifier(text), url: null }],
      witnesses: [],
      groups: [],
      quorum: null,
    };
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw usage(`--key: ${cause.problem}`, 'a verifier key is NAME+ID+BASE64');
  }
}

/** For logs that keep their bundles packed. */
export const unpack: Gunzip = (bytes, limit) => gunzipBytes(bytes, limit);

/** A log that was asked, as its present checkpoint has it. */
export interface AskedLog {
  readonly view: LogView;
  readonly policy: Policy;
  /** How old its cosignatures are; null where a quorum of them is not a day old, or none is asked for. */
  readonly age: string | null;
  /** As its user names it, for errors. */
  readonly place: string;
  readonly net: Omit<GetOptions, 'limit'>;
  /** What was seen of it here before, and where that is kept. */
  readonly remembered: RememberedCheckpoint;
}

/**
 * Opens the log at the address, by default the one that was typed or that the policy names; what was seen of it
 * here before it must still have. Ends the command where it is none, or nobody vouches for it.
 */
export async function askLog(
  typed: Typed,
  terminal: Terminal,
  address: string | undefined = typed.value('log'),
): Promise<AskedLog> {
  const policy = chosenPolicy(typed, terminal);
  const top = addressTyped(address ?? addressIn(policy));
  const place = top.protocol === 'file:' ? fileURLToPath(top) : top.href;
  const ca = typed.value('ca');
  const connections = new Connections(MAX_CONNECTIONS);
  const net = { env: terminal.env, connections, patience: PATIENCE, ...(ca === undefined ? {} : { ca }) };
  terminal.progress(`asking ${top.host || top.pathname}`);
  return about(place, async () => {
    const fetch = fetchWithin(top, { ...net, gzip: true });
    const ops = { fetch, hash: nodeSha256Into, signatures: signatureOps(), gunzip: unpack };
    // What is older than what was seen may only have been overtaken: another command saw the log meanwhile.
    for (let tries = 0; ; tries++) {
      const view = await viewLog({ ...ops, policy, now: secondsNow() });
      const remembered = await remember(view, terminal);
      if (remembered !== null) return { view, policy, age: ageOf(view, policy), place, net, remembered };
      if (tries > 0) throw behind(view);
    }
  });
}

const DAY = 86_400;

function ageOf(view: LogView, policy: Policy): string | null {
  const now = secondsNow();
  const fresh = policy.witnesses.length === 0 ? null : DAY;
  const [stale] = staleness(view, { policy, fresh, now, at: '' }, 'unknown');
  return stale?.words ?? null;
}

function behind({ checkpoint: { origin, size } }: LogView): Stop {
  return new Stop(
    EXIT.unknown,
    `${origin} shows ${entriesOf(size)}, fewer than were seen here before: this copy is behind`,
    'try again later, or ask another mirror; if it stays so, something is kept from you',
  );
}

/** Seconds since 1970. */
export function secondsNow(): number {
  return Math.floor(now().getTime() / 1000);
}

function addressIn({ logs }: Policy): string {
  const urls = new Set(logs.map(({ url }) => url).filter((url) => url !== null));
  const [url] = urls;
  if (url === undefined || urls.size > 1)
    throw usage('which log is asked was not said', 'give its address: where its checkpoint stands');
  return url;
}

/** What was typed as an address of a directory, with a slash at its end. Throws a usage error. */
export function addressTyped(text: string): URL {
  try {
    const top = parseAddress(text);
    if (!top.pathname.endsWith('/')) top.pathname += '/';
    return top;
  } catch (cause) {
    if (cause instanceof PlacedError) throw usage(cause.message, 'a path of a directory works as well');
    throw cause;
  }
}

/** Says what is wrong with a log in the words of this program. */
export async function about<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error, place);
  }
}

function explained(error: unknown, place: string): unknown {
  if (error instanceof TransparencyError) {
    const [status, next] = WHEN[error.code] ?? BROKEN;
    const nothing = error.code === 'missing' && error.place.file === CHECKPOINT_PATH;
    const message = printable(`${place}: ${error.message}`);
    return new Stop(nothing ? EXIT.index : status, message, nothing ? TOP : next, { cause: error });
  }
  if (!(error instanceof IoError)) return error;
  if (error.code === 'bad-authorities')
    return usage(printable(error.message), '--ca FILE takes certificates in PEM');
  return new Stop(EXIT.index, printable(error.message), NETWORK, { cause: error });
}

const TOP = 'give the top of a log, where its checkpoint is; a public tree has its log at log/';
const NETWORK = 'try again; HTTPS_PROXY names a proxy, and a directory works as well as an address';
const BROKEN: readonly [ExitStatus, string] = [
  EXIT.finding,
  'the log, or whoever is between, does not show what it signed: tell whoever runs it, and ask another mirror',
];
const WHEN: Readonly<Record<string, readonly [status: ExitStatus, next: string]>> = {
  checkpoint: [EXIT.index, TOP],
  bounds: [EXIT.index, TOP],
  missing: [EXIT.index, 'try again later; a log that was copied is not whole'],
  quorum: [EXIT.unknown, 'set the clock if it is behind; else try again later, or ask another mirror'],
  signature: [
    EXIT.finding,
    'the policy names another log or key: ask whoever runs the log, by another way than the log',
  ],
};

/** What to do about a log in which this was wrong. */
export function nextFor(code: TransparencyErrorCode): string {
  const [, next] = WHEN[code] ?? BROKEN;
  return next;
}
