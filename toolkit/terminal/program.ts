import type { Command } from './command.ts';

export interface Program {
  /** As it is typed: `cpansec`. */
  readonly name: string;
  readonly version: string;
  /** One line: what it is for. */
  readonly about: string;
  /** A sentence or two, behind the list of commands. */
  readonly notes: string;
  readonly examples: readonly (readonly [typed: string, meaning: string])[];
  /** What each status means. */
  readonly exits: readonly (readonly [status: number, meaning: string])[];
  readonly commands: readonly CommandEntry[];
}

/** A command that is loaded when it is called for. */
export interface CommandEntry {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}
