import type { Json } from 'cpansec/base';
import { type CaseFile, readCase } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound } from '../web/index.ts';

/** Throws `not-found`. */
export async function caseOf(tx: Transaction, vault: Vault, id: string): Promise<CaseFile> {
  const file = await readCase(tx, vault, id);
  if (file === null) throw notFound();
  return file;
}

/** A member of an entry's body. */
export function field(body: Json, name: string): Json | undefined {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body[name] : undefined;
}
