/** The tree that is served now, and the next one's taking over. */
import { compareBytes } from 'cpansec/base';
import { MANIFEST_PATH, TreeError } from 'cpansec/tree';
import type { TreeSource } from './source.ts';
import { openView, type View } from './view.ts';

/** Told of what happens beside requests. */
export interface ShelfEvents {
  takenOver(view: View): void;
  /** The old tree stays. */
  refused(error: unknown): void;
}

export interface ShelfOptions {
  /** Bytes of documents that are kept ready. */
  readonly cacheBytes: number;
  /** Milliseconds between looks at the manifest. */
  readonly interval: number;
}

const MAX_MANIFEST = 64 * 1024;

/** A view and who is in it: closed when it is off the shelf and the last one has left. */
interface Shelved {
  readonly view: View;
  users: number;
  retired: boolean;
}

export class Shelf {
  readonly #source: TreeSource;
  readonly #options: ShelfOptions;
  readonly #events: ShelfEvents;
  readonly #timer: NodeJS.Timeout;
  #present: Shelved;
  #looking: Promise<boolean> | null = null;
  #lookedAt = performance.now();

  /** Throws what `openView` does, and the tree's `manifest` where there is none. */
  static async open(source: TreeSource, options: ShelfOptions, events: ShelfEvents): Promise<Shelf> {
    const view = await openView(source, await readManifest(source), options.cacheBytes);
    return new Shelf(source, options, events, view);
  }

  private constructor(source: TreeSource, options: ShelfOptions, events: ShelfEvents, view: View) {
    this.#source = source;
    this.#options = options;
    this.#events = events;
    this.#present = { view, users: 0, retired: false };
    this.#timer = setInterval(() => void this.look(), options.interval).unref();
  }

  get view(): View {
    return this.#present.view;
  }

  /** Seconds since the manifest was last read. */
  get checkedAgo(): number {
    return (performance.now() - this.#lookedAt) / 1000;
  }

  /**
   * Works on the present tree, which stays open until the work is done though another takes over. Where a file of
   * it is gone, looks for a newer tree and does the work once more on that.
   */
  use<T>(work: (view: View) => T | Promise<T>): T | Promise<T> {
    const shelved = this.#present;
    const result = within(shelved, work);
    return result instanceof Promise ? result.catch((error) => this.#again(error, shelved, work)) : result;
  }

  async #again<T>(error: unknown, tried: Shelved, work: (view: View) => T | Promise<T>): Promise<T> {
    if (!(error instanceof TreeError) || error.code !== 'digest') throw error;
    await this.look();
    if (this.#present === tried) throw error;
    return within(this.#present, work);
  }

  /** Reads the manifest; true when another tree took over. Never rejects. */
  look(): Promise<boolean> {
    this.#looking ??= this.#look()
      .catch((error: unknown) => {
        this.#events.refused(error);
        return false;
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #look(): Promise<boolean> {
    const manifest = await readManifest(this.#source);
    this.#lookedAt = performance.now();
    const { view } = this.#present;
    if (compareBytes(manifest, view.manifest) === 0) return false;
    const next = await openView(this.#source, manifest, this.#options.cacheBytes);
    if (next.tree.manifest.serial < view.tree.manifest.serial) {
      next.close();
      const serials = `serial ${next.tree.manifest.serial} after ${view.tree.manifest.serial}`;
      throw new TreeError('manifest', `an older tree, ${serials}`, { file: MANIFEST_PATH });
    }
    const before = this.#present;
    this.#present = { view: next, users: 0, retired: false };
    before.retired = true;
    if (before.users === 0) before.view.close();
    this.#events.takenOver(next);
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    this.#present.retired = true;
    if (this.#present.users === 0) this.#present.view.close();
    await this.#source.close();
  }
}

function within<T>(shelved: Shelved, work: (view: View) => T | Promise<T>): T | Promise<T> {
  shelved.users++;
  let result: T | Promise<T>;
  try {
    result = work(shelved.view);
  } catch (error) {
    leave(shelved);
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => leave(shelved));
  leave(shelved);
  return result;
}

function leave(shelved: Shelved): void {
  shelved.users--;
  if (shelved.retired && shelved.users === 0) shelved.view.close();
}

async function readManifest(source: TreeSource): Promise<Uint8Array> {
  const manifest = await source.fetch(MANIFEST_PATH, MAX_MANIFEST);
  if (manifest === null) throw new TreeError('manifest', 'there is no manifest', { file: MANIFEST_PATH });
  return manifest;
}
