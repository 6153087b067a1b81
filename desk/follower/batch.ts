/**
 * Outcomes in batches: first the log, then the published store, then what is remembered. What is remembered was
 * logged, so a process that is killed between them does the same again, and the log knows it already.
 */
import type { LogEntry } from 'cpansec/transparency';
import type { PublishedStore } from '../published/index.ts';
import { enqueue, NO_ROOM } from './enqueue.ts';
import { extendStore } from './extend-store.ts';
import type { Outcome } from './outcome.ts';
import type { DueWork, Problem, State, Work } from './state.ts';

/** Where an entry came to stand. */
export interface Appended {
  readonly index: number;
  readonly duplicate: boolean;
  /** Of the entry with another digest of what can have one only; null for none. */
  readonly conflict: number | null;
}

/** A log, as far as the follower needs one: all of the entries are in it when this resolves. */
export interface Appender {
  addAll(entries: readonly LogEntry[]): Promise<readonly Appended[]>;
}

/** What a round has done. */
export interface Tally {
  /** New entries by type. */
  readonly logged: Map<string, number>;
  /** Of problems that were new, or said in other words. */
  readonly raised: Problem[];
}

export interface BatchContext {
  readonly state: State;
  readonly log: Appender;
  readonly store: PublishedStore | null;
  readonly now: () => Date;
  /** Told after each batch. */
  readonly onBatch: () => void;
  /** Told of a problem that is new, or said in other words. */
  readonly onProblem: (problem: Problem) => void;
}

/** A log's own batch. */
const MAX_ENTRIES = 1024;
const MAX_OUTCOMES = 2000;
/** New ones in a round that are told one by one: a mirror can make up any number. */
const MAX_PATHS = 1000;
const MANY_PATHS: Problem = {
  path: 'authors/id/',
  kind: 'path',
  words: `more than ${MAX_PATHS} paths that cannot be followed`,
};
/** Milliseconds that an entry waits for others. */
const MAX_WAIT = 2000;
/** Milliseconds to the second try, doubled each time up to a day. */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 24 * 60 * 60 * 1000;

export class Batch {
  readonly tally: Tally = { logged: new Map(), raised: [] };
  readonly #context: BatchContext;
  #outcomes: Outcome[] = [];
  #entries = 0;
  #since = 0;
  #paths = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(context: BatchContext) {
    this.#context = context;
  }

  /** Takes an outcome, and writes when there are many or the first has waited long. */
  async add(outcome: Outcome): Promise<void> {
    const now = this.#context.now().getTime();
    if (this.#outcomes.length === 0) this.#since = now;
    this.#outcomes.push(outcome);
    if (outcome.entry !== undefined) this.#entries++;
    const isFull = this.#entries >= MAX_ENTRIES || this.#outcomes.length >= MAX_OUTCOMES;
    if (isFull || now - this.#since > MAX_WAIT) await this.flush();
  }

  /** Writes what there is, behind what is being written. */
  async flush(): Promise<void> {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    this.#entries = 0;
    this.#writing = this.#writing.then(() => this.#write(outcomes));
    await this.#writing;
  }

  async #write(outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const { state, log, store, now, onBatch } = this.#context;
    const logged = outcomes.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    const added = logged.length === 0 ? [] : await log.addAll(logged);
    const at = instant(now());
    if (store !== null) await extendStore(store, logged, at);
    state.transaction(() => {
      for (const outcome of outcomes) this.#remember(outcome);
      for (const [i, entry] of logged.entries()) this.#count(entry, added[i]);
    });
    onBatch();
  }

  #count(entry: LogEntry, added: Appended | undefined): void {
    const { logged } = this.tally;
    if (added?.duplicate === false) logged.set(entry.type, (logged.get(entry.type) ?? 0) + 1);
    if (entry.type !== 'release' || added?.conflict == null) return;
    // A state that was begun anew does not know what the log knows.
    const words = `SHA-256 ${entry.sha256} after that of entry ${added.conflict}`;
    const problem = { path: entry.path, kind: 'conflict', words } as const;
    if (this.#context.state.wordsOf(problem) === null) this.raise(problem);
  }

  #remember({ done, again, file, text, more, problems, settled }: Outcome): void {
    const { state, now } = this.#context;
    for (const { path, kind } of settled ?? []) state.settle(path, kind);
    for (const problem of problems ?? []) this.raise(problem);
    if (file !== undefined) state.putFile(file);
    if (text !== undefined) state.putText(text);
    if (again !== undefined) state.putOff(again, now().getTime() + waitAfter(again));
    if (done !== undefined) state.finish(done);
    if (more !== undefined) this.#enqueue(more);
  }

  #enqueue(more: readonly Work[]): void {
    const { state } = this.#context;
    const raise = (problem: Problem): void => this.raise(problem);
    for (const work of more) {
      if (state.hasWork(work.directory, work.name)) continue;
      if (enqueue(work, { state, raise })) continue;
      raise({ path: work.directory, kind: 'file', words: NO_ROOM });
      return;
    }
  }

  /** Remembers a problem, and tells it when it is news. */
  raise(said: Problem): void {
    const { state, now, onProblem } = this.#context;
    const isMade = said.kind === 'path' && state.wordsOf(said) === null && ++this.#paths > MAX_PATHS;
    const problem = isMade ? MANY_PATHS : said;
    if (!state.raise(problem, instant(now()))) return;
    this.tally.raised.push(problem);
    onProblem(problem);
  }
}

function waitAfter({ tries }: DueWork): number {
  return Math.min(FIRST_WAIT * 2 ** Math.min(tries, 20), LONGEST_WAIT);
}

/** RFC 3339 UTC to the second. */
function instant(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
