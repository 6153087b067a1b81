/**
 * A disk in memory that fails as disks do. A file's bytes survive a power cut once they were synced, a name once its
 * directory was: of everything else the cut leaves what it likes. Every step of every act is counted, and any one can
 * be made to fail.
 */
import type { Disk } from '../desk/transparency/disk.ts';
import { SyncFailed } from '../desk/transparency/disk.ts';
import type { Random } from './random.ts';

/**
 * `cut`: no power from here on; `killed`: the process alone ends; `full`: no space; `sync`: the disk cannot say that it
 * has it.
 */
export type Fault = 'cut' | 'killed' | 'full' | 'sync';

/** The process is no more. */
export class PowerCut extends Error {}

interface Inode {
  bytes: Uint8Array;
  /** What surely survives. */
  durable: Uint8Array | null;
}

/** What stands at a name: a file, a directory, nothing. */
type Named = Inode | 'directory' | null;

export class FaultyDisk implements Disk {
  /** By path, in every state that it had since its directory was synced: the first of them is durable. */
  #names = new Map<string, Named[]>();
  #steps = 0;
  #fault: { at: number; kind: Fault } | null = null;
  #dead = false;

  /** Steps that were taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Fails at that step, counted from now. */
  failAt(step: number, kind: Fault): void {
    this.#fault = { at: this.#steps + step, kind };
  }

  /** Power comes back: what is there now is one of the states that the cut may have left. */
  restart(random: Random): void {
    for (const [path, states] of this.#names) this.#names.set(path, [survivor(states, random)]);
    // What stood in a directory that is gone is gone with it; directories are named before what is in them.
    for (const path of this.#names.keys())
      if (this.#now(parentOf(path)) !== 'directory') this.#names.set(path, [null]);
    this.#forget();
  }

  /** The process ended and another one begins: everything that was done is seen. */
  reopen(): void {
    this.#forget();
  }

  /** A copy of everything that is seen, as a backup has it. */
  copy(below: string): Map<string, Uint8Array> {
    const files = [...this.#names].flatMap(([path, states]) => {
      const now = states.at(-1);
      return path.startsWith(below) && now !== null && now !== undefined && now !== 'directory'
        ? [[path, now.bytes] as const]
        : [];
    });
    return new Map(files);
  }

  /** In the place of all that is below. */
  putBack(below: string, files: ReadonlyMap<string, Uint8Array>): void {
    for (const [path, states] of this.#names)
      if (path.startsWith(below) && states.at(-1) !== 'directory') this.#names.delete(path);
    for (const [path, bytes] of files) this.#names.set(path, [{ bytes, durable: bytes }]);
  }

  read(path: string, limit: number): Uint8Array | null {
    this.#alive();
    const now = this.#now(path);
    if (now === 'directory') throw systemError('EISDIR');
    if (now === null) return null;
    if (now.bytes.length > limit) throw systemError('EFBIG');
    return now.bytes.slice();
  }

  async create(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
    this.#step();
    this.#parent(path);
    if (this.#now(path) !== null) throw systemError('EEXIST');
    const inode: Inode = { bytes: new Uint8Array(0), durable: null };
    this.#name(path, inode);
    this.#step(() => {
      inode.bytes = bytes.slice(0, Math.floor(bytes.length / 2));
    });
    inode.bytes = bytes.slice();
    if (!durable) return;
    this.#step(undefined, 'sync');
    inode.durable = inode.bytes;
  }

  rename(from: string, to: string): void {
    this.#step();
    const now = this.#now(from);
    if (now === null) throw systemError('ENOENT');
    this.#name(to, now);
    this.#name(from, null);
  }

  remove(path: string): void {
    this.#alive();
    if (this.#now(path) === null) return;
    this.#step();
    this.#name(path, null);
  }

  makeDirectory(path: string): void {
    this.#alive();
    if (this.#now(path) === 'directory') return;
    this.#step();
    this.#parent(path);
    this.#name(path, 'directory');
  }

  removeDirectory(path: string): void {
    this.#alive();
    if (this.#now(path) !== 'directory' || this.list(path).length > 0) return;
    this.#step();
    this.#name(path, null);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#step(undefined, 'sync');
    for (const [name, states] of this.#names)
      if (parentOf(name) === path) this.#names.set(name, [states.at(-1) ?? null]);
  }

  list(path: string): string[] {
    this.#alive();
    return [...this.#names].flatMap(([name, states]) => {
      const now = states.at(-1);
      if (parentOf(name) !== path || now === null || now === undefined) return [];
      return [name.slice(path.length + 1) + (now === 'directory' ? '/' : '')];
    });
  }

  #now(path: string): Named {
    if (path === '/') return 'directory';
    return this.#names.get(path)?.at(-1) ?? null;
  }

  #name(path: string, named: Named): void {
    this.#names.set(path, [...(this.#names.get(path) ?? [null]), named]);
  }

  #parent(path: string): void {
    if (this.#now(parentOf(path)) !== 'directory') throw systemError('ENOENT');
  }

  /** `half`: what is there when the power goes, or the space, in the middle of it. */
  #step(half?: () => void, what: 'any' | 'sync' = 'any'): void {
    this.#alive();
    const at = this.#steps++;
    if (this.#fault === null || at < this.#fault.at) return;
    const { kind } = this.#fault;
    if (kind === 'sync' && what !== 'sync') return;
    if (kind === 'full' && what === 'sync') return;
    half?.();
    this.#dead = kind === 'cut' || kind === 'killed';
    this.#fault = null;
    throw this.#dead ? new PowerCut() : kind === 'sync' ? new SyncFailed('EIO') : systemError('ENOSPC');
  }

  #alive(): void {
    if (this.#dead) throw new PowerCut();
  }

  #forget(): void {
    this.#dead = false;
    this.#fault = null;
  }
}

/** A name is what it durably is or what it became since; a file has what was synced, or a beginning of what was not. */
function survivor(states: readonly Named[], random: Random): Named {
  const named = states[random.below(states.length)] ?? null;
  if (named === null || named === 'directory') return named;
  if (named.durable === named.bytes) return named;
  const torn = named.bytes.slice(0, random.below(named.bytes.length + 1));
  if (random.below(2) === 0) torn.fill(0, random.below(torn.length + 1));
  return { bytes: torn, durable: torn };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
