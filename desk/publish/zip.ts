/**
 * Zip archives (APPNOTE.TXT 6.3) of members that were compressed before, so that an archive of everything costs no
 * compression when one member changes. All bear the first day of zip's calendar: the same members give the same bytes.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import { encodeUtf8 } from 'cpansec/base';

/** What stands of a member in an archive. */
export interface ZipMember {
  /** Section 4.3.7, local file header, and the deflated bytes. */
  readonly local: Uint8Array;
  /** Section 4.3.12, central directory header, whose offset is written when the archive is. */
  readonly central: Uint8Array;
}

const LOCAL = 30;
const CENTRAL = 46;
/** Where the header of a member has the offset of what is local to it. */
const OFFSET = 42;
const DEFLATED = 8;
const FIRST_DAY = 0x21;
const VERSION = 20;
const VERSION_64 = 45;
/** Members that the end of an archive can count; beyond, and for as many, section 4.3.14. */
const MAX_COUNT = 0xffff;

export function zipMember(name: string, bytes: Uint8Array): ZipMember {
  const [path, deflated] = [encodeUtf8(name), deflateRawSync(bytes)];
  const about = new DataView(new ArrayBuffer(26));
  about.setUint16(0, VERSION, true);
  about.setUint16(4, DEFLATED, true);
  about.setUint16(8, FIRST_DAY, true);
  about.setUint32(10, crc32(bytes), true);
  about.setUint32(14, deflated.length, true);
  about.setUint32(18, bytes.length, true);
  about.setUint16(22, path.length, true);
  const local = new Uint8Array(LOCAL + path.length + deflated.length);
  local.set([0x50, 0x4b, 3, 4]);
  local.set(new Uint8Array(about.buffer), 4);
  local.set(path, LOCAL);
  local.set(deflated, LOCAL + path.length);
  const central = new Uint8Array(CENTRAL + path.length);
  central.set([0x50, 0x4b, 1, 2, VERSION, 0]);
  central.set(new Uint8Array(about.buffer), 6);
  central.set(path, CENTRAL);
  return { local, central };
}

/** All members one after the other. */
export interface ZipParts {
  readonly locals: Uint8Array;
  readonly centrals: Uint8Array;
  /** Of each local part, in bytes. */
  readonly lengths: readonly number[];
}

/** Less than 4 GiB: a blob is never larger. */
export function zipOf({ locals, centrals, lengths }: ZipParts): Uint8Array {
  const directory = new Uint8Array(centrals);
  const view = new DataView(directory.buffer);
  let [at, offset] = [0, 0];
  for (const length of lengths) {
    view.setUint32(at + OFFSET, offset, true);
    at += CENTRAL + view.getUint16(at + 28, true);
    offset += length;
  }
  return Buffer.concat([locals, directory, end(lengths.length, directory.length, locals.length)]);
}

/** Sections 4.3.14 to 4.3.16. */
function end(count: number, size: number, offset: number): Uint8Array {
  const last = new DataView(new ArrayBuffer(22));
  last.setUint32(0, 0x06054b50, true);
  last.setUint16(8, Math.min(count, MAX_COUNT), true);
  last.setUint16(10, Math.min(count, MAX_COUNT), true);
  last.setUint32(12, size, true);
  last.setUint32(16, offset, true);
  const before = count < MAX_COUNT ? [] : [end64(count, size, offset)];
  return Buffer.concat([...before, new Uint8Array(last.buffer)]);
}

function end64(count: number, size: number, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(56 + 20));
  view.setUint32(0, 0x06064b50, true);
  view.setUint32(4, 44, true);
  view.setUint16(12, VERSION_64, true);
  view.setUint16(14, VERSION_64, true);
  view.setUint32(24, count, true);
  view.setUint32(32, count, true);
  view.setUint32(40, size, true);
  view.setUint32(48, offset, true);
  // Where it stands, said where the end of the archive is looked for.
  view.setUint32(56, 0x07064b50, true);
  view.setUint32(64, offset + size, true);
  view.setUint32(72, 1, true);
  return new Uint8Array(view.buffer);
}
