/** Answers of OSV's API, a page at a time. */
import { ApiError } from './errors.ts';
import { matches, type OsvQuery, readQuery } from './osv-query.ts';
import { START, tokenAfter } from './page-token.ts';
import type { View } from './view.ts';

/** `v1BatchVulnerabilityList`. */
export interface OsvBatchAnswer {
  results: { vulns?: { id: string; modified: string }[]; next_page_token?: string }[];
}

/** As osv.dev's server has them: results of an answer, of one query in a batch, and characters above which a page ends. */
const MAX_RESULTS = 3000;
const MAX_BATCH_RESULTS = 1000;
const MAX_QUERIES = 1000;
const PAGE_LENGTH = 10_000_000;

/** The answer as JSON; at once where all documents are at hand. Throws `invalid`. */
export function answerQuery(view: View, query: OsvQuery): string | Promise<string> {
  const ids = matches(view.distributions, readQuery(query));
  if (ids.length === 0) return EMPTY;
  const page = new Page(ids);
  for (const id of ids) {
    const known = view.documents.known(id);
    if (known === undefined) return readPage(view, ids);
    page.add(known);
    if (page.isFull) break;
  }
  return page.toJson();
}

const EMPTY = '{}';

async function readPage(view: View, ids: readonly string[]): Promise<string> {
  const page = new Page(ids);
  for (let at = 0; at < ids.length && !page.isFull; at += TOGETHER) {
    const read = await Promise.all(ids.slice(at, at + TOGETHER).map((id) => view.documents.read(id)));
    for (const document of read) page.add(document);
  }
  return page.toJson();
}

/** Documents that are read at a time. */
const TOGETHER = 8;

/** The first of all that matches, as far as an answer goes. */
class Page {
  readonly #ids: readonly string[];
  #documents = '';
  #count = 0;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  get isFull(): boolean {
    return this.#count >= MAX_RESULTS || this.#documents.length >= PAGE_LENGTH;
  }

  /** Nothing happens when it is full. */
  add(document: string): void {
    if (this.isFull) return;
    this.#documents += this.#count === 0 ? document : `,${document}`;
    this.#count++;
  }

  toJson(): string {
    const last = this.#ids[this.#count - 1] ?? '';
    const more = this.#count === this.#ids.length ? '' : `,"next_page_token":"${tokenAfter(last)}"`;
    return `{"vulns":[${this.#documents}]${more}}`;
  }
}

/**
 * One result for each query, in order. Throws `invalid` for too many queries or the first that is none. What is
 * beyond a whole answer's results is left for the next: its queries say to ask again.
 */
export function answerBatch(view: View, queries: readonly OsvQuery[]): OsvBatchAnswer {
  if (queries.length > MAX_QUERIES) throw new ApiError('invalid', 'too many queries');
  const asked = queries.map((query, i) => {
    try {
      return readQuery(query);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new ApiError(error.code, `error in query at index ${i}: ${error.problem}`);
    }
  });
  let left = MAX_RESULTS;
  const results = asked.map((one) => {
    const ids = matches(view.distributions, one);
    if (ids.length === 0) return {};
    const shown = ids.slice(0, Math.min(left, MAX_BATCH_RESULTS));
    left -= shown.length;
    if (shown.length === ids.length) return { vulns: shown.map((id) => briefly(view, id)) };
    const last = shown.at(-1) ?? one.after;
    const next_page_token = last === '' ? START : tokenAfter(last);
    return {
      ...(shown.length === 0 ? {} : { vulns: shown.map((id) => briefly(view, id)) }),
      next_page_token,
    };
  });
  return { results };
}

function briefly(view: View, id: string): { id: string; modified: string } {
  const modified = view.modified.get(id);
  if (modified === undefined) throw new ApiError('index', 'has no document', { path: id });
  return { id, modified };
}
