/** The record itself: `docs/formats/advisory.md`. */
import { encodeRecord } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { advisoryStem } from '../paths.ts';
import type { Product } from '../product.ts';

export const record: Product<'advisory'> = {
  name: 'record',
  make: ({ record }) => ({
    files: [{ path: `${advisoryStem(record.id)}.json`, bytes: encodeUtf8(encodeRecord(record)) }],
  }),
};
