/** What has to become of a CVE id or its record, until it is done: whoever does it says so here. */
import type { Amendment } from '../disclosure/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { type CaseFile, changeCase } from './case-file.ts';
import { instantOf } from './instant.ts';

/** Once for each id, however often it is wanted. */
export async function wantAmendment(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  wanted: Pick<Amendment, 'kind' | 'cve' | 'why'>,
): Promise<CaseFile> {
  const { amendments } = file.facts;
  if (amendments.some((one) => isOpen(one, wanted))) return file;
  const amendment = { ...wanted, id: newId(), since: instantOf(tx), done: null };
  return changeCase(tx, vault, file, { facts: { amendments: [...amendments, amendment] } });
}

/** The record was changed, the id rejected; or it is no longer wanted. */
export async function amended(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  done: Pick<Amendment, 'kind' | 'cve'>,
): Promise<CaseFile> {
  const { amendments } = file.facts;
  if (!amendments.some((one) => isOpen(one, done))) return file;
  const now = instantOf(tx);
  const after = amendments.map((one) => (isOpen(one, done) ? { ...one, done: now } : one));
  return changeCase(tx, vault, file, { facts: { amendments: after } });
}

function isOpen({ kind, cve, done }: Amendment, other: Pick<Amendment, 'kind' | 'cve'>): boolean {
  return done === null && kind === other.kind && cve === other.cve;
}
