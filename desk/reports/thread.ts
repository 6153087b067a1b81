/** The thread of a reporter: it stays theirs when their case is merged, and is read where that goes on. */
import { addEntry, type CaseFile, goesOnIn, type NewEntry } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { REPORTER } from './take.ts';

/** The audience of a merged case's reporter in the case that it goes on in. */
export function threadOf(caseId: string): string {
  return `${REPORTER}:${caseId}`;
}

/** The merged case whose reporter the audience is; null for any other audience. */
export function threadCase(audience: string): string | null {
  return audience.startsWith(`${REPORTER}:`) ? audience.slice(REPORTER.length + 1) : null;
}

/** In the reporter's own case, and in the one that it goes on in. */
export async function sayInThread(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  entry: Omit<NewEntry, 'audience'>,
): Promise<void> {
  await addEntry(tx, vault, file, { ...entry, audience: REPORTER });
  const goesOn = await goesOnIn(tx, vault, file);
  if (goesOn.id !== file.id) await addEntry(tx, vault, goesOn, { ...entry, audience: threadOf(file.id) });
}
