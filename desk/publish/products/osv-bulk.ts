/** All OSV documents in the forms in which OSV's own bucket has them. */
import { encodeUtf8 } from 'cpansec/base';
import type { Known } from '../known.ts';
import type { WholeProduct } from '../product.ts';
import { zipOf } from '../zip.ts';

export const osvBulk: WholeProduct = {
  name: 'osv-bulk',
  reads: ['records', 'distributions'],
  make({ known }) {
    const zip = {
      locals: known.joined('osv-zip'),
      centrals: known.joined('osv-zip-central'),
      lengths: known.lengths('osv-zip'),
    };
    return {
      files: [
        { path: 'osv/CPAN/all.zip', bytes: zipOf(zip) },
        { path: 'osv/CPAN/modified_id.csv', bytes: encodeUtf8(modified(known, '')) },
        { path: 'osv/modified_id.csv', bytes: encodeUtf8(modified(known, 'CPAN/')) },
        { path: 'osv/ecosystems.txt', bytes: encodeUtf8('CPAN\n') },
        { path: 'osv/all.json', bytes: allOf(known) },
      ],
    };
  },
};

/** `instant,CPAN/id`, newest first. */
function modified(known: Known, folder: string): string {
  const lines = known.keys('osv-modified').map((key) => {
    const [instant = '', id = ''] = key.split(' ');
    return `${instant},${folder}${id}\n`;
  });
  return lines.reverse().join('');
}

/** A list of all documents, one after the other as they are. */
function allOf(known: Known): Uint8Array {
  const documents = known.joined('osv', ',\n');
  if (documents.length === 0) return encodeUtf8('[]\n');
  return Buffer.concat([encodeUtf8('[\n'), documents, encodeUtf8('\n]\n')]);
}
