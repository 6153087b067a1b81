/** What is left to make, kept in the state until it is made. */
import type { Kind, Part, WholeProduct } from './product.ts';
import type { Row, State } from './state.ts';

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

/** Tasks in a batch; what is whole takes long enough alone. */
const MAX_BATCH = 64;
/** Batches of little work, so that every maker has some of it. */
const PARTS = 8;

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

  /** What is to be made next, in batches: what follows reads what is left by these. */
  *next(): Iterable<Task[]> {
    const rank = this.#rank;
    const count = rank >= RANKS.whole ? 1 : Math.min(MAX_BATCH, Math.ceil(this.left / PARTS));
    const sql = `SELECT kind, key FROM work WHERE rank = ? AND (kind, key) > (?, ?)
      ORDER BY kind, key LIMIT ?`;
    for (let last: Row | undefined; ; ) {
      const rows = this.#state.rows(sql, rank, `${last?.kind ?? ''}`, `${last?.key ?? ''}`, count);
      last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(({ kind, key }) => ({ kind: kind as Task['kind'], key: `${key}` })); // only `add` writes kinds
    }
  }

  /** Of what is next; beyond all ranks when nothing is left. */
  get #rank(): number {
    return Number(this.#state.row('SELECT ifnull(min(rank), 9) AS rank FROM work')?.rank);
  }

  /** Whether what is next is made of all there is. */
  get isWhole(): boolean {
    return this.#rank >= RANKS.whole;
  }

  done({ kind, key }: Task): void {
    this.#state.run('DELETE FROM work WHERE rank = ? AND kind = ? AND key = ?', RANKS[kind], kind, key);
  }

  get left(): number {
    return Number(this.#state.row('SELECT count(*) AS n FROM work')?.n ?? 0);
  }
}
