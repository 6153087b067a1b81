/** A published store in memory, for tests: what it is told is what a publisher reads. */
import { type AdvisoryRecord, RECORD_FORMAT } from 'cpansec/advisories';
import type {
  Changes,
  Coverage,
  KnownDecision,
  KnownDistribution,
  PublishConfig,
  Revision,
  StoreReader,
} from '../desk/publish/index.ts';

type Said = Pick<Changes, 'decisions'> & Record<'records' | 'dists' | 'patches', readonly string[]>;

const NOTHING: Said = { records: [], dists: [], patches: [], decisions: false };

export class GivenStore implements StoreReader {
  readonly #records = new Map<string, Revision[]>();
  readonly #distributions = new Map<string, KnownDistribution>();
  readonly #patches = new Map<string, Uint8Array>();
  readonly #changes: Said[] = [];
  #decisions: readonly KnownDecision[] = [];
  #coverage: Coverage = { complete: true, distributions: [] };

  /** A new revision of a record, one change of the store. */
  put(record: AdvisoryRecord): void {
    const revisions = this.#records.get(record.id) ?? [];
    this.#changes.push({ ...NOTHING, records: [record.id] });
    const published = this.#instant();
    const origin = { kind: 'own' } as const;
    this.#records.set(record.id, [
      ...revisions,
      { revision: revisions.length + 1, published, origin, record },
    ]);
  }

  /** What is known of a distribution from now on. */
  release(distribution: string, ...versions: string[]): void {
    const releases = versions.map((version) => ({ version, date: null, source: 'given', author: 'EXAMPLE' }));
    const mainModule = distribution.replaceAll('-', '::');
    this.know({ distribution, mainModule, modules: [mainModule], releases });
  }

  know(distribution: KnownDistribution): void {
    this.#distributions.set(distribution.distribution, distribution);
    this.#changes.push({ ...NOTHING, dists: [distribution.distribution] });
  }

  addPatch(key: string, text: string): void {
    this.#patches.set(key, new TextEncoder().encode(text));
    this.#changes.push({ ...NOTHING, patches: [key] });
  }

  decide(decision: KnownDecision): void {
    this.#decisions = [...this.#decisions, decision];
    this.#changes.push({ ...NOTHING, decisions: true });
  }

  cover(coverage: Coverage): void {
    this.#coverage = coverage;
    this.#changes.push({ ...NOTHING, decisions: true });
  }

  #instant(): string {
    return new Date(Date.UTC(2026, 10, 1) + this.#changes.length * 60_000).toISOString().replace('.000', '');
  }

  async changes(after: number): Promise<Changes> {
    const since = this.#changes.slice(after);
    return {
      last: this.#changes.length,
      open: [],
      at: after > this.#changes.length ? null : this.#instant(),
      records: new Set(since.flatMap(({ records }) => records)),
      dists: new Set(since.flatMap(({ dists }) => dists)),
      patches: new Set(since.flatMap(({ patches }) => patches)),
      decisions: since.some(({ decisions }) => decisions),
    };
  }

  ids = async (): Promise<string[]> => [...this.#records.keys()];
  distributions = async (): Promise<string[]> => [...this.#distributions.keys()];
  patches = async (): Promise<string[]> => [...this.#patches.keys()].sort();
  revisions = async (id: string): Promise<Revision[]> => this.#records.get(id) ?? [];
  distribution = async (name: string): Promise<KnownDistribution | null> =>
    this.#distributions.get(name) ?? null;
  patch = async (key: string): Promise<Uint8Array | null> => this.#patches.get(key) ?? null;
  decisions = async (): Promise<readonly KnownDecision[]> => this.#decisions;
  coverage = async (): Promise<Coverage> => this.#coverage;
}

export function record(
  number: number,
  distribution: string,
  changes: Partial<AdvisoryRecord> = {},
): AdvisoryRecord {
  return {
    format: RECORD_FORMAT,
    id: `CPANSA-${distribution}-2026-${number}`,
    aliases: [`CVE-2026-${99_900 + number}`],
    reported: '2026-10-01',
    summary: `${distribution} trusts what it should not`,
    affected: [{ distribution, ranges: ['<1.2'], fixed: ['>=1.2'], cause: { kind: 'own' } }],
    references: [{ type: 'advisory', url: `https://example.org/${number}` }],
    history: [],
    ...changes,
  };
}

export const config: PublishConfig = {
  format: 'cpansec-publisher/1',
  name: 'Example Advisories',
  base: 'https://advisories.example.org',
  publisher: {
    name: 'Example Group',
    namespace: 'https://example.org',
    category: 'coordinator',
    contact: 'mail security@example.org',
  },
  licence: 'Artistic-2.0',
  security: { contact: ['mailto:security@example.org'], expires: '2027-06-01T00:00:00Z' },
  cna: { orgId: '00000000-0000-4000-8000-000000000000', shortName: 'example' },
};

/** Files that pages load, each empty. */
export const assets: ReadonlyMap<string, Uint8Array> = new Map(
  [
    ...[
      'audit-file.js',
      'audit.js',
      'icon.svg',
      'search.js',
      'style.css',
      'verify-file.js',
      'verify-proof.pl',
    ],
    ...['verify.js', 'version.js'],
  ].map((name) => [`assets/${name.replace('.', '.00000000.')}`, new Uint8Array(0)]),
);
