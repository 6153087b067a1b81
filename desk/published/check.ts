/** Reads every file of a store and says what is wrong. */
import { compareBytes, PlacedError } from 'cpansec/base';
import type { BlobStore } from '../blobs/index.ts';
import { decodeChange, encodeChange } from './change.ts';
import { decodeCoverage, encodeCoverage } from './coverage.ts';
import { decodeDecisions, encodeDecisions } from './decisions.ts';
import { decodeDist, encodeDist } from './dist.ts';
import {
  COVERAGE_KEY,
  changeKey,
  DECISIONS_KEY,
  isPatchKey,
  parseChangeKey,
  parseDistKey,
  parseRevisionKey,
  revisionKey,
} from './keys.ts';
import { decodeRevision, encodeRevision } from './revision.ts';

export interface CheckedStore {
  readonly files: number;
  readonly revisions: number;
  readonly records: number;
  readonly dists: number;
  readonly patches: number;
  readonly changes: number;
  /** Numbers of changes whose writer has not come to its end, or is still at it. */
  readonly open: readonly number[];
  readonly faults: readonly Fault[];
}

/** What is wrong with a file. */
export interface Fault {
  readonly key: string;
  readonly problem: string;
}

export async function checkStore(
  blobs: BlobStore,
  progress?: (files: number) => void,
): Promise<CheckedStore> {
  const checker = new Checker();
  for await (const { key } of blobs.list('')) {
    const blob = await blobs.get(key);
    if (blob !== null) checker.file(key, blob.bytes);
    progress?.(checker.files);
  }
  return checker.result();
}

class Checker {
  files = 0;
  #dists = 0;
  #patches = 0;
  readonly #revisions = new Map<string, Set<number>>();
  readonly #changes = new Set<number>();
  readonly #done = new Set<number>();
  readonly #faults: Fault[] = [];

  file(key: string, bytes: Uint8Array): void {
    this.files++;
    try {
      const problem = this.#look(key, bytes);
      if (problem !== null) this.#fault(key, problem);
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      const { line, path } = error.place;
      const where = [line === undefined ? '' : `line ${line}`, path ?? ''].filter((part) => part !== '');
      this.#fault(key, [...where, error.problem].join(': '));
    }
  }

  result(): CheckedStore {
    for (const [id, numbers] of this.#revisions) {
      const gap = firstAbsent(numbers);
      if (gap <= numbers.size) this.#fault(revisionKey(id, gap), 'is not there, and a later revision is');
    }
    const gap = firstAbsent(this.#changes);
    if (gap <= this.#changes.size) this.#fault(changeKey(gap, 'json'), 'is not there, and a later change is');
    for (const number of this.#done)
      if (!this.#changes.has(number)) this.#fault(changeKey(number, 'done'), 'is of no change');
    const counts = [...this.#revisions.values()].map(({ size }) => size);
    return {
      files: this.files,
      revisions: counts.reduce((sum, count) => sum + count, 0),
      records: counts.length,
      dists: this.#dists,
      patches: this.#patches,
      changes: this.#changes.size,
      open: [...this.#changes].filter((number) => !this.#done.has(number)).sort((a, b) => a - b),
      faults: this.#faults,
    };
  }

  /** What is wrong, or null. Throws for what does not decode. */
  #look(key: string, bytes: Uint8Array): string | null {
    if (key === DECISIONS_KEY) return unlessSame(bytes, encodeDecisions(decodeDecisions(bytes, key)));
    if (key === COVERAGE_KEY) return unlessSame(bytes, encodeCoverage(decodeCoverage(bytes, key)));
    if (isPatchKey(key)) return this.#patch(bytes);
    const change = parseChangeKey(key);
    if (change !== null) return this.#change(key, change, bytes);
    const revision = parseRevisionKey(key);
    if (revision !== null) return this.#revision(key, revision, bytes);
    const dist = parseDistKey(key);
    return dist === null ? 'has no place in a store' : this.#dist(key, dist, bytes);
  }

  #revision(
    key: string,
    { id, revision }: { id: string; revision: number },
    bytes: Uint8Array,
  ): string | null {
    const numbers = this.#revisions.get(id) ?? new Set();
    this.#revisions.set(id, numbers.add(revision));
    const found = decodeRevision(bytes, key);
    if (found.record.id !== id) return `holds the record ${found.record.id}`;
    if (found.revision !== revision) return `holds revision ${found.revision}`;
    return unlessSame(bytes, encodeRevision(found));
  }

  #dist(key: string, distribution: string, bytes: Uint8Array): string | null {
    this.#dists++;
    const found = decodeDist(bytes, key);
    if (found.distribution !== distribution) return `holds the distribution ${found.distribution}`;
    return unlessSame(bytes, encodeDist(found));
  }

  #patch(bytes: Uint8Array): string | null {
    this.#patches++;
    return bytes.length === 0 ? 'is empty' : null;
  }

  #change(
    key: string,
    { number, ending }: { number: number; ending: 'json' | 'done' },
    bytes: Uint8Array,
  ): string | null {
    if (ending === 'done') {
      this.#done.add(number);
      return bytes.length === 0 ? null : 'is not empty';
    }
    this.#changes.add(number);
    return unlessSame(bytes, encodeChange(decodeChange(bytes, key)));
  }

  #fault(key: string, problem: string): void {
    this.#faults.push({ key, problem });
  }
}

function unlessSame(bytes: Uint8Array, canonical: Uint8Array): string | null {
  return compareBytes(bytes, canonical) === 0 ? null : 'is not written as it would be now';
}

/** The first number from 1 that is not there. */
function firstAbsent(numbers: ReadonlySet<number>): number {
  let number = 1;
  while (numbers.has(number)) number++;
  return number;
}
