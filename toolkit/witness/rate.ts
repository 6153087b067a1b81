/** Checkpoints that a log may have cosigned: an hour's at once, at least ten, then as many as come back by the day. */
export class Rate {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** Whether there is one more; `now` in seconds of a clock that only goes forward. */
  take(name: string, perDay: number, now: number): boolean {
    const burst = Math.max(10, perDay / 24);
    const { tokens, at } = this.#buckets.get(name) ?? { tokens: burst, at: now };
    const left = Math.min(burst, tokens + ((now - at) * perDay) / 86_400);
    this.#buckets.set(name, { tokens: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  }
}
