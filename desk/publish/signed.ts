/** Products that a signature belongs to. */
import type { Signer } from '../signing/index.ts';
import { PublishError } from './errors.ts';
import type { Context } from './product.ts';

/** Throws `unsigned` with the name of the product where there is no key. */
export function signerOf({ signer }: Pick<Context, 'signer'>, product: string): Signer {
  if (signer !== null) return signer;
  throw new PublishError('unsigned', `${product} must be signed, and there is no key to sign with`);
}
