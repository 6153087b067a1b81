import type { DeskKey, Mailbox, Mailer } from '../mail/index.ts';

/** How the desk writes. */
export interface MailConfig {
  /** Answers and notifications of failure come to this address, with a suffix. */
  readonly from: Mailbox;
  /** `https://desk.example.org`. */
  readonly origin: string;
  readonly mailer: Mailer;
  /** Signs what is encrypted; null where the desk has no key. */
  readonly sign: DeskKey | null;
}
