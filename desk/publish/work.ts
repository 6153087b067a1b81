/** What is left to make, kept in the state until it is made. */
import type { Kind, Part } from './product.ts';
import type { State } from './state.ts';

/** Lower ranks are made first: what follows reads what they leave. */
const RANKS: Readonly<Record<Kind | 'whole', number>> = {
  advisory: 0,
  distribution: 1,
  name: 2,
  year: 2,
  letter: 2,
  author: 2,
  whole: 3,
};

export interface Task {
  readonly kind: Kind | 'whole';
  /** Of `whole` it is the name of the product. */
  readonly key: string;
}

export class Work {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  add(kind: Task['kind'], key: string): void {
    this.#state.run('INSERT OR IGNORE INTO work VALUES (?, ?, ?)', RANKS[kind], kind, key);
  }

  /** Every product made of one of the parts. */
  addWhole(
    products: readonly { readonly name: string; readonly reads: readonly Part[] }[],
    parts: ReadonlySet<Part>,
  ): void {
    for (const { name, reads } of products)
      if (reads.some((part) => parts.has(part))) this.add('whole', name);
  }

  /** The next tasks of one kind, in the order in which they are to be made. */
  next(count: number): Task[] {
    const first = this.#state.row('SELECT rank, kind FROM work ORDER BY rank, kind LIMIT 1');
    if (first === null) return [];
    const sql = 'SELECT kind, key FROM work WHERE rank = ? AND kind = ? ORDER BY key LIMIT ?';
    const rows = this.#state.rows(sql, Number(first.rank), `${first.kind}`, count);
    return rows.map(({ kind, key }) => ({ kind: kind as Task['kind'], key: `${key}` })); // only `add` writes kinds
  }

  done({ kind, key }: Task): void {
    this.#state.run('DELETE FROM work WHERE rank = ? AND kind = ? AND key = ?', RANKS[kind], kind, key);
  }

  get left(): number {
    return Number(this.#state.row('SELECT count(*) AS n FROM work')?.n ?? 0);
  }
}
