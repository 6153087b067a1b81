/**
 * Zip archives (APPNOTE.TXT 6.3) of members that were compressed before, so that an archive of everything costs no
 * compression when one member changes.
 */
import { crc32 } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';

/** CRC-32, size, deflated bytes: what {@link zipOf} needs of a member. */
export function zipMember(bytes: Uint8Array, deflated: Uint8Array): Uint8Array {
  const kept = new Uint8Array(8 + deflated.length);
  const view = new DataView(kept.buffer);
  view.setUint32(0, crc32(bytes));
  view.setUint32(4, bytes.length);
  kept.set(deflated, 8);
  return kept;
}

/** The archive; all members bear the first day of zip's calendar, so that the same members give the same bytes. */
export function zipOf(members: Iterable<{ readonly name: string; readonly kept: Uint8Array }>): Uint8Array {
  const parts: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error !== null) throw error;
    parts.push(part);
  });
  for (const { name, kept } of members) addTo(zip, name, kept);
  zip.end();
  return Buffer.concat(parts);
}

function addTo(zip: Zip, filename: string, kept: Uint8Array): void {
  const view = new DataView(kept.buffer, kept.byteOffset, kept.byteLength);
  const file: ZipInputFile = {
    filename,
    crc: view.getUint32(0),
    size: view.getUint32(4),
    compression: 8,
    mtime: new Date(1980, 0, 1),
    attrs: 0,
    os: 0,
  };
  zip.add(file);
  // A view of what this process made: never shared with another.
  file.ondata?.(null, kept.subarray(8) as Uint8Array<ArrayBuffer>, true);
}
