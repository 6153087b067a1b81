/** What a monitor keeps from run to run: how far it was, and what it found last. */

import { join } from 'node:path';
import {
  array,
  canonicalJson,
  decodeUtf8,
  encodeUtf8,
  exact,
  instant,
  matching,
  nullable,
  oneOf,
  PlacedError,
  parseJson,
  record,
  type Shape,
  string,
  toHex,
  whole,
} from '../base/index.ts';
import { diskFiles, IoError, nodeSha256, readFile, replaceFile } from '../io/index.ts';
import { EXIT, Stop } from '../terminal/index.ts';
import {
  type Finding,
  type FirstDigest,
  findingKey,
  type LoggedRelease,
  type SeenAdvisory,
  type SeenManifest,
} from '../transparency/index.ts';
import { WHEN_NOT_PLACED } from './own-index.ts';

const FORMAT = 'cpansec-monitor-state/1';
/** A log of a million releases. */
const MAX_STATE = 256 * 1024 * 1024;
/** Findings that a feed shows. */
const MAX_FINDINGS = 100;

export interface WatchState {
  readonly format: typeof FORMAT;
  /** The signed checkpoint up to which entries were looked at. */
  readonly checkpoint: string;
  /** The newest first. */
  readonly findings: readonly Finding[];
  /** What the last run found, all of it, each as the beginning of its key's SHA-256. */
  readonly last: readonly string[];
  /** Of the watch of advisories, by id. */
  readonly advisories: Readonly<Record<string, SeenAdvisory>>;
  readonly manifest: SeenManifest | null;
  /** Of the watch of a mirror, by path: what `loggedText` makes of a release. */
  readonly logged: Readonly<Record<string, string>>;
  /** Of the watch of the log. */
  readonly firsts: Readonly<Record<string, FirstDigest>>;
  readonly numbers: Readonly<Record<string, number>>;
}

const sha256 = matching(/^[0-9a-f]{64}$/, 'a SHA-256');
const finding: Shape<Finding> = exact({
  kind: string,
  level: oneOf('found', 'unknown'),
  subject: string,
  index: nullable(whole()),
  words: string,
  at: instant,
});
const stateShape: Shape<WatchState> = exact({
  format: oneOf(FORMAT),
  checkpoint: string,
  findings: array(finding),
  last: array(matching(/^[0-9a-f]{16}$/, 'the beginning of a SHA-256')),
  advisories: record(exact({ index: whole(), revision: whole(1), sha256, published: nullable(instant) })),
  manifest: nullable(exact({ serial: whole(), sha256 })),
  logged: record(matching(/^\d{1,15}(?: removed)?(?: [0-9a-f]{64})*$/, 'a release that is in the log')),
  firsts: record(exact({ index: whole(), sha256 })),
  numbers: record(whole()),
});

export function statePath(directory: string, monitor: string): string {
  return join(directory, `watch-${toHex(nodeSha256(encodeUtf8(monitor))).slice(0, 12)}.json`);
}

/** Null where there is none yet. */
export function readState(path: string): WatchState | null {
  if (diskFiles().kind(path) === null) return null;
  try {
    return stateShape(parseJson(decodeUtf8(readFile(path, MAX_STATE)), { file: path }));
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem = `what the last run left is damaged: ${path}: ${cause.problem}`;
    throw new Stop(EXIT.index, problem, 'remove that file to read the log from its beginning', { cause });
  }
}

export function writeState(path: string, state: Omit<WatchState, 'format'>): void {
  try {
    replaceFile(path, encodeUtf8(`${canonicalJson({ format: FORMAT, ...state })}\n`));
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new Stop(EXIT.index, cause.message, WHEN_NOT_PLACED[cause.code], { cause });
  }
}

/**
 * What is new before what was found earlier, the newest first: new is what the last run did not find, though one
 * before it may have. Which begins `again` at the first entry finds what those before it have told of entries.
 */
export function withEarlier(
  now: readonly Finding[],
  earlier: WatchState | null,
  again: boolean,
): Pick<WatchState, 'findings' | 'last'> {
  const { findings, last } = earlier ?? { findings: [], last: [] };
  const known = new Set(last);
  if (again) for (const one of findings) if (one.index !== null) known.add(shortKey(one));
  const news = now.filter((one) => !known.has(shortKey(one))).reverse();
  return { findings: [...news, ...findings].slice(0, MAX_FINDINGS), last: now.map(shortKey) };
}

/** In one line each, as there are very many: `123 SHA-256`, `123 removed SHA-256`. */
export function loggedText(logged: ReadonlyMap<string, LoggedRelease>): Record<string, string> {
  const lines = [...logged].map(([path, { index, digests, removed }]) => [
    path,
    [index, ...(removed ? ['removed'] : []), ...digests].join(' '),
  ]);
  return Object.fromEntries(lines);
}

export function readLogged(lines: WatchState['logged']): Map<string, LoggedRelease> {
  const logged = Object.entries(lines).map(([path, line]): [string, LoggedRelease] => {
    const [index, ...words] = line.split(' ');
    const digests = words.filter((word) => word !== 'removed');
    return [path, { index: Number(index), digests, removed: digests.length < words.length }];
  });
  return new Map(logged);
}

function shortKey(one: Finding): string {
  return toHex(nodeSha256(encodeUtf8(findingKey(one)))).slice(0, 16);
}
