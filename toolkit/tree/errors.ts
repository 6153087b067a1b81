import { PlacedError } from '../base/index.ts';

/** `manifest`: no manifest or shard; `digest`: bytes that are not what the manifest says; `too-large`: over a bound. */
export type TreeErrorCode = 'manifest' | 'digest' | 'too-large';

/** A tree that cannot be read; the place names the file. */
export class TreeError extends PlacedError<TreeErrorCode> {}
