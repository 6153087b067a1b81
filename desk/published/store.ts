/** The published store over a directory or bucket: `docs/formats/published-store.md`. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { compareBytes, compareText } from 'cpansec/base';
import type { Blob, BlobEntry, BlobStore } from '../blobs/index.ts';
import { type Coverage, decodeCoverage, encodeCoverage, type SourceCoverage } from './coverage.ts';
import { type Decision, decodeDecisions, encodeDecisions, withDecisions } from './decisions.ts';
import { type Dist, decodeDist, encodeDist, mergeDist } from './dist.ts';
import { PublishedError } from './errors.ts';
import { sameFacts } from './facts.ts';
import { Journal } from './journal.ts';
import {
  COVERAGE_KEY,
  DECISIONS_KEY,
  distKey,
  isPatchKey,
  parseDistKey,
  parseRevisionKey,
  recordFolder,
  revisionKey,
} from './keys.ts';
import { decodeRevision, encodeRevision, type Origin, type Revision } from './revision.ts';

/** What is to be said in a new revision. */
export interface Statement {
  readonly published: string;
  readonly origin: Origin;
  readonly record: AdvisoryRecord;
}

/** How often a write is tried again because somebody else was faster. */
const MAX_TRIES = 200;
/** Files that are read at one time. */
const AT_ONCE = 16;

