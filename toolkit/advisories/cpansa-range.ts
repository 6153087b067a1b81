/** Range expressions as CPANSA data writes them, brought to our grammar. */
import type { CpansaRule } from './cpansa-rules.ts';
import { readRange } from './range.ts';

export interface TranslatedRange {
  /** In our grammar; as it was found when it cannot be brought there. */
  readonly text: string;
  readonly rules: readonly CpansaRule[];
}

/** A version without an operator, and one after `=`, is that version alone. */
export function translateRange(found: string): TranslatedRange {
  const rules: CpansaRule[] = [];
  const dense = found.replace(/\s+/g, '');
  if (dense !== found) rules.push('range-blank');
  const text = dense
    .split(',')
    .map((part) => translateConstraint(part, rules))
    .join(',');
  return readRange(text) === null ? { text: found, rules: ['range-unreadable'] } : { text, rules };
}

function translateConstraint(part: string, rules: CpansaRule[]): string {
  if (/^v?[0-9]/.test(part)) {
    rules.push('range-bare');
    return `==${part}`;
  }
  if (/^=[^=]/.test(part)) {
    rules.push('range-equals');
    return `=${part}`;
  }
  return part;
}
