/** The audit log as it is read, and the heads that are signed of it. */
import { nodeSha256 } from 'cpansec/io';
import { type Entry, GENESIS, signHead, Verifier } from '../ledger/index.ts';
import type { Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import type { HeadSigner } from './head-key.ts';
import type { Store } from './store.ts';

/** Entries that are read at a time. */
const PAGE = 500;

type Place = Pick<Entry, 'seq' | 'hash'>;

/** Entries after one and up to another, in their order; by default all that are there. */
export async function* readLedger(
  store: Store,
  { after = 0, until = Number.MAX_SAFE_INTEGER }: { readonly after?: number; readonly until?: number } = {},
): AsyncGenerator<Entry> {
  for (let last = after; ; ) {
    const page = await store.transaction((tx) =>
      tx.db
        .selectFrom('ledger')
        .selectAll()
        .where('seq', '>', last)
        .where('seq', '<=', until)
        .orderBy('seq')
        .limit(PAGE)
        .execute(),
    );
    for (const row of page) yield { ...row, detail: detailOf(row) };
    if (page.length < PAGE) return;
    last = page.at(-1)?.seq ?? last;
  }
}

function detailOf({ seq, detail }: { readonly seq: number; readonly detail: string }): Entry['detail'] {
  try {
    return JSON.parse(detail) as Entry['detail']; // what another wrote there no longer has the entry's hash
  } catch (cause) {
    throw new StoreError('damaged', `entry ${seq} of the audit log holds no JSON`, {}, { cause });
  }
}

/** The signed heads, as notes, in their order. */
export async function readHeads(store: Store): Promise<string[]> {
  const rows = await store.transaction((tx) =>
    tx.db.selectFrom('ledger_heads').select('note').orderBy('seq').execute(),
  );
  return rows.map(({ note }) => note);
}

/** The newest head that was signed before an instant, as a note; null where there is none. */
export async function headBefore(store: Store, at: string): Promise<string | null> {
  const row = await store.transaction((tx) =>
    tx.db
      .selectFrom('ledger_heads')
      .select('note')
      .where('at', '<', at)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  return row?.note ?? null;
}

export interface HeadPolicy {
  /** So many entries after the last head another one is signed; default 1,000. */
  readonly entries?: number;
  /** After so many milliseconds as well, when there is anything new; default a day. */
  readonly every?: number;
}

const DAY = 24 * 3_600_000;

/**
 * Signs what the log ends with, when that is due: the note, else null. Entries since the last head are followed
 * first. Throws `damaged` when they do not follow: then nothing is signed.
 */
export async function signHeadWhenDue(
  store: Store,
  signer: HeadSigner,
  { entries = 1000, every = DAY }: HeadPolicy = {},
): Promise<string | null> {
  const { now, tail, last, from } = await store.transaction(ends);
  const fresh = tail.seq - from.seq;
  const waited = last === undefined ? every : Date.parse(now) - Date.parse(last.at);
  if (fresh === 0 || (fresh < entries && waited < every)) return null;
  await follow(store, from, tail);
  const note = await signHead({ ...tail, at: now }, signer);
  await store.transaction((tx) =>
    tx.db
      .insertInto('ledger_heads')
      .values({ seq: tail.seq, at: now, note })
      .onConflict((conflict) => conflict.column('seq').doNothing())
      .execute(),
  );
  return note;
}

async function ends(tx: Transaction) {
  const tail = await tx.db.selectFrom('ledger_tail').select(['seq', 'hash']).executeTakeFirstOrThrow();
  const heads = tx.db.selectFrom('ledger_heads').select(['seq', 'at']);
  const last = await heads.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const from = await entryAt(tx, last?.seq ?? 0);
  return { now: tx.now, tail, last, from };
}

async function entryAt(tx: Transaction, seq: number): Promise<Place> {
  if (seq === 0) return GENESIS;
  const row = await tx.db
    .selectFrom('ledger')
    .select(['seq', 'hash'])
    .where('seq', '=', seq)
    .executeTakeFirst();
  if (row === undefined) throw new StoreError('damaged', `entry ${seq} of the audit log is not there`);
  return row;
}

async function follow(store: Store, from: Place, tail: Place): Promise<void> {
  const chain = new Verifier(nodeSha256, from);
  for await (const entry of readLedger(store, { after: from.seq, until: tail.seq })) {
    const found = chain.follow(entry);
    if (found !== null)
      throw new StoreError('damaged', `entry ${found.seq} of the audit log ${found.problem}`);
  }
  if (chain.last.seq !== tail.seq || chain.last.hash !== tail.hash)
    throw new StoreError('damaged', `the audit log does not end with entry ${tail.seq}`);
}
