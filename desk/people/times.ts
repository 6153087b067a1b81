/** How long links are good for. */
export interface LinkTimes {
  /** Seconds, as all of them. */
  readonly bootstrap: number;
  readonly invitation: number;
  readonly recovery: number;
  /** Within which another member must confirm what one has asked for. */
  readonly recoveryAnswer: number;
  /** Of whoever reported: the follow-up of a case takes months. */
  readonly reporter: number;
  /** Of somebody who was asked in: long enough for a case, short enough for a mailbox. */
  readonly participant: number;
  /** Of a contact of an organisation: to sign the agreement and prove a key. */
  readonly organisation: number;
  /** Of the address of a calendar, which stands in a program for long. */
  readonly calendar: number;
  /** Of the code that proves an OpenPGP key. */
  readonly keyCode: number;
}

const HOUR = 3600;

export const LINK_TIMES: LinkTimes = {
  bootstrap: 24 * HOUR,
  invitation: 7 * 24 * HOUR,
  recovery: 24 * HOUR,
  recoveryAnswer: 24 * HOUR,
  reporter: 365 * 24 * HOUR,
  participant: 182 * 24 * HOUR,
  organisation: 30 * 24 * HOUR,
  calendar: 365 * 24 * HOUR,
  keyCode: 3 * 24 * HOUR,
};

/** The instant so many seconds later. */
export function after(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}
