/**
 * A log's lock in PostgreSQL, where several machines may write the log: one row for each log, which only changes from
 * the one value to the next. The database of the lock is never restored from a backup.
 */
import type { CheckpointLock } from 'cpansec/transparency';
import { Client } from 'pg';
import { LogKeepingError } from './errors.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS cpansec_log_lock (origin text PRIMARY KEY, state text NOT NULL)`;
/** Milliseconds for a connection, and for another who holds the row. */
const PATIENCE = 10_000;
/** For the database, and for its answer where it says nothing itself. */
const STATEMENT = 15_000;
const ANSWER = 20_000;
/** Milliseconds that one may hold the row: longer than a bucket takes for a file with all its tries. */
const HOLDING = 600_000;
/** Of PostgreSQL: another holds the row. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface OpenLock extends CheckpointLock {
  close(): Promise<void>;
}

/**
 * Throws `config` for what is no address, `database`, and `locked` while another machine holds it; no password is ever in the error. Who holds it for
 * longer than `holding` milliseconds is taken for gone: the database ends its connection, which it is told.
 */
export async function postgresLock(
  url: string,
  origin: string,
  holding: number = HOLDING,
): Promise<OpenLock> {
  const client = clientOf(url, holding);
  // A connection that breaks between two statements: the next one says so.
  client.on('error', () => {});
  const ask = (
    sql: string,
    values: string[],
  ): Promise<{ rows: { state: string }[]; rowCount: number | null }> =>
    asked(() => client.query(sql, values));
  try {
    await asked(() => client.connect());
    await asked(() => client.query('SET synchronous_commit = on'));
    await asked(() => client.query(TABLE));
  } catch (error) {
    await client.end();
    throw error;
  }
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
    async hold(text, work) {
      await ask('BEGIN', []);
      try {
        const { rows } = await ask('SELECT state FROM cpansec_log_lock WHERE origin = $1 FOR UPDATE', [
          origin,
        ]);
        if (rows[0]?.state !== text) return false;
        await work();
        return true;
      } finally {
        // Nothing was written; it fails where the database took us for gone.
        await ask('COMMIT', []);
      }
    },
    close: () => client.end(),
  };
}

function clientOf(connectionString: string, holding: number): Client {
  try {
    return new Client({
      connectionString,
      connectionTimeoutMillis: PATIENCE,
      lock_timeout: PATIENCE,
      statement_timeout: STATEMENT,
      query_timeout: ANSWER,
      idle_in_transaction_session_timeout: holding,
    });
  } catch {
    // Without the cause, which has the address and so the password.
    throw new LogKeepingError(
      'config',
      'CPANSEC_LOG_DATABASE is no address, postgres://USER:PASSWORD@HOST/NAME',
    );
  }
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = '' } = cause as { code?: string }; // pg's errors have the code of the server or the system
    if (code === LOCK_NOT_AVAILABLE)
      throw new LogKeepingError('locked', 'another machine is writing: run the command again', {}, { cause });
    throw new LogKeepingError(
      'database',
      `the lock's database does not answer: ${code || 'no connection'}`,
      {},
      { cause },
    );
  }
}
