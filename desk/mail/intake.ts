import type { Envelope } from './authentication.ts';

/** A mail as it came in, byte for byte. The same mail may come again: its message id tells. */
export interface Arrived {
  readonly bytes: Uint8Array;
  /** Null where it was fetched from a mailbox. */
  readonly envelope: Envelope | null;
}

/** What an intake gives its mails to. */
export interface IntakeOps {
  /** Returns when the mail is stored durably: only then is it acknowledged. A throw keeps it where it was. */
  onMail(mail: Arrived): Promise<void>;
  /** Told of what went wrong on our side. The message holds nothing of a mail. */
  onFailure(error: Error): void;
}

export interface Intake {
  /** Takes no more; returns when what was begun is done. */
  close(): Promise<void>;
  /** Of one that asks: when it was last answered, milliseconds; null: not yet. */
  readonly answeredAt?: number | null;
}
