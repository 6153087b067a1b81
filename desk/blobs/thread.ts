/**
 * A store whose work is done in a thread of its own, so that whoever makes the bytes goes on making meanwhile. What
 * is asked for in one turn of the event loop goes over in one message.
 */
import { Worker } from 'node:worker_threads';
import type { Blob, BlobEntry, BlobStore, PutOptions } from './blobs.ts';
import { BlobError, type BlobErrorCode } from './errors.ts';
import type { Environment } from './open.ts';

/** What the thread is asked; `thread-worker.ts` answers with the same number. */
export type Question = { readonly number: number } & (
  | { readonly ask: 'get' | 'delete'; readonly key: string }
  | {
      readonly ask: 'put';
      readonly key: string;
      readonly bytes: Uint8Array;
      readonly options: PutOptions | undefined;
    }
  | { readonly ask: 'copy'; readonly from: string; readonly to: string }
  | { readonly ask: 'flush' }
  | { readonly ask: 'list'; readonly prefix: string; readonly after: string | undefined }
);

export interface Reply {
  readonly number: number;
  readonly value?: unknown;
  /** Instead of a value. */
  readonly error?: {
    readonly code: BlobErrorCode | null;
    readonly problem: string;
    readonly file: string | null;
  };
}

export interface ThreadStore extends BlobStore {
  /** Ends the thread. What was asked and is not done yet fails. */
  close(): Promise<void>;
}

/** The store at the address as {@link openBlobs} takes it, which also says what is thrown at once. */
export function threadStore(address: string, env: Environment): ThreadStore {
  return new StoreInThread(address, env);
}

type Asked = Question extends infer One
  ? One extends { number: number }
    ? Omit<One, 'number'>
    : never
  : never;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class StoreInThread implements ThreadStore {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #outgoing: Question[] = [];

  constructor(address: string, env: Environment) {
    const file = new URL(import.meta.url.replace(/thread(\.\w+)$/, 'thread-worker$1'));
    this.#worker = new Worker(file, { workerData: { address, env: { ...env } } });
    this.#worker.on('message', (replies: Reply[]) => {
      for (const reply of replies) this.#settle(reply);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new BlobError('failed', 'the thread of the store has ended')));
  }

  get(key: string): Promise<Blob | null> {
    return this.#ask({ ask: 'get', key }) as Promise<Blob | null>; // as the store in the thread answers
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<string | null> {
    return this.#ask({ ask: 'put', key, bytes, options }) as Promise<string | null>; // likewise
  }

  async copy(from: string, to: string): Promise<void> {
    await this.#ask({ ask: 'copy', from, to });
  }

  async delete(key: string): Promise<void> {
    await this.#ask({ ask: 'delete', key });
  }

  async flush(): Promise<void> {
    await this.#ask({ ask: 'flush' });
  }

  async *list(prefix: string, after?: string): AsyncIterable<BlobEntry> {
    yield* (await this.#ask({ ask: 'list', prefix, after })) as BlobEntry[]; // likewise
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(question: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const number = this.#number++;
      this.#waiting.set(number, { resolve, reject });
      if (this.#outgoing.length === 0) setImmediate(() => this.#send());
      this.#outgoing.push({ ...question, number });
    });
  }

  #send(): void {
    const questions = this.#outgoing;
    this.#outgoing = [];
    this.#worker.postMessage(questions);
  }

  #settle({ number, value, error }: Reply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(errorOf(error));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function errorOf({ code, problem, file }: NonNullable<Reply['error']>): Error {
  return code === null ? new Error(problem) : new BlobError(code, problem, file === null ? {} : { file });
}
