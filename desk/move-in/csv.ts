/** Comma-separated values (RFC 4180) with a line of names first. */
import { MoveInError } from './errors.ts';

export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** Names in lower case; a field that a row lacks is empty. Throws MoveInError with the line. */
export function csvRows(text: string, file: string): CsvRow[] {
  const [head, ...rows] = records(text, file);
  if (head === undefined) return [];
  const names = head.fields.map((name) => name.trim().toLowerCase());
  return rows.map(({ line, fields }) => {
    if (fields.length > names.length)
      throw new MoveInError('shape', `${fields.length} fields, and ${names.length} names`, { file, line });
    return {
      line,
      values: Object.fromEntries(names.map((name, i) => [name, fields[i]?.trim() ?? ''])),
    };
  });
}

interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A field is in quotes, with a quote in it written twice, or has none. */
const FIELD = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;

function records(text: string, file: string): CsvRecord[] {
  const found: CsvRecord[] = [];
  let [line, at, fields]: [number, number, string[]] = [1, 0, []];
  let begun = 1;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const [whole, field, end] = FIELD.exec(text) ?? [];
    if (whole === undefined || field === undefined)
      throw new MoveInError('shape', 'a quote where none can stand', { file, line });
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    at += whole.length;
    line += whole.split('\n').length - 1;
    if (end === ',' && at < text.length) continue;
    if (end === ',') fields.push('');
    if (fields.some((one) => one.trim() !== '')) found.push({ line: begun, fields });
    [fields, begun] = [[], line];
  }
  return found;
}
