/** The database with its keys: what every room of the private side works with. */
import { Database, type DatabaseOptions, type Transaction } from './database.ts';
import type { KeyService } from './master-key.ts';
import { Vault } from './vault.ts';

export interface Store {
  readonly vault: Vault;
  readonly dialect: 'sqlite' | 'postgres';
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the database at `postgres://…` or at a path, and brings its schema up. Throws StoreError: `unreachable`,
 * `wrong-database`, `busy`, `key` for a master key that did not make it.
 */
export async function openStore(
  address: string,
  keys: KeyService,
  options: DatabaseOptions = {},
): Promise<Store> {
  const database = new Database(address, options.now ?? (() => new Date()));
  const vault = new Vault(keys);
  try {
    await database.migrate();
    await database.transaction((tx) => vault.prepare(tx));
    // With another master key nothing could be read: better now than at the first case.
    await database.transaction((tx) => vault.token(tx, 'start', ''));
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    vault,
    dialect: database.dialect,
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
  };
}
