import { quoteFound } from 'cpansec/base';
import { authorFile } from 'cpansec/cpan';
import { MAX_DEPTH } from './mirror.ts';
import type { Problem, State, Work } from './state.ts';

export interface EnqueueContext {
  readonly state: State;
  readonly raise: (problem: Problem) => void;
}

/**
 * Writes down what is to be done, inside a transaction; what a mirror has no place for is told. Whether there was
 * room for it.
 */
export function enqueue(work: Work, { state, raise }: EnqueueContext): boolean {
  const path = work.directory + (work.name === '' ? 'CHECKSUMS' : work.name);
  const isDeep = work.act === 'list' && work.directory.split('/').length > MAX_DEPTH;
  if (isDeep || authorFile(path) === null) {
    raise({ path: quoteFound(path, 500), kind: 'path', words: 'is no path that can be followed' });
    return true;
  }
  if (state.isFull()) return false;
  state.enqueue(work);
  return true;
}

/** What is said of a mirror, or a directory of it, for which there is no room. */
export const NO_ROOM = 'names more files than there is room for';

/** The directory, with a slash at its end, and the name. */
export function splitPath(path: string): { directory: string; name: string } {
  const slash = path.lastIndexOf('/') + 1;
  return { directory: path.slice(0, slash), name: path.slice(slash) };
}
