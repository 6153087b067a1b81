/** What a drill is made of. */
import type { By } from '../../cases/index.ts';

export interface Scene {
  readonly told: string;
  /** PAUSE has done what it was asked before this. */
  readonly answered?: true;
  readonly asks: string;
  /** What the group would do stands first. */
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly label: string;
  /** That it takes, on the clock of the fiction. */
  readonly minutes: number;
  /** What it leads to, said afterwards. */
  readonly means: string;
  does(table: Table): Promise<unknown>;
}

/** What an answer does to the case. */
export interface Table {
  /** When the group heard of it. */
  readonly began: string;
  now(): string;
  act<T>(work: (by: Omit<By, 'caseId'>) => Promise<T>): Promise<T>;
  /** On the case that was opened. */
  with<T>(work: (by: By) => Promise<T>): Promise<T>;
  opened(caseId: string): void;
  disclosed(): Promise<void>;
}
