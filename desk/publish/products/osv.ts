/** OSV documents: `docs/formats/osv.md`. One stands where OSV's clients look for it and beside the page. */
import { deflateRawSync } from 'node:zlib';
import { toOsv } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { formatOsv } from 'cpansec/formats';
import { instantsOf } from '../facts.ts';
import { advisoryStem, osvPath } from '../paths.ts';
import type { Product } from '../product.ts';
import { zipMember } from '../zip.ts';

export const osv: Product<'advisory'> = {
  name: 'osv',
  make(subject, { known }) {
    const { id } = subject.record;
    const { modified } = instantsOf(subject);
    const releases = (name: string): string[] | null => {
      const versions = known
        .releases(name)
        .flatMap(({ version }) => (version === null ? [] : [version.original]));
      return versions.length === 0 ? null : versions;
    };
    const bytes = encodeUtf8(formatOsv(toOsv(subject.record, { modified, releases }).document));
    const deflated = new Uint8Array(deflateRawSync(bytes));
    return {
      files: [
        { path: osvPath(id), bytes },
        { path: `${advisoryStem(id)}.osv.json`, bytes },
      ],
      members: [
        { collection: 'osv', key: id, bytes },
        { collection: 'osv-zip', key: id, bytes: zipMember(bytes, deflated) },
        { collection: 'osv-modified', key: `${modified} ${id}`, bytes: new Uint8Array(0) },
      ],
    };
  },
};
