/** The exit status of every command, in one table. */
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

/** What each status means, for `--help` and the documentation. */
export const EXIT_MEANING: readonly (readonly [status: number, meaning: string])[] = [
  [EXIT.clean, 'clean: nothing found, or it did what was asked'],
  [EXIT.finding, 'a finding at or above --fail-on'],
  [EXIT.usage, 'a mistake in what was typed'],
  [EXIT.unknown, 'no finding, but something is unknown or unreadable'],
  [EXIT.index, 'no usable index: missing, damaged, or older than --max-age'],
  [EXIT.nothing, 'nothing to audit'],
  [EXIT.internal, 'an error of cpansec itself'],
];

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
