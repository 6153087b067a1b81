import { PlacedError } from '../base/index.ts';

/**
 * `manifest`: no manifest or shard; `digest`: gone, or bytes that are not what the manifest says; `head`: no head of
 * an index; `too-large`: over a bound.
 */
export type TreeErrorCode = 'manifest' | 'digest' | 'head' | 'too-large';

/** A tree that cannot be read; the place names the file. */
export class TreeError extends PlacedError<TreeErrorCode> {}
