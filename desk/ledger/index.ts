/**
 * ledger: the audit log of the desk as a hash chain: every act, and every read of a case.
 *
 *     const entry = chained(last, { actor: 'member:…', act: 'case.read', subject: 'case:…', detail: {} }, at, sha256);
 *     new Verifier(sha256).follow(entry); // null, or where it breaks
 */
export { type Act, type Break, chained, type Entry, GENESIS, Verifier } from './chain.ts';
