/** Token buckets in the database, so that all processes count together. */
import { clientOf } from 'cpansec/io';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { WebError } from './errors.ts';
import type { LimitName } from './route.ts';

interface Bucket {
  /** How many at once. */
  readonly size: number;
  /** Seconds until one more is allowed. */
  readonly every: number;
}

/** Of requests, and of mail: all of it, and that of one claimed sender. */
export type BucketName = LimitName | 'mail' | 'mail-from';

const BUCKETS: Readonly<Record<BucketName, Bucket>> = {
  report: { size: 10, every: 60 },
  'sign-in': { size: 20, every: 6 },
  link: { size: 30, every: 2 },
  write: { size: 120, every: 0.5 },
  mail: { size: 180, every: 20 },
  'mail-from': { size: 10, every: 360 },
};

/** Takes one from the bucket of this limit and whoever it is for. Throws `too-many`. */
export async function take(store: Store, name: LimitName, who: string): Promise<void> {
  if (!(await store.transaction((tx) => underLimit(tx, store.vault, name, clientOf(who)))))
    throw new WebError('too-many', 'Too much at once: wait a little, then try again.');
}

/** Takes one where there is one. */
export async function underLimit(
  tx: Transaction,
  vault: Vault,
  name: BucketName,
  who: string,
): Promise<boolean> {
  const { size, every } = BUCKETS[name];
  const bucket = await vault.token(tx, 'limit', `${name}\n${who}`);
  // Held until the transaction ends, so that of many at once each counts.
  const row = await tx.db
    .insertInto('limits')
    .values({ bucket, level: size, at: tx.now })
    .onConflict((conflict) =>
      conflict.column('bucket').doUpdateSet((eb) => ({ level: eb.ref('limits.level') })),
    )
    .returning(['level', 'at'])
    .executeTakeFirstOrThrow();
  const since = Math.max(0, Date.parse(tx.now) - Date.parse(row.at)) / 1000;
  const level = Math.min(size, row.level + since / every);
  // The instant also when nothing is left: a clock that was set back locks nobody out.
  const now = { level: level < 1 ? level : level - 1, at: tx.now };
  await tx.db.updateTable('limits').set(now).where('bucket', '=', bucket).execute();
  if (row.level === size) await forget(tx);
  return level >= 1;
}

/** Milliseconds after which every bucket is full again, whatever it is of. */
const FORGOTTEN = 3_600_000;

async function forget({ db, now }: Transaction): Promise<void> {
  const before = new Date(Date.parse(now) - FORGOTTEN).toISOString();
  await db.deleteFrom('limits').where('at', '<', before).execute();
}
