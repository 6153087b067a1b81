/** The process that works: some workers beside each other, and what has to be looked at now and then. */
import { setTimeout as wait } from 'node:timers/promises';
import { reap } from './claim.ts';
import { type Work, workOne } from './work.ts';

/** Something that is looked at now and then, in every process, without harm. */
export interface Chore {
  readonly name: string;
  /** Milliseconds. */
  readonly every: number;
  run(): Promise<unknown>;
}

export interface JobsOptions extends Work {
  readonly chores?: readonly Chore[];
  /** Jobs at the same time; default 4. */
  readonly workers?: number;
  /** Milliseconds until the next look when nothing was due; default one second. */
  readonly idle?: number;
  /** Milliseconds between looks for jobs whose worker is no more; default five seconds. */
  readonly reapEvery?: number;
}

export interface RunningJobs {
  /** Takes no more jobs; resolves when those under way have ended. */
  stop(): Promise<void>;
}

export function startJobs(options: JobsOptions): RunningJobs {
  const { store, chores = [], workers = 4, idle = 1000, reapEvery = 5000 } = options;
  const stopping = new AbortController();
  const reaper = { name: 'reap', every: reapEvery, run: () => store.transaction(reap) };
  const loop = (name: string, every: number, step: () => Promise<boolean>) =>
    repeat(step, every, stopping.signal, (error) => options.onError(error, name));
  const running = [
    ...Array.from({ length: workers }, () => loop('work', idle, () => workOne(options))),
    ...[reaper, ...chores].map((chore) =>
      loop(chore.name, chore.every, async () => {
        await chore.run();
        return false;
      }),
    ),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** The step again and again: at once while it finds something, else after a pause. */
async function repeat(
  step: () => Promise<boolean>,
  pause: number,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    const found = await step().catch((error) => {
      onError(error);
      return false;
    });
    // An abort ends the pause by an error, and the loop with it.
    if (!found) await wait(pause, undefined, { signal }).catch(() => {});
  }
}
