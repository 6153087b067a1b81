import type { Json } from 'cpansec/base';
import type { Job, Outcome } from '../jobs/index.ts';
import type { Preview } from './preview-shape.ts';
import type { Publication } from './publication.ts';
import type { Step } from './steps.ts';

/** What a step finds to do. */
export interface Doing {
  readonly publication: Publication;
  readonly step: Step;
  /** What was approved. */
  readonly preview: Preview;
  readonly job: Job;
}

/** Gives the proof that it happened, or how it ended otherwise. */
export type Does = (doing: Doing) => Promise<Done>;
export type Done = { readonly proof: Json } | Outcome;
