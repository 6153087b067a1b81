/** What one kind of templates needs to be edited. */
import type { WordingKind } from './kept.ts';

export interface Editor {
  readonly kind: WordingKind;
  /** Of the list; one template stands below it. */
  readonly path: string;
  readonly title: string;
  /** What they are for. */
  readonly lead: string;
  readonly entries: Readonly<Record<string, Entry>>;
  /** Why a template is none; empty for one that can be kept. */
  problems(name: string, template: string): readonly string[];
  /** On examples, of a template that has no problems. */
  previews(name: string, template: string): readonly Preview[];
  readonly fields: readonly FieldLine[];
}

export interface Entry {
  readonly words: string;
  /** Ours. */
  readonly template: string;
}

export interface Preview {
  readonly title: string;
  readonly text: string;
  /** What is not good in it, in words. */
  readonly problems: readonly string[];
}

export interface FieldLine {
  readonly field: string;
  readonly of: string;
  readonly meaning: string;
}
