import type { Transaction } from '../store/index.ts';

/** What reports need done by others. */
export interface ReportOps {
  /** A report came in: acknowledge it to whoever gave an address, content-free, in the same transaction. */
  received(tx: Transaction, given: Received): Promise<void>;
  /** A report that a program filled in: marked, so that triage sees it last. */
  suspect(tx: Transaction, caseId: string): Promise<void>;
}

/** Where reports come in by mail. */
export interface ByMail {
  readonly address: string;
  /** Of OpenPGP, to seal them with; null where the desk has none. */
  readonly key: { readonly fingerprint: string; readonly armored: string } | null;
}

export interface Received {
  readonly caseId: string;
  readonly participant: string;
  readonly address: string | null;
}
