/** Token buckets in the database, so that all processes count together. */
import type { Store, Transaction } from '../store/index.ts';
import { WebError } from './errors.ts';
import type { LimitName } from './route.ts';

interface Bucket {
  /** How many at once. */
  readonly size: number;
  /** Seconds until one more is allowed. */
  readonly every: number;
}

const BUCKETS: Readonly<Record<LimitName, Bucket>> = {
  report: { size: 10, every: 60 },
  'sign-in': { size: 20, every: 6 },
  link: { size: 30, every: 2 },
  write: { size: 120, every: 0.5 },
};

/** Takes one from the bucket of this limit and whoever it is for. Throws `too-many`. */
export async function take(store: Store, name: LimitName, who: string): Promise<void> {
  const left = await store.transaction((tx) => taken(tx, store, name, who));
  if (left < 0) throw new WebError('too-many', 'Too much at once: wait a little, then try again.');
}

async function taken(tx: Transaction, { vault }: Store, name: LimitName, who: string): Promise<number> {
  const { size, every } = BUCKETS[name];
  const bucket = await vault.token(tx, 'limit', `${name}\n${who}`);
  const row = await tx.db.selectFrom('limits').selectAll().where('bucket', '=', bucket).executeTakeFirst();
  const since = row === undefined ? 0 : Math.max(0, Date.parse(tx.now) - Date.parse(row.at)) / 1000;
  const level = row === undefined ? size : Math.min(size, row.level + since / every);
  if (level < 1) return -1;
  const now = { level: level - 1, at: tx.now };
  await tx.db
    .insertInto('limits')
    .values({ bucket, ...now })
    .onConflict((conflict) => conflict.column('bucket').doUpdateSet(now))
    .execute();
  return level - 1;
}
