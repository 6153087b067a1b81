/** OSV documents: `docs/formats/osv.md`. One stands where OSV's clients look for it and beside the page. */
import { toOsv } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { formatOsv } from 'cpansec/formats';
import { instantsOf } from '../facts.ts';
import { advisoryStem, osvPath, releasesFrom } from '../paths.ts';
import type { Member, Product } from '../product.ts';
import { zipMember } from '../zip.ts';

export const osv: Product<'advisory'> = {
  name: 'osv',
  make(subject, { known }) {
    const { id } = subject.record;
    const { modified } = instantsOf(subject);
    const { document } = toOsv(subject.record, { modified, releases: releasesFrom(known) });
    const bytes = encodeUtf8(formatOsv(document));
    return {
      files: [
        { path: osvPath(id), bytes },
        { path: `${advisoryStem(id)}.osv.json`, bytes },
      ],
      // What affects nothing stays addressable, and is of no use in bulk.
      members: (document.affected ?? []).length === 0 ? [] : membersOf(id, modified, bytes),
    };
  },
};

function membersOf(id: string, modified: string, bytes: Uint8Array): Member[] {
  const { local, central } = zipMember(osvPath(id).slice('osv/CPAN/'.length), bytes);
  return [
    // Without the line break at its end.
    { collection: 'osv', key: id, bytes: bytes.slice(0, -1) },
    { collection: 'osv-zip', key: id, bytes: local },
    { collection: 'osv-zip-central', key: id, bytes: central },
    { collection: 'osv-modified', key: `${modified} ${id}`, bytes: new Uint8Array(0) },
  ];
}
