/** The store as a publisher reads it: `StoreReader` of `desk/publish`. */
import type { Change } from './change.ts';
import { wholeCoverage } from './coverage.ts';
import type { Decision } from './decisions.ts';
import type { Dist } from './dist.ts';
import type { NumberedChange } from './journal.ts';
import type { Revision } from './revision.ts';
import type { PublishedStore } from './store.ts';

/** What several changes name together. */
export interface ChangesSince {
  /** Number of the newest change; 0 when there is none. */
  readonly last: number;
  /** Changes up to it whose writer has not come to its end: to be looked at again. */
  readonly open: readonly number[];
  /** Instant of the newest change, RFC 3339 UTC to the second; null when there is none. */
  readonly at: string | null;
  readonly records: ReadonlySet<string>;
  readonly dists: ReadonlySet<string>;
  readonly patches: ReadonlySet<string>;
  readonly decisions: boolean;
}

export class StoreReading {
  readonly #store: PublishedStore;

  constructor(store: PublishedStore) {
    this.#store = store;
  }

  /** Changes above `after` to `upTo`, and those that were open when they were last looked at. Throws `shape`. */
  async changes(after: number, open: readonly number[], upTo: number = Infinity): Promise<ChangesSince> {
    const { changes } = this.#store;
    const looked: NumberedChange[] = [];
    for (const number of open) looked.push(...present(await changes.of(number)));
    // Before those above, so that a change that ends meanwhile is looked at once more and not once too little.
    for await (const change of changes.after(after)) if (change.number <= upTo) looked.push(change);
    const newest = looked.findLast(({ number }) => number > after) ?? (await changes.of(after));
    const named = (what: (change: Change) => readonly string[]): Set<string> => new Set(looked.flatMap(what));
    return {
      last: newest?.number ?? after,
      open: looked.filter(({ done }) => !done).map(({ number }) => number),
      at: newest?.at ?? null,
      records: named(({ records }) => records),
      dists: named(({ dists }) => dists),
      patches: named(({ patches }) => patches),
      decisions: looked.some(({ decisions }) => decisions),
    };
  }

  async ids(): Promise<string[]> {
    return [...(await this.#store.latestNumbers()).keys()];
  }

  distributions(): Promise<string[]> {
    return this.#store.distNames();
  }

  async patches(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.#store.patches()) keys.push(key);
    return keys;
  }

  revisions(id: string): Promise<Revision[]> {
    return this.#store.revisions(id);
  }

  distribution(name: string): Promise<Dist | null> {
    return this.#store.dist(name);
  }

  patch(key: string): Promise<Uint8Array | null> {
    return this.#store.patch(key);
  }

  decisions(): Promise<Decision[]> {
    return this.#store.decisions();
  }

  /** Of all sources together; no distributions where it is complete. */
  async coverage(): Promise<{ complete: boolean; distributions: string[] }> {
    return { distributions: [], ...wholeCoverage(await this.#store.coverage()) };
  }
}

function present<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}
