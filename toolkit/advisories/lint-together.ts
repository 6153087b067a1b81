/** What several records say of each other. */
import { quoteFound } from '../base/index.ts';
import { expressionOf, formatIntervals, intervals } from './intervals.ts';
import { type LintFinding, LintFindings } from './lint-rules.ts';
import { isUndecided } from './range.ts';
import type { AdvisoryRecord } from './record.ts';
import { spansOf } from './spans.ts';

/** Of each record what is wrong with it beside the others, in their order. */
export function lintTogether(records: readonly AdvisoryRecord[]): LintFinding[][] {
  const findings = records.map(() => new LintFindings());
  checkIds(records, findings);
  checkRanges(records, findings);
  return findings.map(({ all }) => all);
}

function checkIds(records: readonly AdvisoryRecord[], findings: readonly LintFindings[]): void {
  const first = new Map<string, number>();
  for (const [i, { id }] of records.entries()) {
    if (first.has(id)) findings[i]?.add('id-twice', 'id', `${quoteFound(id)} is the id of another record`);
    else first.set(id, i);
  }
  for (const [i, { aliases }] of records.entries()) {
    for (const [k, alias] of aliases.entries()) {
      // A CVE record beside ours has the id that ours names.
      if (!alias.startsWith('CPANSA-') || (first.get(alias) ?? i) === i) continue;
      findings[i]?.add('alias-of-other', `aliases[${k}]`, `${quoteFound(alias)} is the id of another record`);
    }
  }
}

interface Claim {
  readonly record: number;
  readonly entry: number;
  readonly id: string;
  /** The affected versions, equal for equal versions. */
  readonly versions: string;
  /** The same for people. */
  readonly text: string;
}

/** Records that share an alias or id must mean the same versions of a distribution. */
function checkRanges(records: readonly AdvisoryRecord[], findings: readonly LintFindings[]): void {
  const claims = new Map<string, Claim[]>();
  for (const [i, record] of records.entries()) {
    for (const claim of claimsOf(record, i)) {
      const known = claims.get(claim.key);
      if (known === undefined) claims.set(claim.key, [claim]);
      else known.push(claim);
    }
  }
  const told = new Set<string>();
  for (const [first, ...others] of claims.values()) {
    if (first === undefined) continue;
    for (const other of others) {
      if (other.versions === first.versions || other.record === first.record) continue;
      const pair = `${first.record} ${other.record} ${other.entry}`;
      if (told.has(pair)) continue;
      told.add(pair);
      const text = `${other.text} here, ${first.text} in ${quoteFound(first.id)}`;
      findings[other.record]?.add('records-differ', `affected[${other.entry}].ranges`, text);
    }
  }
}

/** All that a record says of one distribution under one name, by both. */
function claimsOf(record: AdvisoryRecord, index: number): (Claim & { key: string })[] {
  if (record.withdrawn !== undefined) return [];
  const names = [...new Set(record.affected.map(({ distribution }) => distribution))];
  return names.flatMap((name) => {
    const entries = record.affected.filter(({ distribution }) => distribution === name);
    const entry = record.affected.findIndex(({ distribution }) => distribution === name);
    if (entries.some(isUndecided)) return [];
    const ranges = entries.flatMap((one) => intervals(one.ranges, one.fixed).map(expressionOf));
    const versions = spansOf({ ranges, fixed: [] }) ?? '';
    const text = formatIntervals(intervals(ranges)) || 'nothing';
    const ids = new Set([record.id, ...record.aliases, ...entries.flatMap(({ aliases }) => aliases ?? [])]);
    return [...ids].map((id) => ({
      record: index,
      entry,
      id: record.id,
      versions,
      text,
      key: `${id} ${name}`,
    }));
  });
}
