import { type Option, type Terminal, type Typed, usage } from 'cpansec/terminal';
import { type BlobStore, openBlobs } from '../blobs/index.ts';

export const STORE_OPTION: Option = {
  name: 'store',
  value: 'ADDRESS',
  help: 'the published store: a directory, or s3://BUCKET/PREFIX',
};

/** The store that was typed; whether anything stands there is seen when it is used. Throws a usage error, `bad-address`. */
export function storeOf(typed: Typed, { env }: Terminal): BlobStore {
  const address = typed.value('store');
  if (address === undefined)
    throw usage('--store is missing', 'say --store DIRECTORY or --store s3://BUCKET/PREFIX');
  return openBlobs(address, env);
}
