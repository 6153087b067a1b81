/** Times in which the group waits for the reporter: clocks of the decision stand still. */
import type { Transaction, Vault } from '../store/index.ts';
import { type CaseFile, changeCase } from './case-file.ts';
import { instantOf } from './instant.ts';

/** Whether the reporter was asked for something and has not answered. */
export function waitsForReporter({ facts }: Pick<CaseFile, 'facts'>): boolean {
  return facts.waits.some(({ until }) => until === null);
}

export async function reporterAsked(tx: Transaction, vault: Vault, file: CaseFile): Promise<CaseFile> {
  const waits = [...file.facts.waits, { since: instantOf(tx), until: null }];
  return changeCase(tx, vault, file, { facts: { waits } });
}

/** The reporter said something: nobody waits for them any more. */
export async function reporterAnswered(tx: Transaction, vault: Vault, file: CaseFile): Promise<void> {
  if (!waitsForReporter(file)) return;
  const now = instantOf(tx);
  const waits = file.facts.waits.map(({ since, until }) => ({ since, until: until ?? now }));
  await changeCase(tx, vault, file, { facts: { waits } });
}
