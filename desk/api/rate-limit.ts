/** A bucket of tokens for each client address; a request takes one. */
import { clientOf } from 'cpansec/io';

export interface RateOptions {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** Seconds. */
  at: number;
}

/** Clients that are remembered; beyond them who was silent longest begins anew. */
const MAX_BUCKETS = 50_000;

export class RateLimit {
  readonly #options: RateOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateOptions) {
    this.#options = options;
  }

  /** Clients that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Seconds to wait; 0 when the request may go on. `now` in seconds of any clock that only grows. */
  take(address: string, now: number): number {
    const client = clientOf(address);
    const { perSecond, burst } = this.#options;
    const bucket = this.#buckets.get(client) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perSecond);
    bucket.at = now;
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    this.#forget();
    if (bucket.tokens < 1) return (1 - bucket.tokens) / perSecond;
    bucket.tokens--;
    return 0;
  }

  #forget(): void {
    if (this.#buckets.size <= MAX_BUCKETS) return;
    for (const client of this.#buckets.keys()) {
      this.#buckets.delete(client);
      return;
    }
  }
}
