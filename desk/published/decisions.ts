import { array, compareText, nullable, object, oneOf, type Shape, string } from 'cpansec/base';
import { date, decodeFile, encodeFile } from './file.ts';

const DECISIONS_FORMAT = 'cpansec-decisions/1';

/** What was decided for a row of a source, and why. */
export interface Decision {
  /** `own`, `cpansa`, `cve`, `osv`. */
  source: string;
  /** Its id in the source; where it has none, its place. */
  row: string;
  /** The record here that says it, or null. */
  record: string | null;
  decision: Verdict;
  reason: string;
  by: 'rule' | 'person';
  /** `YYYY-MM-DD`. */
  on: string;
  /** Where the record here and the row do not say the same. */
  differences: readonly Difference[];
}

export type Verdict = 'imported' | 'updated' | 'unchanged' | 'ours' | 'known' | 'refused';

export interface Difference {
  readonly path: string;
  readonly ours: string;
  readonly theirs: string;
}

const decisionShape: Shape<Decision> = object({
  source: string,
  row: string,
  record: nullable(string),
  decision: oneOf('imported', 'updated', 'unchanged', 'ours', 'known', 'refused'),
  reason: string,
  by: oneOf('rule', 'person'),
  on: date,
  differences: array(object({ path: string, ours: string, theirs: string })),
});

const decisionsShape: Shape<{ decisions: Decision[] }> = object({
  format: oneOf(DECISIONS_FORMAT),
  decisions: array(decisionShape),
});

/** Throws `shape`. */
export function decodeDecisions(bytes: Uint8Array, key: string): Decision[] {
  return decodeFile(bytes, key, decisionsShape).decisions;
}

/** Sorted by source and row. */
export function encodeDecisions(decisions: readonly Decision[]): Uint8Array {
  const ordered = decisions
    .toSorted((a, b) => compareText(a.source, b.source) || compareText(a.row, b.row))
    .map(({ source, row, record, decision, reason, by, on, differences }) => ({
      source,
      row,
      record,
      decision,
      reason,
      by,
      on,
      differences: differences.map(({ path, ours, theirs }) => ({ path, ours, theirs })),
    }));
  return encodeFile({ format: DECISIONS_FORMAT, decisions: ordered });
}

export function decisionKey({ source, row }: Pick<Decision, 'source' | 'row'>): string {
  return `${source}\n${row}`;
}

/**
 * The decisions with the new ones. What a person decided stays; what says the same keeps its date; and that
 * nothing changed replaces no decision that had a reason.
 */
export function withDecisions(old: readonly Decision[], made: readonly Decision[]): Decision[] {
  const all = new Map(old.map((decision) => [decisionKey(decision), decision]));
  for (const decision of made) {
    const key = decisionKey(decision);
    const before = all.get(key);
    if (before === undefined || replaces(decision, before)) all.set(key, decision);
  }
  return [...all.values()];
}

function replaces(decision: Decision, before: Decision): boolean {
  if (before.by === 'person' && decision.by === 'rule') return false;
  if (decision.decision === 'unchanged' && ACCEPTED.has(before.decision)) return false;
  return JSON.stringify({ ...before, on: '' }) !== JSON.stringify({ ...decision, on: '' });
}

const ACCEPTED: ReadonlySet<Verdict> = new Set(['imported', 'updated', 'unchanged']);
