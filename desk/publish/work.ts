/** What is left to make, kept in the state until it is made. */
import type { Kind, Part, WholeProduct } from './product.ts';
import type { State } from './state.ts';

/** Lower ranks are made first: what follows reads what they leave. */
const RANKS: Readonly<Record<Task['kind'], number>> = {
  advisory: 0,
  distribution: 1,
  name: 2,
  year: 2,
  letter: 2,
  author: 2,
  shard: 2,
  whole: 3,
  last: 4,
};

export interface Task {
  /** `last` is what reads what all others have made. */
  readonly kind: Kind | 'whole' | 'last';
  /** Of `whole` and `last` it is the name of the product. */
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

  /** Every product made of one of the parts; those that read what others made as soon as anything is to be made. */
  addWhole(products: readonly WholeProduct[], parts: ReadonlySet<Part>): void {
    for (const product of products)
      if (product.reads.some((part) => parts.has(part))) this.addProduct(product);
  }

  addProduct({ name, after }: WholeProduct): void {
    this.add(after === true ? 'last' : 'whole', name);
  }

  /** The next tasks of one kind, in the order in which they are to be made; after one of them, those of its kind. */
  next(count: number, after: Task | null): Task[] {
    const kind = after?.kind ?? this.#first();
    if (kind === null) return [];
    const sql = 'SELECT kind, key FROM work WHERE rank = ? AND kind = ? AND key > ? ORDER BY key LIMIT ?';
    // What is last reads what those before it have left.
    const limit = kind === 'last' ? 1 : count;
    const rows = this.#state.rows(sql, RANKS[kind], kind, after?.key ?? '', limit);
    return rows.map(({ key }) => ({ kind, key: `${key}` }));
  }

  #first(): Task['kind'] | null {
    const row = this.#state.row('SELECT kind FROM work ORDER BY rank, kind LIMIT 1');
    return row === null ? null : (row.kind as Task['kind']); // only `add` writes kinds
  }

  done({ kind, key }: Task): void {
    this.#state.run('DELETE FROM work WHERE rank = ? AND kind = ? AND key = ?', RANKS[kind], kind, key);
  }

  get left(): number {
    return Number(this.#state.row('SELECT count(*) AS n FROM work')?.n ?? 0);
  }
}
