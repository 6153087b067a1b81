import { PlacedError } from 'cpansec/base';

/** `key`: no usable key; `permissions`: others may read the key; `agent`: the program failed. */
export type SigningErrorCode = 'key' | 'permissions' | 'agent';

/** A key that cannot sign. Never holds anything of the key. */
export class SigningError extends PlacedError<SigningErrorCode> {}
