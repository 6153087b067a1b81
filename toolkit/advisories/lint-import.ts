/** The lint of what an importer read: what is odd in the source itself, and in the records that it became. */
import { quoteFound } from '../base/index.ts';
import type { ImportReport } from './cpansa.ts';
import { translateRange } from './cpansa-range.ts';
import { ratingOf } from './cpansa-row.ts';
import { importRule } from './import-rules.ts';
import { lintRecord } from './lint.ts';
import { LINT_RULES, type LintFinding, type LintRule } from './lint-rules.ts';
import type { AdvisoryRecord, Flag } from './record.ts';

/**
 * The findings: first those of the importer, with their path in the source, then those in each record, behind its
 * id. What both see is told of the record, where there may be a suggestion.
 */
export function lintImport({
  records,
  report,
}: {
  readonly records: readonly AdvisoryRecord[];
  readonly report: ImportReport;
}): LintFinding[] {
  const again = new Set<Flag>();
  const inRecords = records.flatMap((record) => {
    const found = lintRecord(record).filter((finding) => !ofImporter(finding, record));
    const rules = new Set(found.map(({ rule }) => rule));
    for (const flag of record.flags ?? []) if (rules.has(flag.rule)) again.add(flag);
    return found.map((finding) => ({ ...finding, path: `${record.id} ${finding.path}` }));
  });
  const inSource = report.flags.filter((flag) => !again.has(flag) && !isNoteOfBoth(flag)).map(findingOf);
  return [...inSource, ...inRecords];
}

/** What the source does not have: rows of CPANSA no summary, others no id of CPANSA's form. */
function ofImporter({ rule, path }: LintFinding, { id, affected }: AdvisoryRecord): boolean {
  if (rule.startsWith('id-') && !id.startsWith('CPANSA-')) return true;
  const made = affected.some(({ source }) => source?.database === 'cpansa');
  return made && (path === 'summary' || rule === 'summary-repeated');
}

/** Notes are not kept in records: where the lint has the rule, it tells it of the record. */
function isNoteOfBoth({ rule }: Flag): boolean {
  return importRule(rule)?.[0] === 'note' && isLintRule(rule);
}

function findingOf({ rule, at: path, found }: Flag): LintFinding {
  const [level = 'flag', meaning = rule] = importRule(rule) ?? [];
  const suggestion = suggestionFor(rule, found);
  return {
    rule,
    severity: severityOf(rule, level),
    path,
    text: found === '' ? meaning : `${quoteFound(found)}: ${meaning}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function severityOf(rule: string, level: 'flag' | 'note'): LintFinding['severity'] {
  if (isLintRule(rule)) return LINT_RULES[rule][0];
  if (rule === 'file-unread') return 'error'; // an import goes on without the file, its author must not
  return level === 'flag' ? 'warning' : 'note';
}

function isLintRule(rule: string): rule is LintRule {
  return Object.hasOwn(LINT_RULES, rule);
}

function suggestionFor(rule: string, found: string): string | undefined {
  if (rule === 'severity-mapped') return ratingOf(found) ?? undefined;
  // Between commas a version without operator may be half of a number: `>=1,1`.
  if (rule === 'range-bare' && found.includes(',')) return undefined;
  return /^range-(?:bare|equals|blank)$/.test(rule) ? translateRange(found).text : undefined;
}
