/** A private database for a test, on each of the two that the desk runs on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileKeyService, makeMasterKey, openStore, type Store } from '../desk/store/index.ts';
import { newPostgresDatabase, withoutPostgres } from './postgres.ts';

export interface Given {
  readonly store: Store;
  /** To open the same database again. */
  readonly address: string;
  readonly masterKey: string;
}

export interface Where {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Why not, when this machine lacks it. */
  readonly skip: string | false;
  /** A new database, gone when the test ends. */
  given(t: TestContext, now?: () => Date): Promise<Given>;
}

/** `for (const { name, skip, given } of databases) test(`… on ${name}`, { skip }, async (t) => …)` */
export const databases: readonly Where[] = [
  { name: 'SQLite', skip: false, given: (t, now) => givenAt(t, null, now) },
  {
    name: 'PostgreSQL',
    skip: withoutPostgres,
    given: async (t, now) => givenAt(t, await newPostgresDatabase(), now),
  },
];

async function givenAt(t: TestContext, postgres: string | null, now?: () => Date): Promise<Given> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-desk-'));
  const address = postgres ?? join(home, 'desk.db');
  const masterKey = join(home, 'master.key');
  makeMasterKey(masterKey);
  const store = await openStore(address, fileKeyService(masterKey), now === undefined ? {} : { now });
  t.after(async () => {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  });
  return { store, address, masterKey };
}
