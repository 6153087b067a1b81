/** The thread of `pgp-thread.ts`: one task, then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { openPgp } from './pgp-open.ts';
import type { FromWorker, ToWorker, WorkerData } from './pgp-thread.ts';

const { task, bounds } = workerData as WorkerData; // what `pgp-thread.ts` gives

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function signersOf(keyIds: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    parentPort?.once('message', ({ armored }: ToWorker) => resolve(armored));
    post({ ask: keyIds });
  });
}

// Why it failed stays here: every failure looks the same outside.
const opened = await openPgp(task, bounds, signersOf).catch(() => null);
post({ opened });
parentPort?.close();
