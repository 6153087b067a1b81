/** Known contacts and signatories of the agreement: CSV, or a list of JSON. */
import type { Json } from 'cpansec/base';
import { csvRows } from './csv.ts';
import { MoveInError } from './errors.ts';
import { type InputFile, jsonOf, textOf } from './json-file.ts';
import type { Tally } from './report.ts';

const MOST_ROWS = 20_000;
const MOST_FIELD = 500;

export interface KnownContact {
  readonly at: string;
  readonly distribution: string;
  readonly name: string;
  /** Of mail, or of a page. */
  readonly address: string;
  readonly note: string;
}

export interface Signatory {
  readonly at: string;
  readonly name: string;
  readonly address: string;
  /** Of the agreement. */
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly signed: string;
}

export function contactsIn(file: InputFile, tally: Tally): KnownContact[] {
  return rowsOf(file).flatMap(({ at, field }) => {
    const contact = {
      at,
      distribution: field('distribution').replaceAll('::', '-'),
      name: field('name'),
      address: field('address') || field('email'),
      note: field('note'),
    };
    if (contact.distribution !== '' && /^\S+$/.test(contact.address)) return [contact];
    tally.leave(file.name, at, 'needs a distribution and an address');
    return [];
  });
}

export function signatoriesIn(file: InputFile, tally: Tally): Signatory[] {
  return rowsOf(file).flatMap(({ at, field }) => {
    const signatory = {
      at,
      name: field('name'),
      address: field('address') || field('email'),
      version: field('version'),
      signed: field('signed') || field('date'),
    };
    const [sound, dated] = [/^\S+@\S+$/.test(signatory.address), isDay(signatory.signed)];
    if (signatory.name !== '' && sound && dated && signatory.version !== '') return [signatory];
    tally.leave(file.name, at, 'needs name, address, version and the day of the signature');
    return [];
  });
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

interface Row {
  readonly at: string;
  /** Empty where there is none. */
  field(name: string): string;
}

function rowsOf(file: InputFile): Row[] {
  const text = textOf(file);
  const rows = /^\s*[[{]/.test(text) ? jsonRows(file) : csvRowsOf(text, file.name);
  if (rows.length > MOST_ROWS)
    throw new MoveInError('bounds', `${rows.length} rows, at most ${MOST_ROWS}`, { file: file.name });
  return rows;
}

function csvRowsOf(text: string, file: string): Row[] {
  return csvRows(text, file).map(({ line, values }) => ({
    at: `line ${line}`,
    field: (name) => short(values[name] ?? ''),
  }));
}

function jsonRows(file: InputFile): Row[] {
  const list = jsonOf(file);
  if (!Array.isArray(list)) throw new MoveInError('shape', 'expected a list', { file: file.name });
  return list.map((json, i) => ({ at: `entry ${i + 1}`, field: (name) => memberOf(json, name) }));
}

function memberOf(json: Json, name: string): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return '';
  const value = Object.hasOwn(json, name) ? json[name] : undefined;
  return typeof value === 'string' ? short(value.trim()) : '';
}

/** One line; what is longer than any name or address is none. */
function short(text: string): string {
  return text.length > MOST_FIELD || /\p{Cc}/u.test(text) ? '' : text;
}

/** Ids that were reserved, one a line, with whatever else is known of one behind it. Throws MoveInError. */
export function reservedIn(file: InputFile, tally: Tally): { cve: string; at: string; note: string }[] {
  const lines = textOf(file).split(/\r?\n/);
  if (lines.length > MOST_ROWS)
    throw new MoveInError('bounds', `${lines.length} lines, at most ${MOST_ROWS}`, { file: file.name });
  return lines.flatMap((line, i) => {
    const [, cve, note = ''] = /^\s*(?:reserved\/)?(CVE-\d{4}-\d{4,19})\b[\s,:;]*(.*)$/.exec(line) ?? [];
    if (cve !== undefined) return [{ cve, at: `line ${i + 1}`, note: short(note.trim()) }];
    if (line.trim() !== '' && !line.startsWith('#')) tally.leave(file.name, `line ${i + 1}`, 'no CVE id');
    return [];
  });
}
