/** How long things last, in seconds. */
export interface SessionPolicy {
  /** A session ends when nothing was asked by it for so long … */
  readonly idle: number;
  /** … and however much was. */
  readonly hard: number;
  /** How old the instant may be at which somebody was last seen. */
  readonly seen: number;
  /** For how long a passkey proves that its owner is there. */
  readonly proof: number;
  /** Within which a passkey must answer. */
  readonly challenge: number;
  /** The longest life of an API token. */
  readonly token: number;
}

const HOUR = 3600;

export const SESSION_POLICY: SessionPolicy = {
  idle: 24 * HOUR,
  hard: 7 * 24 * HOUR,
  seen: 60,
  proof: 600,
  challenge: 300,
  token: 365 * 24 * HOUR,
};
