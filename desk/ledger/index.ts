/**
 * ledger: the audit log of the desk as a hash chain: every act, and every read of a case. A *head* is its end at an
 * instant, signed; with heads that were kept elsewhere nobody can cut the log off or write it another way unseen.
 * In it stand ids, states and counts only.
 *
 *     const entry = chained(last, { actor: 'member:…', act: 'case.read', subject: 'case:…', detail: {} }, at, sha256);
 *     new Verifier(sha256).follow(entry); // null, or where it breaks
 *     const note = await signHead({ seq: entry.seq, hash: entry.hash, at }, signer);
 *     (await verifyLedger(entries, [note], { verifier, ed25519, sha256 })).faults; // []
 */
export { type Act, type Break, chained, type Entry, GENESIS, Verifier } from './chain.ts';
export { LedgerError, type LedgerErrorCode } from './errors.ts';
export { exportLedger, MAX_EXPORT_LINE, verifyExport } from './export.ts';
export { type Head, openHead, signHead } from './head.ts';
export { type CheckedLedger, type Fault, LedgerCheck, type Trust, verifyLedger } from './verify.ts';
