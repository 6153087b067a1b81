import { printable } from 'cpansec/base';
import { IoError } from 'cpansec/io';
import type { Terminal } from 'cpansec/terminal';
import type { Added, LogEntry, Publishing } from 'cpansec/transparency';
import { type LogConfig, LogKeepingError, type OpenLogOptions, withLog } from '../transparency/index.ts';

/** The log as a follower writes it: another's between two batches, as publish logs too. */
export class FollowedLog {
  readonly #config: LogConfig;
  readonly #options: OpenLogOptions;
  readonly #terminal: Terminal;
  /** Why not everybody sees what was logged last; empty when everybody does. */
  #missing = '';

  constructor(config: LogConfig, options: OpenLogOptions, terminal: Terminal) {
    this.#config = config;
    this.#options = options;
    this.#terminal = terminal;
  }

  get isPublic(): boolean {
    return this.#missing === '';
  }

  /** Throws what {@link withLog} does; a file of the log's own is none of the mirror, so no IoError. */
  async addAll(entries: readonly LogEntry[]): Promise<readonly Added[]> {
    try {
      return await withLog(this.#config, this.#options, async ({ log }) => {
        const added = await log.addAll(entries);
        this.#tell(log.publishing);
        return added;
      });
    } catch (cause) {
      if (!(cause instanceof IoError)) throw cause;
      throw new LogKeepingError('failed', cause.problem, cause.place, { cause });
    }
  }

  /** Once, until it changes. */
  #tell(publishing: Publishing | null): void {
    if (publishing === null) return;
    const { met, missing, answers } = publishing;
    const isNews = !met && missing !== this.#missing;
    this.#missing = met ? '' : missing;
    if (!isNews) return;
    const why = answers.flatMap(({ name, outcome, why }) =>
      outcome === 'cosigned' ? [] : [`; ${name} ${outcome}: ${why}`],
    );
    const words = `the last good checkpoint stays: ${missing}${why.join('')}`;
    this.#terminal.err(`cpansec-desk: ${printable(words)}\n`);
  }
}

/** The log is written by another process. */
export function isLocked(cause: unknown): cause is LogKeepingError {
  return cause instanceof LogKeepingError && cause.code === 'locked';
}
