import type { Transaction, Vault } from '../store/index.ts';

/** Who acts, on what. */
export interface By {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly caseId: string;
  /** Id of the member. */
  readonly member: string;
}
