import { decide, formatSsvc, ssvcTable } from 'cpansec/formats';
import type { SsvcAssessment } from '../casefile/index.ts';

/** What a case says by one table, in one line. */
export interface SsvcLine {
  readonly table: string;
  readonly title: string;
  /** What is still possible; one where it is decided. */
  readonly outcomes: readonly string[];
  readonly vector: string;
  readonly published: boolean;
}

export function ssvcLine({ table: name, answers, at, published }: SsvcAssessment): SsvcLine {
  const table = ssvcTable(name);
  const { outcomes } = decide(table, answers);
  return {
    table: name,
    title: table.title,
    outcomes: outcomes.map((outcome) => outcome.name),
    vector: formatSsvc({ table, answers, at: toSecond(at) }),
    published,
  };
}

/** Vectors have whole seconds. */
function toSecond(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z');
}
