/** What the service says when it does not do something: `{ error, message, details }` beside a status. */
import { JsonError, parseJson, quoteFound } from 'cpansec/base';
import { retryAfter } from '../requests/index.ts';
import { CveError, type CveErrorCode } from './errors.ts';

export interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Never told again, should the service repeat it. */
  readonly key: string;
  /** Whether the request was one that changes something. */
  readonly changes: boolean;
}

export function refusal({ status, headers, text, key, changes }: Refused): CveError {
  const said = saidIn(text);
  const code = codeOf(status, said.error);
  const hide = (words: string): string => words.replaceAll(key, '[key]');
  const words = [said.error, said.message === '' ? '' : quoteFound(hide(said.message), 300)];
  const problem = `the service answers ${[String(status), ...words].filter((word) => word !== '').join(' ')}`;
  const after =
    code === 'limited' || code === 'failing' ? { after: retryAfter(headers, status === 429 ? 60 : 30) } : {};
  // What failed within the service may have been done.
  const mayHaveHappened = changes && (code === 'failing' || code === 'reply');
  const details = said.details.map((detail) => quoteFound(hide(detail), 300).slice(1, -1));
  return new CveError(code, problem, { mayHaveHappened, details, ...after });
}

/** Its own word first: the status of one word differs between calls. */
const WORDS: readonly (readonly [word: RegExp, code: CveErrorCode])[] = [
  [/QUOTA/, 'quota'],
  [/^CVE_RECORD_EXISTS$/, 'exists'],
  [/^INVALID_JSON_SCHEMA$/, 'schema'],
  [/(?:_DNE|_NOT_FOUND)/, 'absent'],
];

function codeOf(status: number, error: string): CveErrorCode {
  if (status === 401) return 'credentials';
  if (status === 429) return 'limited';
  if (status >= 500) return 'failing';
  if (status < 400) return 'reply';
  const known = WORDS.find(([word]) => word.test(error));
  if (known !== undefined) return known[1];
  return status === 403 ? 'forbidden' : status === 404 ? 'absent' : 'refused';
}

interface Said {
  /** `CVE_RECORD_DNE`; empty where there is none. */
  readonly error: string;
  readonly message: string;
  readonly details: readonly string[];
}

const MAX_DETAILS = 20;

function saidIn(text: string): Said {
  const { error, message, details } = membersOf(parsed(text));
  const { errors } = membersOf(details);
  const list = Array.isArray(errors) ? errors : Array.isArray(details) ? details : [];
  return {
    error: typeof error === 'string' && /^[A-Z][A-Z0-9_]{0,59}$/.test(error) ? error : '',
    message: typeof message === 'string' ? message : '',
    details: list.slice(0, MAX_DETAILS).map(detailOf),
  };
}

/** A problem of a schema check has its path; `msg` and `param` are those of the service's own checks. */
function detailOf(detail: unknown): string {
  const { instancePath, message, msg, param } = membersOf(detail);
  const where = [instancePath, param].find((part) => typeof part === 'string' && part !== '');
  const what = [message, msg].find((part) => typeof part === 'string');
  if (what === undefined) return JSON.stringify(detail) ?? '';
  return where === undefined ? String(what) : `${String(where)}: ${String(what)}`;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    // A proxy's page says no more than the status.
    if (!(error instanceof JsonError)) throw error;
    return null;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
