import { IoError } from './errors.ts';

const MAX_FAILURES = 5;

/** Counts files of a server that cannot be had: one after the other, and late ones in all, as they take most time. */
export class Failures {
  #count = 0;
  #late = 0;

  /** A file was had. */
  end(): void {
    this.#count = 0;
  }

  /** One more, if that is what it is: whether the server is to be left alone for now. */
  isTooMany(cause: unknown): boolean {
    if (!(cause instanceof IoError)) return false;
    this.#count++;
    if (cause.code === 'timeout') this.#late++;
    if (this.#count < MAX_FAILURES && this.#late < MAX_FAILURES) return false;
    this.#late = 0;
    return true;
  }
}
