/** A log as the follower sees one: entries with one number for each fact, in memory or in a file that outlives a kill. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import {
  formatEntry,
  identityOf,
  type LogEntry,
  onceOf,
  parseEntry,
  sequenceOf,
} from '../toolkit/transparency/index.ts';

interface Added {
  readonly index: number;
  readonly duplicate: boolean;
  readonly conflict: number | null;
}

export class LogTwin {
  readonly entries: LogEntry[] = [];
  readonly #byIdentity = new Map<string, number>();
  readonly #latest = new Map<string, number>();
  readonly #first = new Map<string, number>();
  readonly #file: number | null;

  /** With a path: what stands there is read first, and a line that was cut short dropped. */
  constructor(path?: string) {
    this.#file = null;
    if (path === undefined) return;
    const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n').slice(0, -1)) {
      const entry = parseEntry(Buffer.from(line, 'base64'));
      if (entry !== null) this.#take(entry);
    }
    this.#file = openSync(path, 'a');
    truncateSync(path, whole.length);
  }

  addAll(entries: readonly LogEntry[]): Promise<Added[]> {
    const before = this.entries.length;
    const added = entries.map((entry) => this.#add(entry));
    if (this.#file !== null) {
      const lines = this.entries
        .slice(before)
        .map((entry) => Buffer.from(formatEntry(entry)).toString('base64'));
      if (lines.length > 0) writeSync(this.#file, `${lines.join('\n')}\n`);
      fsyncSync(this.#file);
    }
    return Promise.resolve(added);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  #add(entry: LogEntry): Added {
    formatEntry(entry);
    const identity = identityOf(entry);
    const sequence = sequenceOf(entry);
    const latest = sequence === null ? undefined : this.#latest.get(sequence);
    const known = this.#byIdentity.get(identity);
    const once = onceOf(entry);
    const first = once === null ? undefined : this.#first.get(once);
    const isFirst = first === undefined || identityOf(this.entries[first] ?? entry) === identity;
    const conflict = isFirst ? null : first;
    if (known !== undefined && (sequence === null || latest === known))
      return { index: known, duplicate: true, conflict };
    return { index: this.#take(entry), duplicate: false, conflict };
  }

  #take(entry: LogEntry): number {
    const index = this.entries.push(entry) - 1;
    this.#byIdentity.set(identityOf(entry), index);
    const sequence = sequenceOf(entry);
    if (sequence !== null) this.#latest.set(sequence, index);
    const once = onceOf(entry);
    if (once !== null && !this.#first.has(once)) this.#first.set(once, index);
    return index;
  }
}
