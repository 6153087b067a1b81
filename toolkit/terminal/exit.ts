/** The exit status of every command, in one table; each program says what they mean for it. */
export const EXIT = {
  clean: 0,
  finding: 1,
  usage: 2,
  unknown: 3,
  index: 4,
  nothing: 5,
  internal: 70,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT] | number;

/** Ends a command with a status, a sentence and the next step. */
export class Stop extends Error {
  readonly status: ExitStatus;
  /** What to do next, printed on a line of its own. */
  readonly next: string | undefined;

  constructor(status: ExitStatus, message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Stop';
    this.status = status;
    this.next = next;
  }
}

export function usage(message: string, next?: string): Stop {
  return new Stop(EXIT.usage, message, next);
}
