import type { HeaderLimits } from './header-section.ts';

/** How much of a mail is read. The mail itself is never changed: what is beyond a bound is named in `problems`. */
export interface MailLimits extends HeaderLimits {
  /** Bytes of the mail; a longer one is refused. */
  readonly size: number;
  /** Parts in all, and levels of parts in parts. */
  readonly parts: number;
  readonly depth: number;
  readonly attachments: number;
  /** Bytes of all attachments, decoded. */
  readonly attached: number;
  /** Characters of text. */
  readonly text: number;
  readonly addresses: number;
  readonly references: number;
  /** Bytes that OpenPGP may decrypt or decompress to. */
  readonly decrypted: number;
  /** Packets of one kind in an OpenPGP message: signatures, session keys. */
  readonly packets: number;
  /** DKIM signatures. */
  readonly signatures: number;
  /** Milliseconds for OpenPGP, and for all answers of the DNS. */
  readonly openpgpTime: number;
  readonly dnsTime: number;
}

export const MAIL_LIMITS: MailLimits = {
  size: 32 * 1024 * 1024,
  headerBytes: 256 * 1024,
  headerFields: 500,
  fieldLength: 16 * 1024,
  parts: 200,
  depth: 12,
  attachments: 50,
  attached: 25 * 1024 * 1024,
  text: 1024 * 1024,
  addresses: 100,
  references: 100,
  decrypted: 32 * 1024 * 1024,
  packets: 32,
  signatures: 8,
  openpgpTime: 20_000,
  dnsTime: 10_000,
};
