/** What a job is, and what a room says of the kind of jobs that it does. */
import type { Json, Shape } from 'cpansec/base';
import type { Transaction } from '../store/index.ts';
import type { BackOff } from './back-off.ts';

/** What is to be done outside. */
export interface NewJob {
  /** A word, `mail.send`. */
  readonly kind: string;
  readonly caseId: string | null;
  /** The key that seals the payload: of the case, of a person, or `DESK_KEY`. Once destroyed, the job is cancelled. */
  readonly keyId: string;
  /** At most {@link MAX_PAYLOAD} bytes as JSON. */
  readonly payload: Json;
  /** Never done before this instant, UTC with milliseconds. Default: at once. */
  readonly dueAt?: string;
}

/** Bytes. */
export const MAX_PAYLOAD: number = 256 * 1024;

/** A job under way. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  /** From 1. */
  readonly attempt: number;
  /** Ends the work when the lease is over. */
  readonly signal: AbortSignal;
}

/** How it ended. A `problem` is a closed word (`refused`), never what the other side said. */
export type Outcome =
  /** `also` is in the same transaction as the job's end: what is only of the database happens exactly once. */
  | { readonly state: 'done'; readonly also?: (tx: Transaction) => Promise<void> }
  /** Nothing happened outside; it is tried again later, a limited number of times. */
  | { readonly state: 'retry'; readonly problem: string }
  /** Nothing happened outside, and never will. */
  | { readonly state: 'failed'; readonly problem: string }
  /** It may have happened: a person decides. */
  | { readonly state: 'uncertain'; readonly problem: string };

export interface HandlerOptions<T> {
  readonly payload: Shape<T>;
  /**
   * Must never happen twice by itself. That it begins is written before `run` is called; an error, or the end of
   * the process after that, makes the job `uncertain`. Other kinds must bear being done again.
   */
  readonly once?: true;
  /** How often it is tried; default 8. */
  readonly tries?: number;
  /** Milliseconds after which somebody else may take it; default two minutes. */
  readonly lease?: number;
  readonly backOff?: BackOff;
  readonly run: (payload: T, job: Job) => Promise<Outcome>;
}

/** One line in the table of handlers. */
export interface Handler {
  readonly once: boolean;
  readonly tries: number;
  readonly lease: number;
  readonly backOff: BackOff;
  /** Reads the payload, and gives what is to be done. Throws ShapeError. */
  prepare(payload: Json): (job: Job) => Promise<Outcome>;
}

/** Handlers by kind. */
export type Handlers = Readonly<Record<string, Handler>>;

export function handler<T>(options: HandlerOptions<T>): Handler {
  return {
    once: options.once ?? false,
    tries: options.tries ?? 8,
    lease: options.lease ?? 120_000,
    backOff: options.backOff ?? { first: 30_000, most: 6 * 3_600_000 },
    prepare(payload) {
      const read = options.payload(payload);
      return (job) => options.run(read, job);
    },
  };
}
