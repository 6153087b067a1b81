/** The header section of a message or part as we read it (RFC 5322, section 2.2): bounded, nothing trusted. */
import { decodeWords } from 'postal-mime';

/** How much of one header section is read. */
export interface HeaderLimits {
  /** Bytes, at most. */
  readonly headerBytes: number;
  readonly headerFields: number;
  /** Characters of one unfolded field; a longer one is cut. */
  readonly fieldLength: number;
}

/** Fields in order, names in small letters, values unfolded and not decoded. */
export interface HeaderSection {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Where the body begins. */
  readonly bodyStart: number;
  /** Whether something was beyond a bound and is not in `fields`. */
  readonly cut: boolean;
}

const LF = 10;
const CR = 13;

/** The section that begins the bytes. Without an empty line, everything is header. */
export function readHeaderSection(bytes: Uint8Array, limits: HeaderLimits): HeaderSection {
  const end = endOfHeader(bytes);
  const text = decodeHeader(bytes.subarray(0, Math.min(end.header, limits.headerBytes)));
  const lines = text.split(/\r\n|\n|\r/);
  const fields: [name: string, value: string][] = [];
  let cut = end.header > limits.headerBytes;
  for (const line of lines) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) cut = !extend(last, line, limits) || cut;
    else if (fields.length >= limits.headerFields) {
      cut = true;
      break;
    } else cut = !begin(fields, line, limits) || cut;
  }
  return { fields: fields.map(([name, value]) => [name, value.trim()]), bodyStart: end.body, cut };
}

/** The first field of the name, or null. */
export function fieldOf({ fields }: HeaderSection, name: string): string | null {
  return fields.find(([other]) => other === name)?.[1] ?? null;
}

export function countOf({ fields }: HeaderSection, name: string): number {
  return fields.filter(([other]) => other === name).length;
}

/** A value with its encoded words decoded (RFC 2047), safe to show: one line, no control and no bidi characters. */
export function decodeValue(value: string): string {
  return oneLine(decodeWords(value));
}

/** Without control characters and what turns the direction of writing, with single spaces. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

function begin(fields: [string, string][], line: string, { fieldLength }: HeaderLimits): boolean {
  const match = /^([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:/.exec(line);
  if (match === null) return line === '' || /^(?:From |>From )/.test(line);
  const [whole, name = ''] = match;
  const value = line.slice(whole.length);
  fields.push([name.toLowerCase(), value.slice(0, fieldLength)]);
  return value.length <= fieldLength;
}

function extend(field: [string, string], line: string, { fieldLength }: HeaderLimits): boolean {
  const room = fieldLength - field[1].length;
  field[1] += line.slice(0, Math.max(room, 0));
  return line.length <= room;
}

/** The end of the last header line, and the byte after the empty one. */
function endOfHeader(bytes: Uint8Array): { header: number; body: number } {
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === LF) return { header: at, body: at + 1 };
    if (bytes[at] === CR && bytes[at + 1] === LF) return { header: at, body: at + 2 };
    const next = bytes.indexOf(LF, at);
    if (next < 0) break;
    at = next + 1;
  }
  return { header: bytes.length, body: bytes.length };
}

/** UTF-8 where it is (RFC 6532), else one character a byte. */
function decodeHeader(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
