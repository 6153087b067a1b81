import { RECORD_SCHEMA } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { RECORD_SCHEMA_PATH } from '../../site/index.ts';
import type { WholeProduct } from '../product.ts';

/** The JSON Schema of `advisories/ID.json`. */
export const recordSchema: WholeProduct = {
  name: 'record-schema',
  reads: [],
  make({ config }) {
    const { $schema, ...rest } = RECORD_SCHEMA;
    const schema = { $schema, $id: `${config.base}/${RECORD_SCHEMA_PATH}`, ...rest };
    return {
      files: [{ path: RECORD_SCHEMA_PATH, bytes: encodeUtf8(`${JSON.stringify(schema, null, 2)}\n`) }],
    };
  },
};
