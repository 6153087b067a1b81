/** What came of looking at something on the mirror: what is to be logged, remembered and told. */
import type { LogEntry } from 'cpansec/transparency';
import type { DueWork, KnownFile, KnownText, Problem, ProblemKind, Work } from './state.ts';

export interface Outcome {
  /** Done with this. */
  readonly done?: Work;
  /** Not done; to be tried again. */
  readonly again?: DueWork;
  /** What is to be logged before anything else here is remembered. */
  readonly entry?: LogEntry;
  readonly file?: KnownFile;
  readonly text?: KnownText;
  readonly more?: readonly Work[];
  readonly problems?: readonly Problem[];
  /** What is no problem any more. */
  readonly settled?: readonly { readonly path: string; readonly kind: ProblemKind }[];
}

/** Takes outcomes, and waits while there are many. */
export type Report = (outcome: Outcome) => Promise<void>;
