/** CVE records: `docs/formats/cve.md`. */
import { encodeUtf8 } from 'cpansec/base';
import { formatCve } from 'cpansec/formats';
import { advisoryStem, cvePath } from '../paths.ts';
import type { Product } from '../product.ts';

/** Beside the page of an advisory that has one CVE id. */
export const cve: Product<'advisory'> = {
  name: 'cve',
  make({ record, cve: [document, ...others] }) {
    if (document === undefined || others.length > 0) return { files: [] };
    return {
      files: [{ path: `${advisoryStem(record.id)}.cve.json`, bytes: encodeUtf8(formatCve(document)) }],
    };
  },
};

/** By CVE id, where one advisory alone has it: of others no single record says everything. */
export const cveByName: Product<'name'> = {
  name: 'cve-by-name',
  make({ name, only }) {
    const document = only?.cve.find(({ cveMetadata }) => cveMetadata.cveId === name);
    return {
      files: document === undefined ? [] : [{ path: cvePath(name), bytes: encodeUtf8(formatCve(document)) }],
    };
  },
};
