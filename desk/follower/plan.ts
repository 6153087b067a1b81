/** What is to be done in this round: the news of the RECENT files, or all that is there where they do not tell. */
import { decodeUtf8 } from 'cpansec/base';
import { authorFile, isArchiveName, parsePackages, type RecentEvent } from 'cpansec/cpan';
import { gunzipBytes } from 'cpansec/io';
import { enqueue, NO_ROOM, splitPath } from './enqueue.ts';
import { epochInstant, epochKey, FUTURE } from './epoch.ts';
import { FollowError, faultOf, stopIf } from './errors.ts';
import type { Mirror, WalkedDirectory } from './mirror.ts';
import { type ChainNews, readChain } from './recent-chain.ts';
import type { Problem, Source, State, Work } from './state.ts';
import { bytesOf } from './take.ts';
import { MAX_INDEX, PACKAGES } from './texts.ts';

export interface PlanContext {
  readonly mirror: Mirror;
  readonly state: State;
  readonly now: Date;
  /** Go through all of the mirror now where it tells no news, however lately that was done. */
  readonly everything: boolean;
  readonly progress: (words: string) => void;
  readonly signal: AbortSignal;
  readonly raise: (problem: Problem) => void;
}

/** Milliseconds between two walks of a directory, and between two listings over HTTP. */
const WALK_EVERY = 60 * 60 * 1000;
const LIST_EVERY = 24 * 60 * 60 * 1000;
/** More than this, and more than one in fifty of all, is no removal but half a mirror. */
const MANY_REMOVED = 100;
const MAX_UNPACKED = 1 << 28;
const ID = 'authors/id/';

/** As what entries are logged: what is there when following begins had been there before. */
export function sourceNow(state: State): Source {
  return state.fact('begun') === '' ? 'backfill' : 'mirror';
}

export async function plan(context: PlanContext): Promise<void> {
  const { mirror, state, progress } = context;
  progress('reading what is new');
  const seen = { epoch: state.fact('epoch'), mark: state.fact('mark'), validator: state.fact('validator') };
  const news = await readChain(mirror, seen);
  if (news === 'same') return;
  try {
    if (news === null || !news.complete) await planEverything(context);
    state.transaction(() => {
      if (news !== null) takeNews(news, context);
      state.setFact('begun', 'yes');
      state.settle(mirror.address, 'file');
    });
  } catch (cause) {
    // It is news in the next round too; what is known already goes on.
    const words = faultOf(cause);
    if (words === null) throw cause;
    context.raise({ path: mirror.address, kind: 'file', words });
  }
}

/** Throws `file` where there is no room for more. */
function queue(work: Work, context: PlanContext): void {
  if (!enqueue(work, context)) throw new FollowError('file', NO_ROOM, { file: context.mirror.address });
}

function takeNews(news: ChainNews, context: PlanContext): void {
  const { state, now } = context;
  const source = sourceNow(state);
  const latest = String((now.getTime() + FUTURE) / 1000);
  let newest = state.fact('mark') === news.mark ? state.fact('epoch') : '';
  for (const event of news.events) {
    takeEvent(event, source, context);
    const key = epochKey(event.epoch);
    if (key > newest && key <= epochKey(latest)) newest = key;
  }
  for (const path of news.read) state.settle(path, 'file');
  for (const { path, words } of news.unread) context.raise({ path, kind: 'file', words });
  state.setFact('epoch', newest);
  state.setFact('mark', news.mark);
  state.setFact('validator', news.validator);
}

function takeEvent({ path, epoch, type }: RecentEvent, source: Source, context: PlanContext): void {
  // Paths are below `authors/`, in the early files below `authors/id/`.
  const { directory, name } = splitPath(path.startsWith('id/') ? `authors/${path}` : `${ID}${path}`);
  const isChecksums = name === 'CHECKSUMS' && authorFile(directory + name) !== null;
  if (!isChecksums && !isArchiveName(name)) return;
  if (isChecksums && type === 'delete') return;
  if (context.state.file(directory, name)?.epoch === epoch) return;
  queue({ directory, name, act: type, epoch, at: epochInstant(epoch), source }, context);
}

async function planEverything(context: PlanContext): Promise<void> {
  const { mirror, state, now, everything } = context;
  const { walk } = mirror;
  const every = walk === undefined ? LIST_EVERY : WALK_EVERY;
  const isDue = everything || now.getTime() - Number(state.fact('all-at')) >= every;
  if (walk !== undefined && isDue) await planWalk(walk, context);
  else if (walk === undefined && (isDue || hasNewPackages(state))) await planPackages(isDue, context);
  if (isDue) state.transaction(() => state.setFact('all-at', String(now.getTime())));
}

