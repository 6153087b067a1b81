/**
 * mail: in and out, and OpenPGP with it. It knows no case and no database: bytes come in and become a
 * {@link ReadMail}; a {@link Letter} becomes bytes and goes to a {@link Mailer}.
 */
export { isAddress, type Mailbox, parseAddress } from './address.ts';
export type { Authentication, Envelope, Resolver } from './authentication.ts';
export { type Bounce, bounceAddress, bounceToken, readBounce } from './bounce.ts';
export type { Attachment } from './entity.ts';
export { MailError, type MailErrorCode } from './errors.ts';
export {
  type DeskKey,
  generateDeskKey,
  type KeyState,
  type NewDeskKey,
  type PublicKey,
  parsePublicKey,
  readDeskKeys,
  type VerifiedKey,
} from './keys.ts';
export type { ReadAttachment } from './leaf.ts';
export { MAIL_LIMITS, type MailLimits } from './limits.ts';
export type { Encryption } from './pgp-layers.ts';
export type { Signature } from './pgp-open.ts';
export { type MailProblem, type Marks, type ReadMail, type ReadMailOps, readMail } from './read-mail.ts';
export { type Letter, type Tlp, writeMail } from './write-mail.ts';
