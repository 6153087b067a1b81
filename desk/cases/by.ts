import type { Json } from 'cpansec/base';
import { addEntry } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

/** Who acts, on what. */
export interface By {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly caseId: string;
  /** Id of the member. */
  readonly member: string;
}

/** As entries and the audit log name them. */
export function actorOf({ member }: Pick<By, 'member'>): string {
  return `member:${member}`;
}

type Of = Parameters<typeof addEntry>[2];

/** One line of the timeline of a case, for the team: what was done. */
export async function told(
  by: Pick<By, 'tx' | 'vault' | 'member'>,
  file: Of,
  act: string,
  more: Readonly<Record<string, Json>> = {},
): Promise<void> {
  const body = { act, ...more };
  await addEntry(by.tx, by.vault, file, { kind: 'act', actor: actorOf(by), audience: 'team', body });
}
