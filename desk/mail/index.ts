/**
 * mail: in and out, and OpenPGP with it. It knows no case and no database: bytes come in and become a
 * {@link ReadMail}; a {@link Letter} becomes bytes and goes to a {@link Mailer}.
 *
 * Everything in a mail is a claim of its sender: nothing of it is run, fetched or trusted, all of it is bounded, and
 * no address gives a right. A mail that cannot be decrypted says `unreadable` whatever the cause. A letter goes to
 * one recipient, and what was to be encrypted is never written in clear. A send that failed says whether the server
 * may have the mail: `not-taken`, `rejected`, `uncertain`.
 *
 * RFC 5321, 5322, 2045, 2047, 2231 · 3156, 9580, 9788 (OpenPGP) · 3464, 3463 (notifications) · 3834 (programs) ·
 * 6376, 7208, 7489 (DKIM, SPF, DMARC; recorded) · 9051 (IMAP).
 *
 * @example
 *   const mail = await readMail(bytes, { at, deskKeys, signersOf, resolver: resolve });
 *   if (readBounce(mail) === null) await store(mail);
 *
 *   const mailer = smtpMailer({ host: 'mx.example.org', port: 465, tls: 'implicit' });
 *   await mailer.send(await writeMail(letter), { from: bounceAddress('desk@example.org', token), to: letter.to });
 */
export { isAddress, type Mailbox, parseAddress } from './address.ts';
export type { Authentication, Envelope, Resolver } from './authentication.ts';
export { type Bounce, bounceAddress, bounceToken, readBounce } from './bounce.ts';
export type { Attachment } from './entity.ts';
export { MailError, type MailErrorCode } from './errors.ts';
export { fileMailer } from './file-mailer.ts';
export { type ImapIntakeOptions, imapIntake } from './imap-intake.ts';
export type { Arrived, Intake, IntakeOps } from './intake.ts';
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
export type { Mailer, Route, Sent } from './mailer.ts';
export { readSecretLine } from './own-file.ts';
export type { Encryption } from './pgp-layers.ts';
export type { Signature } from './pgp-open.ts';
export { type MailProblem, type Marks, type ReadMail, type ReadMailOps, readMail } from './read-mail.ts';
export {
  SMTP_INTAKE_LIMITS,
  type SmtpIntakeLimits,
  type SmtpIntakeOptions,
  smtpIntake,
} from './smtp-intake.ts';
export { type SmtpConfig, smtpMailer } from './smtp-mailer.ts';
export { type Letter, type Tlp, writeMail } from './write-mail.ts';
