/**
 * OpenPGP of others is opened in a thread that is ended after a while: a small message can hold millions of packets.
 * Whatever goes wrong there, wrong key, damage, a bomb, time, gives the same: null.
 */
import { Worker } from 'node:worker_threads';
import type { AskSigners, Opened, PgpBounds, PgpTask } from './pgp-open.ts';

export interface WorkerData {
  readonly task: PgpTask;
  readonly bounds: PgpBounds;
}

export type FromWorker = { readonly ask: readonly string[] } | { readonly opened: Opened | null };

export interface ToWorker {
  readonly armored: readonly string[];
}

/** Megabytes of objects; the bytes themselves are bounded by their own limits. */
const MAX_HEAP = 512;

/** What was inside, or null. Ends after `time` milliseconds. Throws what `signersOf` throws. */
export function openInThread(data: WorkerData, time: number, signersOf: AskSigners): Promise<Opened | null> {
  const file = new URL(import.meta.url.replace(/pgp-thread(\.\w+)$/, 'pgp-worker$1'));
  const worker = new Worker(file, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP },
    // What is printed there could tell of the message.
    stdout: true,
    stderr: true,
  });
  return new Promise<Opened | null>((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), time);
    worker.on('message', (message: FromWorker) => {
      if ('opened' in message) resolve(message.opened);
      else
        signersOf(message.ask).then((armored) => worker.postMessage({ armored } satisfies ToWorker), reject);
    });
    worker.on('error', () => resolve(null));
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(null);
    });
  }).finally(() => worker.terminate());
}
