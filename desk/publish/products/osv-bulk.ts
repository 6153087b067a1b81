/** All OSV documents in the forms in which OSV's own bucket has them. */
import { encodeUtf8 } from 'cpansec/base';
import type { Known } from '../known.ts';
import { osvPath } from '../paths.ts';
import type { WholeProduct } from '../product.ts';
import { zipOf } from '../zip.ts';

const name = (id: string): string => osvPath(id).slice('osv/CPAN/'.length);

export const osvBulk: WholeProduct = {
  name: 'osv-bulk',
  reads: ['records', 'distributions'],
  make({ known }) {
    const members = function* (): Iterable<{ name: string; kept: Uint8Array }> {
      for (const { key, bytes } of known.members('osv-zip')) yield { name: name(key), kept: bytes };
    };
    return {
      files: [
        { path: 'osv/CPAN/all.zip', bytes: zipOf(members()) },
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
  const lines = Array.from(known.members('osv-modified'), ({ key }) => {
    const [instant = '', id = ''] = key.split(' ');
    return `${instant},${folder}${id}\n`;
  });
  return lines.reverse().join('');
}

/** A list of all documents, one after the other as they are. */
function allOf(known: Known): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { bytes } of known.members('osv'))
    parts.push(encodeUtf8(parts.length === 0 ? '[\n' : ',\n'), trimmed(bytes));
  parts.push(encodeUtf8(parts.length === 0 ? '[]\n' : '\n]\n'));
  return Buffer.concat(parts);
}

function trimmed(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
}
