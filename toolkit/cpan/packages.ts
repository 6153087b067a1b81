/**
 * `modules/02packages.details.txt`, CPAN's index: which archive has a package, in which version. A quarter of a
 * million rows: each is found in the text, and cut into columns when somebody asks for it.
 *
 * https://metacpan.org/pod/CPAN::Index::API::File::PackagesDetails
 */
import { quoteFound } from '../base/index.ts';
import { checkLineCount, eachRow, failAt, type IndexText, readIndexHeader } from './index-header.ts';

export interface PackageRow {
  readonly module: string;
  /** As written; null where the index says `undef`. */
  readonly version: string | null;
  /** Below `authors/id/`. */
  readonly path: string;
}

/** The index; of two rows for one package the later one counts. */
export interface PackagesIndex {
  /** `Last-Updated`, `Line-Count` … */
  readonly header: ReadonlyMap<string, string>;
  /** The number of packages. */
  readonly size: number;
  find(module: string): PackageRow | null;
  /** All rows, in file order. */
  rows(): Generator<PackageRow>;
}

/**
 * Reads the text of 02packages.details. Throws `index-syntax` for a row without three columns, `index-truncated`
 * when there are fewer rows than the header says, `too-large` (512 Mi characters, {@link MAX_INDEX_ROWS} rows).
 */
export function parsePackages(text: string, file?: string): PackagesIndex {
  const index = readIndexHeader(text, file);
  const starts = new Map<string, number>();
  const rows = eachRow(index, (start, stop, line) => {
    const space = text.indexOf(' ', start);
    if (!hasThreeColumns(text, space, stop)) {
      failAt(
        index,
        line,
        'index-syntax',
        `expected package, version and path, found ${quoteFound(text.slice(start, stop))}`,
      );
    }
    starts.set(text.slice(start, space), start);
  });
  checkLineCount(index, rows);
  return new Packages(index, starts);
}

class Packages implements PackagesIndex {
  readonly #index: IndexText;
  readonly #starts: ReadonlyMap<string, number>;

  constructor(index: IndexText, starts: ReadonlyMap<string, number>) {
    this.#index = index;
    this.#starts = starts;
  }

  get header(): ReadonlyMap<string, string> {
    return this.#index.header;
  }

  get size(): number {
    return this.#starts.size;
  }

  find(module: string): PackageRow | null {
    const start = this.#starts.get(module);
    return start === undefined ? null : this.#rowAt(start);
  }

  *rows(): Generator<PackageRow> {
    for (const start of this.#starts.values()) yield this.#rowAt(start);
  }

  #rowAt(start: number): PackageRow {
    const { text } = this.#index;
    const newline = text.indexOf('\n', start);
    const row = text.slice(start, newline < 0 ? text.length : newline);
    const [module = '', version = '', path = ''] = row.split(/[ \t\r]+/, 3);
    return { module, version: version === 'undef' ? null : version, path };
  }
}

/** Blanks after the first column, a second one, blanks, a third one. */
function hasThreeColumns(text: string, space: number, stop: number): boolean {
  if (space < 0 || space >= stop) return false;
  const second = spaceEnd(text, space, stop);
  const gap = text.indexOf(' ', second);
  return second < stop && gap >= 0 && gap < stop && spaceEnd(text, gap, stop) < stop;
}

function spaceEnd(text: string, at: number, stop: number): number {
  let end = at;
  while (end < stop && text.charCodeAt(end) === 0x20) end++;
  return end;
}