export class PublishedStore {
  readonly #blobs: BlobStore;
  readonly changes: Journal;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
    this.changes = new Journal(blobs);
  }

  /** Every id with its latest revision's number, by id. */
  async latestNumbers(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for await (const { key } of this.#blobs.list('records/')) {
      const parsed = parseRevisionKey(key);
      if (parsed !== null) found.set(parsed.id, Math.max(parsed.revision, found.get(parsed.id) ?? 0));
    }
    return new Map([...found].sort(([a], [b]) => compareText(a, b)));
  }

  /** The latest revision of every id, by id; some are read at one time. */
  async *latestRevisions(): AsyncIterable<Revision> {
    const numbers = [...(await this.latestNumbers())];
    for (let i = 0; i < numbers.length; i += AT_ONCE) {
      const some = numbers.slice(i, i + AT_ONCE);
      for (const revision of await Promise.all(some.map(([id, number]) => this.#existing(id, number))))
        yield revision;
    }
  }

  /** Numbers of an id's revisions, from the first; empty for an unknown id. */
  async revisionNumbers(id: string): Promise<number[]> {
    const numbers: number[] = [];
    for await (const { key } of this.#blobs.list(recordFolder(id))) {
      const parsed = parseRevisionKey(key);
      if (parsed !== null) numbers.push(parsed.revision);
    }
    return numbers.sort((a, b) => a - b);
  }

  /** Null where there is no such revision. Throws `shape`. */
  async revision(id: string, number: number): Promise<Revision | null> {
    const key = revisionKey(id, number);
    const blob = await this.#blobs.get(key);
    return blob === null ? null : decodeRevision(blob.bytes, key);
  }

  /** The latest revision; null for an unknown id. */
  async latest(id: string): Promise<Revision | null> {
    const number = (await this.revisionNumbers(id)).at(-1);
    return number === undefined ? null : this.#existing(id, number);
  }

  /** Every revision of an id, from the first. */
  async revisions(id: string): Promise<Revision[]> {
    const numbers = await this.revisionNumbers(id);
    return Promise.all(numbers.map((number) => this.#existing(id, number)));
  }

  /** Makes a new revision where the facts or their origin changed; null where they did not. */
  async putRevision({ published, origin, record }: Statement): Promise<Revision | null> {
    const { id } = record;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const latest = await this.latest(id);
      if (latest !== null && saysTheSame(latest, { origin, record })) return null;
      const revision = (latest?.revision ?? 0) + 1;
      const bytes = encodeRevision({ revision, published, origin, record });
      const key = revisionKey(id, revision);
      if ((await this.#blobs.put(key, bytes, { only: 'absent' })) !== null) return decodeRevision(bytes, key);
    }
    throw new PublishedError('busy', 'others put every next revision', { file: recordFolder(id) });
  }

  /** Names of the distributions with a file, sorted. */
  async distNames(): Promise<string[]> {
    const names: string[] = [];
    for await (const { key } of this.#blobs.list('dists/')) names.push(...[parseDistKey(key) ?? []].flat());
    return names.sort(compareText);
  }

  /** Null for an unknown distribution. Throws `shape`. */
  async dist(distribution: string): Promise<Dist | null> {
    const key = distKey(distribution);
    const blob = await this.#blobs.get(key);
    return blob === null ? null : decodeDist(blob.bytes, key);
  }

  /** Whether {@link mergeDist} would find anything new. */
  async lacks(found: Dist): Promise<boolean> {
    const known = await this.dist(found.distribution);
    return known === null || compareBytes(encodeDist(known), encodeDist(mergeDist(known, found))) !== 0;
  }

  /** Adds what is found to what is known of its distribution. Whether anything was new. */
  mergeDist(found: Dist): Promise<boolean> {
    const key = distKey(found.distribution);
    return this.#update(key, (blob) =>
      encodeDist(mergeDist(blob === null ? null : decodeDist(blob.bytes, key), found)),
    );
  }

  /** Keys and sizes of the patches, by key; of one folder where that is named. */
  async *patches(folder = 'patches/'): AsyncIterable<BlobEntry> {
    for await (const entry of this.#blobs.list(folder)) if (isPatchKey(entry.key)) yield entry;
  }

  /** The bytes of the patch; null where there is none. */
  async patch(key: string): Promise<Uint8Array | null> {
    return (await this.#blobs.get(checkedPatchKey(key)))?.bytes ?? null;
  }

  /** Puts a patch where none stands. Whether it did; a patch is never replaced. */
  async putPatch(key: string, bytes: Uint8Array): Promise<boolean> {
    return (await this.#blobs.put(checkedPatchKey(key), bytes, { only: 'absent' })) !== null;
  }

  /** By source and row. */
  async decisions(): Promise<Decision[]> {
    const blob = await this.#blobs.get(DECISIONS_KEY);
    return blob === null ? [] : decodeDecisions(blob.bytes, DECISIONS_KEY);
  }

  /** Adds decisions of a rule or a person, which stand over those of rules. Whether anything was new. */
  addDecisions(made: readonly Decision[]): Promise<boolean> {
    return this.#update(DECISIONS_KEY, (blob) =>
      encodeDecisions(withDecisions(blob === null ? [] : decodeDecisions(blob.bytes, DECISIONS_KEY), made)),
    );
  }

  /** Of no source where there is no such file. */
  async coverage(): Promise<Coverage> {
    const blob = await this.#blobs.get(COVERAGE_KEY);
    return blob === null ? {} : decodeCoverage(blob.bytes, COVERAGE_KEY);
  }

  /** Replaces what a source covers. Whether that differed. */
  setCoverage(source: string, covers: SourceCoverage): Promise<boolean> {
    return this.#update(COVERAGE_KEY, (blob) => {
      const old = blob === null ? {} : decodeCoverage(blob.bytes, COVERAGE_KEY);
      return encodeCoverage({ ...old, [source]: covers });
    });
  }

  async #existing(id: string, number: number): Promise<Revision> {
    const revision = await this.revision(id, number);
    if (revision !== null) return revision;
    throw new PublishedError('shape', 'was listed and is gone', { file: revisionKey(id, number) });
  }

  async #update(key: string, change: (blob: Blob | null) => Uint8Array): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const blob = await this.#blobs.get(key);
      const bytes = change(blob);
      if (blob !== null && sameBytes(blob.bytes, bytes)) return false;
      const only = blob === null ? 'absent' : { etag: blob.etag };
      if ((await this.#blobs.put(key, bytes, { only })) !== null) return true;
    }
    throw new PublishedError('busy', 'others wrote every time', { file: key });
  }
}

/** Whether nothing new would be said. */
export function saysTheSame(latest: Revision, { origin, record }: Omit<Statement, 'published'>): boolean {
  return sameOrigin(latest.origin, origin) && sameFacts(latest.record, record);
}

export function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === 'own' ? b.kind === 'own' : b.kind === 'imported' && a.source === b.source;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

function checkedPatchKey(key: string): string {
  if (isPatchKey(key)) return key;
  throw new PublishedError('name', 'no key of a patch', { file: key });
}
