/**
 * A log's lock in PostgreSQL, where several machines may write the log: one row for each log, which only changes from
 * the one value to the next. The database of the lock is never restored from a backup.
 */
import type { CheckpointLock } from 'cpansec/transparency';
import { Client } from 'pg';
import { LogKeepingError } from './errors.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS cpansec_log_lock (origin text PRIMARY KEY, state text NOT NULL)`;
/** Milliseconds for a connection and for a statement. */
const PATIENCE = 10_000;

export interface OpenLock extends CheckpointLock {
  close(): Promise<void>;
}

/** Throws `database`; no password is ever in the error. */
export async function postgresLock(url: string, origin: string): Promise<OpenLock> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE,
    statement_timeout: PATIENCE,
  });
  // A connection that breaks between two statements: the next one says so.
  client.on('error', () => {});
  const ask = (
    sql: string,
    values: string[],
  ): Promise<{ rows: { state: string }[]; rowCount: number | null }> =>
    asked(() => client.query(sql, values));
  await asked(() => client.connect());
  await asked(() => client.query('SET synchronous_commit = on'));
  await asked(() => client.query(TABLE));
  return {
    async load() {
      const { rows } = await ask('SELECT state FROM cpansec_log_lock WHERE origin = $1', [origin]);
      return rows[0]?.state ?? null;
    },
    async swap(old, next) {
      const { rowCount } =
        old === null
          ? await ask('INSERT INTO cpansec_log_lock VALUES ($1, $2) ON CONFLICT DO NOTHING', [origin, next])
          : await ask('UPDATE cpansec_log_lock SET state = $2 WHERE origin = $1 AND state = $3', [
              origin,
              next,
              old,
            ]);
      return rowCount === 1;
    },
    close: () => client.end(),
  };
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = '' } = cause as { code?: string }; // pg's errors have the code of the server or the system
    throw new LogKeepingError(
      'database',
      `the lock's database does not answer: ${code || 'no connection'}`,
      {},
      { cause },
    );
  }
}
