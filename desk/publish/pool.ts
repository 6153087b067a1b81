/** Makers in threads of their own: `pool-worker.ts` is what each of them runs. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Environment } from '../blobs/index.ts';
import type { Key } from '../signing/index.ts';
import { PublishError } from './errors.ts';
import type { Given, ListedShard, MakerPool, Makers, Placing, Result } from './makers.ts';
import { receivedError, type SentError } from './sent-error.ts';
import type { Task } from './work.ts';

/** Where a thread finds what it works with: it opens everything itself. */
export interface PoolOptions {
  /** Of the store and of the tree, as `openBlobs` takes them. */
  readonly store: string;
  readonly tree: string;
  readonly env: Environment;
  readonly key: Key | null;
  /** Default: as many as the machine works at once. */
  readonly threads?: number;
  /** Tasks for which they are begun; default: as many as are made in the time in which threads begin. */
  readonly worth?: number;
}

export type Question = { readonly number: number } & (
  | {
      readonly ask: 'begin';
      readonly given: Given;
      readonly state: string;
      readonly fingerprint: string | null;
    }
  | { readonly ask: 'make'; readonly tasks: readonly Task[] }
  | { readonly ask: 'place'; readonly files: readonly Placing[] }
  | { readonly ask: 'list'; readonly shards: readonly number[] }
  | { readonly ask: 'end' }
);

export interface Reply {
  readonly number: number;
  readonly value?: unknown;
  /** Instead of a value. */
  readonly error?: SentError;
}

const WORTH = 400;

/** They work on the store and the tree that they were given, whatever publication they are used for. */
export function makerPool(options: PoolOptions): MakerPool {
  const count = options.threads ?? availableParallelism();
  let threads: Thread[] = [];
  return {
    get worth() {
      return threads.length > 0 ? 0 : (options.worth ?? WORTH);
    },
    async begin(given, { state, fingerprint }) {
      threads = threads.filter(({ ended }) => !ended);
      while (threads.length < count) threads.push(new Thread(options));
      await askAll(threads, { ask: 'begin', given, state, fingerprint });
      return makersIn([...threads]);
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.close()));
    },
  };
}

function makersIn(threads: readonly Thread[]): Makers {
  const free = (): Thread | undefined => threads.toSorted((a, b) => a.asked - b.asked)[0];
  return {
    count: threads.length,
    make: async (tasks) => (await free()?.ask({ ask: 'make', tasks })) as readonly Result[], // as the thread answers
    async place(files) {
      await free()?.ask({ ask: 'place', files });
    },
    list: async (shards) => (await free()?.ask({ ask: 'list', shards })) as readonly ListedShard[], // likewise
    end: () => askAll(threads, { ask: 'end' }),
  };
}

async function askAll(threads: readonly Thread[], question: Asked): Promise<void> {
  await Promise.all(threads.map((thread) => thread.ask(question)));
}

type Asked = Question extends infer One
  ? One extends { number: number }
    ? Omit<One, 'number'>
    : never
  : never;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #failure: unknown;

  constructor({ store, tree, env, key }: PoolOptions) {
    const file = new URL(import.meta.url.replace(/pool(\.\w+)$/, 'pool-worker$1'));
    this.#worker = new Worker(file, { workerData: { store, tree, env: { ...env }, key } });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () =>
      this.#fail(new PublishError('thread', 'a thread of the publisher has ended')),
    );
  }

  /** How much it has been asked and has not answered. */
  get asked(): number {
    return this.#waiting.size;
  }

  get ended(): boolean {
    return this.#failure !== undefined;
  }

  ask(question: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const number = this.#number++;
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ ...question, number } satisfies Question);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle({ number, value, error }: Reply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(receivedError(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
