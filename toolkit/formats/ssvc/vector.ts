/**
 * SSVC in one line, `SSVCv2/E:P/A:Y/T:T/M:M/D:A/2026-11-25T12:00:00Z/`, as CISA's calculator writes it: a pair for
 * each answered point, the outcome as `D`, the instant. Its letters for CISA's table are the calculator's; the other
 * tables are written with the keys of their points. Pairs that are not known (`P`, `B` of which `M` is made) are read
 * over.
 */
import { FormatError } from '../errors.ts';
import { decide, type SsvcAnswers } from './decide.ts';
import { SSVC_TABLES, type SsvcTable, ssvcTable } from './tables.ts';

export interface SsvcSaid {
  readonly table: SsvcTable;
  readonly answers: SsvcAnswers;
  /** When it was judged, RFC 3339 UTC; null where the vector does not say. */
  readonly at: string | null;
}

/** Throws `ssvc` for answers that the table does not have. */
export function formatSsvc({ table, answers, at }: SsvcSaid): string {
  const pairs = table.points.flatMap(({ id, letter, values }) => {
    const value = values.find(({ key }) => key === answers[id]);
    return value === undefined ? [] : [`${letter}:${value.key}`];
  });
  const { outcome } = decide(table, answers);
  const end = outcome === null ? [] : [`D:${outcome.letter ?? outcome.key}`];
  return `${['SSVCv2', ...pairs, ...end, ...(at === null ? [] : [at])].join('/')}/`;
}

/** Longest vector that is read, in characters. */
const MAX_LENGTH = 300;

/**
 * Throws `ssvc` for what is no vector of one of the tables; for one without an answer to every point, since of that it
 * cannot be told which table was asked; and for one whose outcome is not the table's.
 */
export function parseSsvc(vector: string): SsvcSaid {
  const parts = vector.length > MAX_LENGTH ? [] : vector.replace(/\/$/, '').split('/');
  if (parts[0] !== 'SSVCv2') throw new FormatError('ssvc', 'it does not start with "SSVCv2/"');
  const last = parts.at(-1) ?? '';
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(last) ? last : null;
  const pairs = pairsOf(parts.slice(1, at === null ? undefined : -1));
  const table = SSVC_TABLES.map(ssvcTable).find(({ points }) =>
    points.every(({ letter }) => pairs.has(letter)),
  );
  if (table === undefined) throw new FormatError('ssvc', 'it does not answer every point of a table');
  const answers = Object.fromEntries(table.points.map(({ id, letter }) => [id, pairs.get(letter)]));
  const { outcome } = decide(table, answers);
  const said = pairs.get('D');
  if (said !== undefined && said !== (outcome?.letter ?? outcome?.key))
    throw new FormatError('ssvc', `it says D:${said}, and ${table.title} gives ${outcome?.name}`);
  return { table, answers, at };
}

function pairsOf(parts: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const part of parts) {
    const [, letter = '', value = ''] = /^([A-Za-z]{1,8}):([A-Za-z*]{1,4})$/.exec(part) ?? [];
    if (letter === '') throw new FormatError('ssvc', `it has a part that is no pair: ${part.slice(0, 40)}`);
    if (pairs.has(letter)) throw new FormatError('ssvc', `it answers ${letter} twice`);
    pairs.set(letter, value);
  }
  return pairs;
}
