/** What a store holds, as far as an import must know: light enough for a hundred thousand records. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { factsDigest } from './facts.ts';
import type { Origin, Revision } from './revision.ts';
import type { PublishedStore } from './store.ts';

export interface Holding {
  readonly id: string;
  readonly origin: Origin;
  readonly distributions: ReadonlySet<string>;
  /** Of the facts of the latest revision. */
  readonly digest: string;
  readonly withdrawn: boolean;
}

export class Holdings {
  readonly #byId = new Map<string, Holding>();
  /** Ids by each name that they go by, their own included. */
  readonly #byName = new Map<string, Set<string>>();

  static async of(store: PublishedStore): Promise<Holdings> {
    const holdings = new Holdings();
    for await (const revision of store.latestRevisions()) holdings.add(revision);
    return holdings;
  }

  add({ origin, record }: Pick<Revision, 'origin' | 'record'>): void {
    const { id, affected, withdrawn } = record;
    const distributions = new Set(affected.map(({ distribution }) => distribution));
    const digest = factsDigest(record);
    this.#byId.set(id, { id, origin, distributions, digest, withdrawn: withdrawn !== undefined });
    for (const name of namesOf(record)) {
      const ids = this.#byName.get(name);
      if (ids === undefined) this.#byName.set(name, new Set([id]));
      else ids.add(id);
    }
  }

  get(id: string): Holding | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Holding> {
    return this.#byId.values();
  }

  /** Others that go by one of the record's names. One CVE may be in many distributions: those are others. */
  sharingName(record: AdvisoryRecord): Holding[] {
    const ids = new Set(namesOf(record).flatMap((name) => [...(this.#byName.get(name) ?? [])]));
    ids.delete(record.id);
    return [...ids].sort().flatMap((id) => this.#byId.get(id) ?? []);
  }
}

function namesOf({ id, aliases, affected }: AdvisoryRecord): string[] {
  return [id, ...aliases, ...affected.flatMap(({ aliases = [] }) => aliases)];
}
