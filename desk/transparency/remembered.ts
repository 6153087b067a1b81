/** Whether what is remembered of a log is what the log has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type LogEntry, type LogFault, onceOf, sequenceOf } from 'cpansec/transparency';
import type { LogConfig } from './config.ts';
import { LogKeepingError } from './errors.ts';
import { SeenFile } from './seen.ts';

export type Report = (code: LogFault['code'], file: string, problem: string) => void;

/** Where nothing is remembered nothing is wrong: it is made again when the log is opened. */
export class Remembered {
  readonly #report: Report;
  /** Null where it is not, or cannot be read, which is told once. */
  #file: SeenFile | null = null;

  constructor({ state, origin }: LogConfig, report: Report) {
    this.#report = report;
    const path = join(state, 'seen.db');
    if (existsSync(path)) this.#orTell(() => (this.#file = new SeenFile(path, origin)));
  }

  check(index: number, entry: LogEntry): void {
    if (!this.#orTell(() => this.#knows(index, entry)))
      this.#report('changed', 'seen.db', `does not know entry ${index}: remove it, and it is made again`);
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** A sequence comes back to what it was: then the place is a later one. */
  #knows(index: number, entry: LogEntry): boolean {
    if (this.#file === null || index >= this.#file.size()) return true;
    const sequence = sequenceOf(entry);
    const [found] = this.#file.find([{ identity: identityOf(entry), slot: onceOf(entry) ?? sequence }]);
    const place = found?.place ?? null;
    return sequence === null ? place === index : place !== null;
  }

  #orTell(work: () => unknown): boolean {
    try {
      return work() !== false;
    } catch (error) {
      if (!(error instanceof LogKeepingError)) throw error;
      this.#report('changed', 'seen.db', error.problem);
      this.close();
      return true;
    }
  }
}
