/**
 * notices: mail of cases. A letter is a job, sealed under the key of whom it is for and written only when it is
 * sent; it says nothing of a case but its reference and the way to it. What comes in is kept whole, and an address
 * of a sender gives no right.
 *
 *     await enqueueLetter(tx, vault, { to: { participant }, letter: 'news', fields: {} });
 *     startJobs({ store, handlers: mailHandlers(store, config), chores: mailChores(store, config), onError });
 */
export type { MailConfig } from './config.ts';
export { enqueueLetter, type LetterToSend, type Recipient } from './enqueue-letter.ts';
export type { MailInConfig } from './incoming.ts';
export { mailChores, mailHandlers } from './jobs.ts';
export { keyRoutes } from './key-routes.tsx';
export { mailIn } from './mail-in.ts';
export { reportOps, tellMembers } from './ops.ts';
export { outboxRoutes } from './outbox-routes.tsx';
