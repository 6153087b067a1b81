/** Who is credited in the advisory, and whether they want to be. Who they are stands with the person, under their own key. */
import type { Transaction, Vault } from '../store/index.ts';
import { newId } from '../store/index.ts';
import { wantAmendment } from './amendments.ts';
import { type CaseFile, changeCase } from './case-file.ts';
import type { CaseCredit } from './content.ts';
import { instantOf } from './instant.ts';

/** Most credits of a case. */
export const MAX_CREDITS = 50;

/** A credit as it stands before anybody was asked. */
export function newCredit(of: Pick<CaseCredit, 'role'> & Partial<CaseCredit>, at: string): CaseCredit {
  return { id: newId(), participant: null, person: null, consent: 'unasked', at, ...of };
}

/** Those of a case with one more, or one in place of the one with its id. What is public then has to be corrected. */
export async function putCredit(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  credit: CaseCredit,
): Promise<CaseFile> {
  const before = file.content.credits;
  const known = before.some(({ id }) => id === credit.id);
  const credits = known ? before.map((one) => (one.id === credit.id ? credit : one)) : [...before, credit];
  return changed(tx, vault, file, credits);
}

export async function dropCredit(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  id: string,
): Promise<CaseFile> {
  return changed(
    tx,
    vault,
    file,
    file.content.credits.filter((one) => one.id !== id),
  );
}

async function changed(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  credits: readonly CaseCredit[],
): Promise<CaseFile> {
  const after = await changeCase(tx, vault, file, { content: { credits } });
  const named = JSON.stringify(shownOf(file.content.credits)) !== JSON.stringify(shownOf(credits));
  return named ? creditsChanged(tx, vault, after) : after;
}

/** What the record says of them changes; nothing follows while it is not published. */
export async function creditsChanged(tx: Transaction, vault: Vault, file: CaseFile): Promise<CaseFile> {
  const { cve, published } = file.state;
  if (published === null) return file;
  return wantAmendment(tx, vault, file, { kind: 'correct', cve, why: 'Somebody wants another credit.' });
}

function shownOf(credits: readonly CaseCredit[]): unknown {
  return credits.flatMap(({ id, role, consent }) => (consent === 'by-name' ? [[id, role]] : []));
}

/** The choice of somebody who takes part; their credit is made where there is none. */
export async function chooseCredit(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { participant, role, consent }: Pick<CaseCredit, 'role' | 'consent'> & { readonly participant: string },
): Promise<CaseFile> {
  const at = instantOf(tx);
  const own = file.content.credits.find((one) => one.participant === participant);
  return putCredit(tx, vault, file, { ...(own ?? newCredit({ role, participant }, at)), consent, at });
}