function hasNewPackages(state: State): boolean {
  return (state.text(PACKAGES)?.sha256 ?? '') !== state.fact('packages');
}

async function planWalk(walk: NonNullable<Mirror['walk']>, context: PlanContext): Promise<void> {
  const { state, progress, signal } = context;
  const visited = new Set<string>();
  let files = 0;
  state.settle(context.mirror.address, 'removals');
  const unread: string[] = [];
  for await (const found of walk()) {
    stopIf(signal);
    visited.add(found.directory);
    if (found.problem !== null) unread.push(found.directory);
    state.transaction(() => takeDirectory(found, context));
    files += found.files.length;
    progress(`going through the mirror: ${files} files`);
  }
  // What cannot be looked into may still have what it had.
  const isUnread = (directory: string): boolean => unread.some((one) => directory.startsWith(one));
  const gone = state.directories().filter((directory) => !visited.has(directory) && !isUnread(directory));
  state.transaction(() => {
    const names = gone.flatMap((directory) =>
      state.filesIn(directory).map(({ name }) => ({ directory, name })),
    );
    takeRemoved(names, context);
  });
}

function takeDirectory({ directory, files, problem }: WalkedDirectory, context: PlanContext): void {
  const { state } = context;
  if (problem !== null) {
    context.raise({ path: directory, kind: 'file', words: problem });
    return;
  }
  state.settle(directory, 'file');
  const source = sourceNow(state);
  const there = new Set<string>();
  for (const { name, validator } of files) {
    there.add(name);
    const isText = name === 'CHECKSUMS';
    if (!isText && !isArchiveName(name)) continue;
    const known = isText ? state.text(directory + name) : state.file(directory, name);
    if (validator !== '' && known?.validator === validator && !('gone' in known && known.gone)) continue;
    queue({ directory, name, act: 'new', epoch: '', at: null, source }, context);
  }
  for (const work of state.foundIn(directory)) {
    if (there.has(work.name)) continue;
    state.finish(work);
    state.settle(directory + work.name, 'file');
  }
  const gone = state.filesIn(directory).filter(({ name }) => !there.has(name));
  takeRemoved(gone, context);
}

function takeRemoved(
  gone: readonly { readonly directory: string; readonly name: string }[],
  context: PlanContext,
): void {
  const { state, mirror } = context;
  const problem = { path: mirror.address, kind: 'removals' } as const;
  if (gone.length > MANY_REMOVED && gone.length * 50 > state.fileCount()) {
    const words = `${gone.length} of ${state.fileCount()} releases are not there: taken for half a mirror`;
    context.raise({ ...problem, words });
    return;
  }
  for (const { directory, name } of gone)
    queue({ directory, name, act: 'delete', epoch: '', at: null, source: 'mirror' }, context);
}

/** What 02packages names, and, when it is time, every directory of it by its CHECKSUMS. */
async function planPackages(listing: boolean, context: PlanContext): Promise<void> {
  const { mirror, state } = context;
  const taken = await bytesOf(mirror, PACKAGES, { limit: MAX_INDEX });
  if (typeof taken === 'string')
    throw new FollowError('mirror', `has neither RECENT files nor ${PACKAGES}`, { file: mirror.address });
  const paths = pathsIn(taken.bytes);
  const source = sourceNow(state);
  const work = { epoch: '', at: null, source } as const;
  state.transaction(() => {
    const directories = new Set<string>();
    for (const path of paths) {
      const { directory, name } = splitPath(path);
      const isNews = isArchiveName(name) && state.file(directory, name)?.gone !== false;
      if (isNews) queue({ ...work, directory, name, act: 'new' }, context);
      if (isNews || listing) directories.add(directory);
    }
    for (const directory of directories) queue({ ...work, directory, name: '', act: 'list' }, context);
    state.setFact('packages', taken.sha256);
  });
}

/** Throws `file` for what is no 02packages. */
function pathsIn(bytes: Uint8Array): Set<string> {
  try {
    const text = decodeUtf8(gunzipBytes(bytes, MAX_UNPACKED), PACKAGES);
    const paths = new Set<string>();
    for (const { path } of parsePackages(text, PACKAGES).rows()) paths.add(`${ID}${path}`);
    return paths;
  } catch (cause) {
    const words = faultOf(cause);
    if (words === null) throw cause;
    throw new FollowError('file', `${PACKAGES}: ${words}`, { file: PACKAGES }, { cause });
  }
}
