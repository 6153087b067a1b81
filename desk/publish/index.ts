/**
 * publish: the published store made into the public tree. `products.ts` is the table of everything that is made; what
 * changed in the store decides what of it is made anew, and the tree switches over when all of it is there.
 *
 * Words: a *product* is something made of the store, a *subject* what it is made of (an advisory, a distribution, a
 * name, a year …), a *whole-set* product one that holds all of them, made of kept *members*.
 */
export { checkExpiry, type PublishConfig, readConfig } from './config.ts';
export { PublishError, type PublishErrorCode } from './errors.ts';
export type { MakerPool } from './makers.ts';
export type {
  Changes,
  Coverage,
  KnownDecision,
  KnownDistribution,
  KnownRelease,
  Revision,
  StoreReader,
} from './ops.ts';
export { recordPath } from './paths.ts';
export { makerPool, type PoolOptions } from './pool.ts';
export { type Publication, type Published, publish } from './publish.ts';
