/** What PAUSE's text indexes have in common: `Key: value` lines, an empty line, rows. */
import { type Place, quoteFound } from '../base/index.ts';
import { CpanError, type CpanErrorCode } from './errors.ts';

/** Longest index, in characters: more than twenty times that of today. */
export const MAX_INDEX_LENGTH: number = 512 * 1024 * 1024;
const MAX_HEADER_LINES = 200;
/** Most rows: eight times those of today. */
export const MAX_INDEX_ROWS = 2_000_000;

export interface IndexText {
  readonly text: string;
  readonly file: string | undefined;
  /** `Last-Updated`, `Line-Count` … */
  readonly header: ReadonlyMap<string, string>;
  /** Where the first row begins. */
  readonly rowsAt: number;
  readonly firstLine: number;
}

export function readIndexHeader(text: string, file?: string): IndexText {
  const header = new Map<string, string>();
  const known = { text, file, header, rowsAt: 0, firstLine: 1 };
  if (text.length > MAX_INDEX_LENGTH)
    failAt(known, 1, 'too-large', `${text.length} characters, at most ${MAX_INDEX_LENGTH}`);
  const nul = text.indexOf('\0');
  if (nul >= 0) failAt(known, lineOf(text, nul), 'index-syntax', 'a NUL');
  for (let at = 0, line = 1; at < text.length && line <= MAX_HEADER_LINES; line++) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    const content = text.slice(at, stop).trimEnd();
    if (content === '') return { ...known, rowsAt: Math.min(stop + 1, text.length), firstLine: line + 1 };
    const colon = content.indexOf(':');
    if (colon <= 0)
      failAt(known, line, 'index-syntax', `expected "Key: value", found ${quoteFound(content)}`);
    header.set(content.slice(0, colon), content.slice(colon + 1).trim());
    at = stop + 1;
  }
  return failAt(known, 1, 'index-truncated', 'no empty line after the header');
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Calls back with the offsets of each row that is not empty, and gives their number. Throws `too-large`. */
export function eachRow(
  index: IndexText,
  visit: (start: number, stop: number, line: number) => void,
): number {
  const { text } = index;
  let rows = 0;
  for (let at = index.rowsAt, line = index.firstLine; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const stop = text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
    if (stop > at) {
      if (++rows > MAX_INDEX_ROWS) failAt(index, line, 'too-large', `more than ${MAX_INDEX_ROWS} rows`);
      visit(at, stop, line);
    }
    at = end + 1;
  }
  return rows;
}

/** Throws when the header counts more rows than there are. */
export function checkLineCount(index: IndexText, rows: number): void {
  const counted = index.header.get('Line-Count');
  if (counted === undefined || !/^\d{1,9}$/.test(counted) || Number(counted) <= rows) return;
  failAt(index, index.firstLine + rows, 'index-truncated', `Line-Count says ${counted} rows, found ${rows}`);
}

export function failAt(
  index: Pick<IndexText, 'file'>,
  line: number,
  code: CpanErrorCode,
  problem: string,
): never {
  const place: Place = index.file === undefined ? { line } : { file: index.file, line };
  throw new CpanError(code, problem, place);
}
