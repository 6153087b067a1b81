/**
 * The log as a file that can be checked by itself. A line is JSON:
 *
 *     {"format":"cpansec-ledger/1"}
 *     {"head":"a signed note"}
 *     {"entry":{"seq":1,"at":…,"actor":…,"act":…,"subject":…,"detail":{…},"hash":…}}
 *     {"end":{"entries":1,"heads":1}}
 */
import {
  JsonError,
  matching,
  number,
  object,
  optional,
  parseJson,
  record,
  type Shape,
  ShapeError,
  string,
  whole,
} from 'cpansec/base';
import type { Entry } from './chain.ts';
import { LedgerError } from './errors.ts';
import { type CheckedLedger, LedgerCheck, type Trust } from './verify.ts';

const FORMAT = 'cpansec-ledger/1';

/** Characters. */
export const MAX_EXPORT_LINE: number = 256 * 1024;

/** The lines of an export, each with its line break. Heads come first: whoever reads has them when an entry comes. */
export async function* exportLedger(
  entries: AsyncIterable<Entry>,
  heads: Iterable<string>,
): AsyncGenerator<string> {
  const counts = { entries: 0, heads: 0 };
  yield line({ format: FORMAT });
  for (const head of heads) {
    counts.heads++;
    yield line({ head });
  }
  for await (const { seq, at, actor, act, subject, detail, hash } of entries) {
    counts.entries++;
    yield line({ entry: { seq, at, actor, act, subject, detail, hash } });
  }
  yield line({ end: counts });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Checks an export; `heads` are those that were kept elsewhere. Throws `export` with the line. */
export async function verifyExport(
  lines: AsyncIterable<string>,
  heads: Iterable<string>,
  trust: Trust,
): Promise<CheckedLedger> {
  const check = new LedgerCheck(trust);
  for (const head of heads) await check.head(head);
  const counts = { entries: 0, heads: 0 };
  let at = 0;
  let ended = false;
  for await (const text of lines) {
    const found = parsed(text, ++at);
    if (ended) throw new LedgerError('export', 'more follows the end', { line: at });
    if ((at === 1) !== (found.format !== undefined))
      throw new LedgerError('export', 'is no export of a log', { line: at });
    if (found.head !== undefined) {
      counts.heads++;
      await check.head(found.head);
    } else if (found.entry !== undefined) {
      counts.entries++;
      check.entry(found.entry);
    } else if (found.end !== undefined) {
      ended = found.end.entries === counts.entries && found.end.heads === counts.heads;
    }
  }
  if (!ended) throw new LedgerError('export', 'is cut off, or lines of it are missing', { line: at });
  return check.end();
}

interface Line {
  readonly format?: string | undefined;
  readonly entry?: Entry | undefined;
  readonly head?: string | undefined;
  readonly end?: { readonly entries: number; readonly heads: number } | undefined;
}

const detail: Shape<string | number | boolean> = (value, path) => {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? value : number(value, path);
};
const entry = object({
  seq: whole(1),
  at: string,
  actor: string,
  act: string,
  subject: string,
  detail: record(detail),
  hash: matching(/^[0-9a-f]{64}$/, 'SHA-256 in hexadecimal digits'),
});
const shape: Shape<Line> = object({
  format: optional(matching(/^cpansec-ledger\/1$/, FORMAT)),
  entry: optional(entry),
  head: optional(string),
  end: optional(object({ entries: whole(), heads: whole() })),
});

function parsed(text: string, at: number): Line {
  try {
    return shape(parseJson(text));
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError)) throw cause;
    throw new LedgerError('export', cause.message, { line: at }, { cause });
  }
}
