/** The private database, as every command of the desk is told of it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IoError } from 'cpansec/io';
import { EXIT, type Option, Stop, type Terminal, type Typed, usage } from 'cpansec/terminal';
import { LedgerError } from '../ledger/index.ts';
import { fileKeyService, type KeyService, openStore, type Store, StoreError } from '../store/index.ts';

export const DATABASE_OPTION: Option = {
  name: 'database',
  value: 'ADDRESS',
  help: 'a file, or postgres://… (default DATABASE_URL, else var/desk/desk.db)',
};

export const MASTER_KEY_OPTION: Option = {
  name: 'master-key',
  value: 'FILE',
  help: 'the key that wraps all others (default var/desk/master.key)',
};

export const ORIGIN_OPTION: Option = { name: 'origin', value: 'URL', help: 'how browsers reach it' };

export function databaseOf(typed: Typed, { env }: Terminal): string {
  return typed.value('database') ?? env.DATABASE_URL ?? 'var/desk/desk.db';
}

export function masterKeyFileOf(typed: Typed): string {
  return typed.value('master-key') ?? 'var/desk/master.key';
}

/** Of the key that signs heads of the audit log. */
export function ledgerKeyFileOf(typed: Typed): string {
  return typed.value('ledger-key') ?? join(dirname(masterKeyFileOf(typed)), 'ledger.key');
}

/** Without a path, and https but on this machine: passkeys work nowhere else. */
export function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === 'localhost');
  if (url !== null && secure && url.origin === text.replace(/\/$/, '')) return url.origin;
  throw usage(`--origin ${text}: https://HOST, or http://localhost:PORT`);
}

/** Throws StoreError `key`. */
export function masterKeyOf(typed: Typed): KeyService {
  return fileKeyService(masterKeyFileOf(typed));
}

/** Runs the work with the database that was typed, which must be there. */
export async function withDesk<T>(
  typed: Typed,
  terminal: Terminal,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const address = databaseOf(typed, terminal);
  if (!address.includes('://') && !existsSync(address))
    throw usage(`${address}: there is no such database`, 'say --database FILE or --database postgres://…');
  const store = await openStore(address, masterKeyOf(typed));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Runs the work; what goes wrong with the private database ends the command with its status. */
export async function deskExplained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof IoError) throw usage(cause.message);
    if (!(cause instanceof StoreError || cause instanceof LedgerError)) throw cause;
    const [status, next] = meaningOf(cause.code);
    throw new Stop(status, cause.message, next, { cause });
  }
}

function meaningOf(code: (StoreError | LedgerError)['code']): [status: number, next: string] {
  if (code === 'not-empty') return [EXIT.usage, 'nothing was changed'];
  if (code === 'backup' || code === 'export' || code === 'head' || code === 'damaged')
    return [EXIT.finding, 'take another copy; this one cannot be trusted'];
  if (code === 'key') return [EXIT.index, 'say --master-key FILE'];
  return [EXIT.index, 'say --database FILE or --database postgres://…'];
}
