/** Has everything made that is left to do, and remembers it. Nothing is switched over here. */
import { atOnce } from '../blobs/index.ts';
import type { Makers, Result } from './makers.ts';
import { remember } from './remember.ts';
import type { State } from './state.ts';
import type { Task, Work } from './work.ts';

export interface Making {
  readonly state: State;
  readonly work: Work;
  readonly makers: Makers;
  progress(words: string): void;
}

/** Tasks that are remembered at once, because each time costs as much as many of them; and bytes of their members. */
const TOGETHER = 512;
const MAX_BYTES = 32 * 1024 * 1024;

/** A process that is killed makes again what was not remembered yet. */
export async function makeAll({ state, work, makers, progress }: Making): Promise<void> {
  const total = work.left;
  let done = 0;
  let [made, bytes]: [Result[], number] = [[], 0];
  const settle = (): void => {
    remember({ state, work }, made);
    [made, bytes] = [[], 0];
  };
  const keep = (result: Result): void => {
    made.push(result);
    for (const member of result.members) bytes += member.bytes.length;
    if (made.length >= TOGETHER || bytes > MAX_BYTES) settle();
  };
  const makeBatch = async (tasks: readonly Task[]): Promise<void> => {
    for (let left = tasks; left.length > 0; ) {
      const results = await makers.make(left);
      for (const result of results) keep(result);
      left = left.slice(results.length);
      done += results.length;
      progress(`${done} of ${total} made`);
    }
  };
  while (work.left > 0) {
    // A maker has its next batch before it asks; what is whole is dealt to who is free.
    await atOnce(work.next(), makeBatch, work.isWhole ? makers.count : 2 * makers.count);
    settle();
  }
}
