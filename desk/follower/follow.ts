/** One round of following a mirror: indexes, news, then everything that is to be done, directory by directory. */
import { atOnce } from '../blobs/index.ts';
import type { PublishedStore } from '../published/index.ts';
import { type Appender, Batch, type Tally } from './batch.ts';
import { problemOf } from './errors.ts';
import type { Mirror } from './mirror.ts';
import type { Outcome } from './outcome.ts';
import { plan, sourceNow } from './plan.ts';
import type { Problem, State } from './state.ts';
import { followIndex, INDEXES, type TextContext } from './texts.ts';
import { visit } from './visit.ts';

export interface FollowOptions {
  readonly mirror: Mirror;
  readonly state: State;
  readonly log: Appender;
  /** Whose distributions learn of releases; null for none. */
  readonly store: PublishedStore | null;
  /** Directories that are looked at together. */
  readonly connections: number;
  /** Most bytes of a release. */
  readonly maxSize: number;
  /** Go through all of the mirror where it tells no news, however lately that was done. */
  readonly everything: boolean;
  /** Ends the round with what is done; that of the mirror. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly progress: (words: string) => void;
  /** Told of a problem that is new, or said in other words. */
  readonly onProblem: (problem: Problem) => void;
}

export interface Round extends Tally {
  /** What is left to do, as it could not be done now. */
  readonly waiting: number;
}

/** Directories are found in directories, and not deeper than a path is long. */
const MAX_PASSES = 20;

/** Throws `mirror` when nothing more can be had now, `stopped`; what was done until then is remembered. */
export async function followOnce(options: FollowOptions): Promise<Round> {
  const { mirror, state, log, store, now, progress, onProblem } = options;
  const onBatch = (): void => progress(`${state.workCount()} files to look at`);
  const batch = new Batch({ state, log, store, now, onBatch, onProblem });
  const context = {
    ...{ mirror, state, now: now().getTime() },
    report: (outcome: Outcome) => batch.add(outcome),
    settle: () => batch.flush(),
  };
  try {
    const faulty = await followIndexes(context);
    await batch.flush();
    const { everything, signal, maxSize } = options;
    const raise = (problem: Problem): void => batch.raise(problem);
    await plan({ mirror, state, now: now(), everything, progress, signal, raise });
    for (const problem of faulty) raise(problem);
    const visiting = { ...context, maxSize, signal, now: now().getTime() };
    for (let pass = 0; pass < MAX_PASSES && state.nextDirectory('', visiting.now) !== null; pass++) {
      const due = dueDirectories(state, visiting.now);
      await atOnce(due, (directory) => visit(directory, visiting), options.connections);
      await batch.flush();
    }
  } finally {
    await batch.flush();
  }
  return { ...batch.tally, waiting: state.workCount() };
}

/** What is wrong with them: to be told when it is not all of the mirror that cannot be had. */
async function followIndexes(context: TextContext): Promise<Problem[]> {
  const source = sourceNow(context.state);
  const faulty: Problem[] = [];
  for (const path of INDEXES)
    try {
      await followIndex(path, source, context);
    } catch (cause) {
      const words = problemOf(cause);
      if (words === null) throw cause;
      faulty.push({ path, kind: 'file', words });
    }
  return faulty;
}

/** Directories in order; one that comes up behind is for the next pass. */
function* dueDirectories(state: State, now: number): Iterable<string> {
  for (let directory = state.nextDirectory('', now); directory !== null; ) {
    yield directory;
    directory = state.nextDirectory(directory, now);
  }
}
