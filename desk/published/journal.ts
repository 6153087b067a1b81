/** What changed, in order: `docs/formats/published-store.md`, "Changes". */
import type { BlobStore } from '../blobs/index.ts';
import { type Change, decodeChange, encodeChange } from './change.ts';
import { PublishedError } from './errors.ts';
import { changeKey, parseChangeKey } from './keys.ts';

export interface NumberedChange extends Change {
  readonly number: number;
  /** Whether its writer has come to its end. */
  readonly done: boolean;
}

/** How many changes others may open while one is being opened. */
const MAX_TRIES = 200;

export class Journal {
  readonly #blobs: BlobStore;
  /** The highest number that is known to be taken. */
  #last = 0;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** Says what is about to be written, has it written, says that it was. The change's number. */
  async run(about: Change, write: () => Promise<void>): Promise<number> {
    const number = await this.#open(about);
    await write();
    await this.#blobs.put(changeKey(number, 'done'), new Uint8Array(0));
    return number;
  }

  /** The changes above the number, in order. */
  async *after(number: number): AsyncIterable<NumberedChange> {
    const done = new Set<number>();
    const found: number[] = [];
    for await (const { key } of this.#blobs.list('changes/', lastKeyOf(number))) {
      const parsed = parseChangeKey(key);
      if (parsed?.ending === 'done') done.add(parsed.number);
      else if (parsed !== null) found.push(parsed.number);
    }
    for (const one of found) {
      const change = await this.#change(one);
      if (change !== null) yield { ...change, number: one, done: done.has(one) };
    }
  }

  /** One change as it is now, for those that were not done when they were last looked at; null for none. */
  async of(number: number): Promise<NumberedChange | null> {
    const done = (await this.#blobs.get(changeKey(number, 'done'))) !== null;
    const change = await this.#change(number);
    return change === null ? null : { ...change, number, done };
  }

  async #change(number: number): Promise<Change | null> {
    const key = changeKey(number, 'json');
    const blob = await this.#blobs.get(key);
    return blob === null ? null : decodeChange(blob.bytes, key);
  }

  async #open(about: Change): Promise<number> {
    const bytes = encodeChange(about);
    for await (const { key } of this.#blobs.list('changes/', lastKeyOf(this.#last)))
      this.#last = Math.max(this.#last, parseChangeKey(key)?.number ?? 0);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const number = ++this.#last;
      if ((await this.#blobs.put(changeKey(number, 'json'), bytes, { only: 'absent' })) !== null)
        return number;
    }
    throw new PublishedError('busy', 'others put every next change', { file: 'changes/' });
  }
}

/** Keys above this one belong to later changes: `N.done` sorts before `N.json`. */
function lastKeyOf(number: number): string {
  return number === 0 ? '' : changeKey(number, 'json');
}
