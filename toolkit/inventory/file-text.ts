import type { Files } from './ops.ts';

const utf8 = new TextDecoder('utf-8');
const singleByte = new TextDecoder('latin1');

/** A file whose names and versions are ASCII: bytes that are not UTF-8 become replacement characters. */
export function readText(files: Files, path: string, limit: number): string {
  return utf8.decode(files.read(path, limit));
}

/** Perl source: one character a byte, whatever its encoding; what is read of it is ASCII. */
export function readSource(files: Files, path: string, limit: number): string {
  return singleByte.decode(files.read(path, limit));
}
