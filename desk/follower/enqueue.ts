import { quoteFound } from 'cpansec/base';
import { authorFile } from 'cpansec/cpan';
import type { Problem, State, Work } from './state.ts';

export interface EnqueueContext {
  readonly state: State;
  readonly raise: (problem: Problem) => void;
}

/** Writes down what is to be done, inside a transaction; what a mirror has no place for is told. */
export function enqueue(work: Work, { state, raise }: EnqueueContext): void {
  const path = work.directory + (work.name === '' ? 'CHECKSUMS' : work.name);
  if (authorFile(path) !== null) state.enqueue(work);
  else raise({ path: quoteFound(path, 500), kind: 'path', words: 'is no path that can be followed' });
}

/** The directory, with a slash at its end, and the name. */
export function splitPath(path: string): { directory: string; name: string } {
  const slash = path.lastIndexOf('/') + 1;
  return { directory: path.slice(0, slash), name: path.slice(slash) };
}
