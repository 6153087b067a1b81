/** CVE records: `docs/formats/cve.md`. */
import { encodeUtf8 } from 'cpansec/base';
import { formatCve } from 'cpansec/formats';
import { advisoryStem, cvePath } from '../paths.ts';
import type { Product } from '../product.ts';

const COLLECTION = 'cve';

/** Beside the page of an advisory that has one CVE id; each is kept by its id. */
export const cve: Product<'advisory'> = {
  name: 'cve',
  make({ record: { id }, cve: documents }) {
    const made = documents.map((document) => ({
      key: `${document.cveMetadata.cveId} ${id}`,
      bytes: encodeUtf8(formatCve(document)),
    }));
    const [only, ...others] = made;
    return {
      files:
        only === undefined || others.length > 0
          ? []
          : [{ path: `${advisoryStem(id)}.cve.json`, bytes: only.bytes }],
      members: made.map(({ key, bytes }) => ({ collection: COLLECTION, key, bytes })),
    };
  },
};

/** By CVE id, where one advisory alone has it: of others no single record says everything. */
export const cveByName: Product<'name'> = {
  name: 'cve-by-name',
  make({ name }, { known }) {
    const [only, ...others] = name.startsWith('CVE-') ? known.membersBelow(COLLECTION, `${name} `) : [];
    return { files: only === undefined || others.length > 0 ? [] : [{ path: cvePath(name), bytes: only }] };
  },
};
