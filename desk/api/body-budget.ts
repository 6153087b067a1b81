import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of large bodies that are taken in at the same time, by all clients together. */
const BUDGET = 96 * 1024 * 1024;
/** Bodies up to this many bytes are not counted: a batch of 1,000 queries has a tenth of it. */
const SMALL = 1024 * 1024;
/** What a body of unknown length may come to. */
const UNKNOWN = 32 * 1024 * 1024;

/** Keeps a few clients with the largest bodies from taking all memory. */
export class BodyBudget {
  #left = BUDGET;

  /** False where there is no room now. What is taken comes back when the answer is over. */
  take({ headers }: IncomingMessage, answer: ServerResponse): boolean {
    const length = headers['content-length'];
    if (length === undefined && headers['transfer-encoding'] === undefined) return true;
    const bytes = Math.min(Number(length ?? UNKNOWN), UNKNOWN);
    if (bytes <= SMALL) return true;
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    answer.once('close', () => {
      this.#left += bytes;
    });
    return true;
  }
}
