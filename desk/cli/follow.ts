import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeUtf8, printable } from 'cpansec/base';
import { IoError, now, replaceFile } from 'cpansec/io';
import {
  type Command,
  counted,
  EXIT,
  type ExitStatus,
  facts,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from 'cpansec/terminal';
import {
  FollowError,
  type FollowOptions,
  followOnce,
  type HttpOptions,
  openMirror,
  problemLines,
  type Round,
  State,
} from '../follower/index.ts';
import manifest from '../package.json' with { type: 'json' };
import { PublishedStore } from '../published/index.ts';
import { explained } from './exit.ts';
import { FollowedLog, isLocked } from './followed-log.ts';
import { LOG_OPTION, logOf } from './log-option.ts';
import { STORE_OPTION, storeOf } from './store-option.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const MEGABYTE = 1 << 20;
/** Milliseconds in which one file must be here. */
const PATIENCE = 30 * 60_000;
/** Milliseconds between two rounds at most, when a mirror does not answer. */
const LONGEST_WAIT = 60 * 60_000;

export const followCommand: Command = {
  name: 'follow',
  summary: 'log what a mirror of CPAN publishes',
  operands: 'MIRROR',
  description: `Reads a mirror by its RECENT files, or all of it where it has none: fetches every new
release, hashes it, holds it against the CHECKSUMS of its directory, and logs releases,
CHECKSUMS, indexes and removals. What was there in the first round is logged as
backfill. Killed at any moment it loses nothing and logs nothing twice. What a monitor
has to see, such as another file at the path of an old release, is told at once and
stands in the file of problems; with --once the status is then 1, as it is when not enough
witnesses answered.`,
  options: [
    LOG_OPTION,
    { ...STORE_OPTION, help: 'a published store whose distributions learn of the releases' },
    { name: 'once', help: 'one round, instead of one after the other until SIGTERM' },
    { name: 'interval', value: 'SECONDS', help: 'between two rounds (default 60)' },
    { name: 'connections', value: 'N', help: 'to the mirror at one time (default 2)' },
    { name: 'pause', value: 'MS', help: 'before each request, over http (default 100)' },
    { name: 'max-size', value: 'MB', help: 'the largest file that is taken (default 2048)' },
    { name: 'ca', value: 'FILE', help: 'trust the authorities of this file and no others' },
    { name: 'state', value: 'FILE', help: "what the follower remembers (default: in the log's state)" },
    { name: 'problems', value: 'FILE', help: 'problems, a line of JSON each (default: beside the state)' },
  ],
  examples: [
    ['cpansec-desk follow /srv/cpan --log log.json --once', 'a mirror that rsync keeps'],
    [
      'cpansec-desk follow https://cpan.example.org/ --log log.json --store var/store',
      'over https, for good',
    ],
  ],
  async run(typed, terminal) {
    const [address, ...more] = typed.operands;
    if (address === undefined || more.length > 0) throw usage('follow takes one mirror');
    return explained('nothing is lost: run it again', () => follow(address, typed, terminal));
  },
};

/** What all rounds have in common. */
interface Following {
  readonly options: FollowOptions;
  readonly log: FollowedLog;
  readonly problems: string;
  readonly terminal: Terminal;
}

async function follow(address: string, typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, abort);
  try {
    return await followUntil(stop.signal, address, typed, terminal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, abort);
  }
}

async function followUntil(
  signal: AbortSignal,
  address: string,
  typed: Typed,
  terminal: Terminal,
): Promise<ExitStatus> {
  const config = logOf(typed);
  const path = typed.value('state') ?? join(config.state, 'follower.db');
  const store = typed.value('store') === undefined ? null : new PublishedStore(storeOf(typed, terminal));
  const once = typed.flag('once');
  const interval = whole(typed, 'interval', 60, 86_400) * 1000;
  const mirror = asStop(() => openMirror(address, httpOptions(typed, terminal, signal)));
  const state = asStop(() => new State(path));
  const waiting = { env: terminal.env, ...(once ? {} : { patience: interval }) };
  const log = new FollowedLog(config, waiting, terminal);
  const options: FollowOptions = {
    ...{ mirror, state, store, log, now, signal, everything: once },
    connections: whole(typed, 'connections', 2, 64),
    maxSize: whole(typed, 'max-size', 2048, 1 << 20) * MEGABYTE,
    progress: (words) => terminal.progress(words),
    onProblem: ({ path, kind, words }) =>
      terminal.err(`${printable(`cpansec-desk: ${path}: ${kind}: ${words}`)}\n`),
  };
  const problems = typed.value('problems') ?? join(dirname(path), 'follower-problems.jsonl');
  const following = { options, log, problems, terminal };
  try {
    return await (once ? oneRound(following) : allRounds(following, interval));
  } finally {
    state.close();
    mirror.close();
  }
}

