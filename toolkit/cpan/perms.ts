/**
 * `modules/06perms.txt`: who may upload which package. The rows of one package name its owner (`m` by the
 * module list, `f` by first upload) and co-maintainers (`c`).
 */
import { quoteFound } from '../base/index.ts';
import { checkLineCount, eachRow, failAt, readIndexHeader } from './index-header.ts';

export interface Permission {
  readonly module: string;
  /** A PAUSE id. */
  readonly userid: string;
  /** `m`, `f`, `c`, and `a` in old files. */
  readonly permission: string;
}

export interface PermissionsIndex {
  readonly header: ReadonlyMap<string, string>;
  /** The number of rows. */
  readonly size: number;
  /** The permissions for a package, in file order. */
  find(module: string): Permission[];
}

/** Reads the text of 06perms. Throws `index-syntax`, `index-truncated`, `too-large`. */
export function parsePerms(text: string, file?: string): PermissionsIndex {
  const index = readIndexHeader(text, file);
  const starts = new Map<string, number[]>();
  const size = eachRow(index, (start, stop, line) => {
    const first = text.indexOf(',', start);
    const second = first < 0 || first >= stop ? -1 : text.indexOf(',', first + 1);
    if (second < 0 || second >= stop - 1) {
      failAt(
        index,
        line,
        'index-syntax',
        `expected package,userid,permission, found ${quoteFound(text.slice(start, stop))}`,
      );
    }
    const module = text.slice(start, first);
    const known = starts.get(module);
    if (known === undefined) starts.set(module, [start]);
    else known.push(start);
  });
  checkLineCount(index, size);
  return {
    header: index.header,
    size,
    find: (module) => (starts.get(module) ?? []).map((start) => rowAt(text, start)),
  };
}

function rowAt(text: string, start: number): Permission {
  const newline = text.indexOf('\n', start);
  const row = text.slice(start, newline < 0 ? text.length : newline).trimEnd();
  const [module = '', userid = '', permission = ''] = row.split(',', 3);
  return { module, userid, permission };
}
