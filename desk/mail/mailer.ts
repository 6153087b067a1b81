/** Who takes a written mail away. */
import { parseAddress } from './address.ts';

/** Who it is from for the servers, and the one who gets it. */
export interface Route {
  /** Where notifications of failure go; see `bounceAddress`. */
  readonly from: string;
  readonly to: string;
}

/** The server has taken it. */
export interface Sent {
  /** What the server said, one line of 200 characters at most. */
  readonly response: string;
}

/**
 * Takes one mail. Throws `not-taken` when it surely was not taken and may be tried again, `rejected` when it surely
 * was not and never will be, `uncertain` when it may have been: ask the other side before it is sent again.
 */
export interface Mailer {
  send(mail: Uint8Array, route: Route): Promise<Sent>;
}

/** Throws `bad-address`. */
export function checkRoute({ from, to }: Route): Route {
  return { from: parseAddress(from), to: parseAddress(to) };
}