async function oneRound(following: Following): Promise<ExitStatus> {
  const { options, log, terminal } = following;
  try {
    const round = await runRound(following);
    terminal.out(
      facts([
        ['logged', loggedText(round)],
        ['waiting', round.waiting === 0 ? 'nothing' : counted(round.waiting, 'file')],
        ['problems', `${options.state.problems().length}, ${round.raised.length} of them new`],
      ]),
    );
    return round.raised.length > 0 || !log.isPublic ? EXIT.finding : EXIT.clean;
  } catch (cause) {
    throw stopOf(cause);
  }
}

/**
 * Until it is told to stop; a mirror that does not answer is asked again, less and less often. That another process
 * writes the log is no fault of the mirror.
 */
async function allRounds(following: Following, interval: number): Promise<ExitStatus> {
  const { options, terminal } = following;
  const { signal } = options;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const round = await runRound(following);
      failures = 0;
      if (round.logged.size > 0) terminal.out(`${now().toISOString()} ${loggedText(round)}\n`);
    } catch (cause) {
      const stop = stopOf(cause);
      if (signal.aborted) break;
      const ofMirror = stop instanceof Stop && stop.status === EXIT.unknown;
      if (!ofMirror && !isLocked(stop)) throw stop;
      if (ofMirror) failures++;
      terminal.err(`${printable(`cpansec-desk: ${stop.message}`)}\n`);
    }
    const pause = Math.min(interval * 2 ** Math.min(failures, 20), Math.max(LONGEST_WAIT, interval));
    await wait(pause, undefined, { signal }).catch(() => {}); // told to stop
  }
  return EXIT.clean;
}

async function runRound(following: Following): Promise<Round> {
  try {
    return await followOnce(following.options);
  } finally {
    writeProblems(following);
  }
}

/** That they cannot be written is no fault of the mirror. */
function writeProblems({ options, problems }: Following): void {
  try {
    replaceFile(problems, encodeUtf8(problemLines(options.state.problems())));
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new Stop(EXIT.index, printable(cause.message), '--problems FILE names another place', { cause });
  }
}

function httpOptions(typed: Typed, { env }: Terminal, signal: AbortSignal): HttpOptions {
  const ca = typed.value('ca');
  return {
    net: ca === undefined ? { env } : { env, ca },
    userAgent: `cpansec-desk/${manifest.version} (follow)`,
    connections: whole(typed, 'connections', 2, 64),
    pause: whole(typed, 'pause', 100, 60_000),
    ...{ patience: PATIENCE, signal },
  };
}

/** `3 releases, 1 index`; nothing for a round without news. */
function loggedText({ logged }: Round): string {
  const words = [...logged].map(([type, count]) =>
    type === 'checksums' ? `${count} CHECKSUMS` : counted(count, type, PLURALS[type]),
  );
  return words.length === 0 ? 'nothing' : words.join(', ');
}

const PLURALS: Readonly<Record<string, string>> = { index: 'indexes' };

/** What is wrong with the mirror or the state, with its status; anything else as it is. */
function stopOf(cause: unknown): unknown {
  if (!(cause instanceof FollowError || cause instanceof IoError)) return cause;
  const isState = cause instanceof FollowError && (cause.code === 'state' || cause.code === 'busy');
  const status = isState ? EXIT.index : EXIT.unknown;
  return new Stop(status, printable(cause.message), 'nothing is lost: run it again', { cause });
}

function asStop<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw stopOf(cause);
  }
}

function whole(typed: Typed, name: string, usual: number, most: number): number {
  const text = typed.value(name);
  if (text === undefined) return usual;
  if (/^\d{1,7}$/.test(text) && Number(text) <= most) return Number(text);
  throw usage(`--${name} is a whole number up to ${most}`);
}
