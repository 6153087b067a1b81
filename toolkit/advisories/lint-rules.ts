import type { AdvisoryRecord } from './record.ts';

/** The rules of the lint with what each finds; `docs/formats/lint.md` is the same table. Ids never change. */
export const LINT_RULES = {
  'id-form': ['warning', 'an id that is not `CPANSA-`, distribution, year, number'],
  'id-distribution': ['warning', 'an id that names none of the affected distributions'],
  'id-suffix': ['note', 'an id that does not end in year and number, which `cpan-audit show` does not find'],
  'id-twice': ['error', 'the id of another record, of those that are checked together'],
  'library-from-id': ['warning', 'an id that ends in the name of a library, which no entry names'],
  'alias-duplicate': ['error', 'an alias twice, or the id itself among the aliases'],
  'alias-order': ['warning', 'aliases that are not sorted'],
  'alias-of-other': [
    'error',
    'a former id that is the id of another record, of those that are checked together',
  ],
  'cve-form': ['error', 'a CVE id that cannot be one'],
  'ghsa-form': ['error', 'a GHSA id that cannot be one'],
  'date-invalid': ['error', 'a day that no calendar has'],
  'reported-absent': ['warning', 'no date of report'],
  'summary-absent': ['error', 'no summary'],
  'summary-end': ['warning', 'a summary that ends like a sentence'],
  'summary-lines': ['error', 'a summary of several lines, or with blanks around it'],
  'summary-long': ['warning', 'a summary of more than 120 characters'],
  'summary-repeated': ['warning', 'details whose first line is the summary'],
  'details-short': ['note', 'details of less than 80 characters, or none'],
  placeholder: ['error', 'a text that somebody meant to fill in'],
  'template-token': ['error', 'a token of a template that nothing has replaced'],
  'control-character': ['error', 'a control character in a text for people'],
  'severity-absent': ['note', 'no severity'],
  'severity-empty': ['warning', 'a severity without rating and vector'],
  'severity-vector': ['error', 'a CVSS vector that cannot be scored'],
  'ssvc-vector': ['error', "an SSVC vector that does not answer CISA's table"],
  'severity-mismatch': ['warning', 'a rating that is not that of the vector'],
  'cvss-present': ['note', 'a CVSS vector, which CPANSec gives only where there is a reason'],
  'weakness-form': ['error', 'a weakness that is no CWE id'],
  'weakness-order': ['warning', 'weaknesses that are not sorted by number, or twice'],
  'malicious-ranges': ['error', 'malicious releases that are neither named one by one nor every version'],
  'malicious-fixed': ['error', 'a version that fixes malicious releases: they are removed, not repaired'],
  'malicious-rated': ['error', 'a severity or an SSVC vector of malicious releases'],
  'malicious-wording': ['warning', 'a text that has malicious releases repaired by an upgrade'],
  'indicator-form': ['error', 'an indicator that is not of its type, or is defanged'],
  'indicator-duplicate': ['warning', 'an indicator twice'],
  'affected-absent': ['error', 'nothing is affected, and the record is not withdrawn'],
  'entry-duplicate': ['warning', 'two entries that say the same'],
  'distribution-form': ['error', 'a name that no distribution has'],
  'module-form': ['error', 'a name that no module has'],
  'library-version-absent': ['warning', 'an embedded library without its version'],
  'ranges-absent': ['error', 'an entry without ranges: whether it matches cannot be told'],
  'range-no-operator': ['error', 'a version without an operator, which readers take for `==` or for `>=`'],
  'range-unreadable': ['error', 'a range that does not parse'],
  'range-contradictory': ['error', 'a range that no version is in'],
  'range-above-zero': ['warning', '`>0`, which leaves out version 0'],
  'range-canonical': ['warning', 'a range that is not in canonical form'],
  'range-duplicate': ['warning', 'a range twice in one list'],
  'range-split': ['error', 'two ranges that together are all versions, as when "and" is written as "or"'],
  'range-mixed-notation': ['warning', 'dotted versions beside a decimal one that people read as dotted'],
  'records-differ': [
    'warning',
    'ranges that another record of the same vulnerability and distribution does not have',
  ],
  'fixed-covers-affected': ['error', 'the fixed versions take everything away that is affected'],
  'fixed-overlaps-affected': ['error', 'fixed versions without an end reach into the affected ones'],
  'fixed-gap': ['warning', 'versions between the affected and the fixed ones are neither'],
  'end-without-fix': [
    'warning',
    'affected versions that end before a version, and nothing says that it fixes them',
  ],
  'solution-absent': ['warning', 'no version that fixes it, no patch and no workaround'],
  'reference-absent': ['warning', 'no reference'],
  'reference-quality': ['note', 'no reference to a fix, a patch, a report or a release'],
  'reference-duplicate': ['warning', 'a reference twice'],
  'reference-form': ['error', 'a reference that is no address'],
  'reference-characters': ['warning', 'a reference with characters that an address does not have'],
  'reference-ftp': ['warning', 'a reference by FTP, which browsers do not open'],
  'changelog-unpinned': ['warning', 'a reference to the changes of whatever release is the newest'],
  'product-purl': ['error', 'a product downstream whose package URL cannot be read, or has a version'],
  'product-status': ['error', 'a reason or plan that does not go with the status of a product downstream'],
  'credit-absent': ['error', 'a credit without a name'],
  'withdrawn-reason': ['error', 'withdrawn without a reason'],
  'disputed-reason': ['error', 'disputed, and readers are not told why'],
  'history-order': ['warning', 'history that is not sorted by date'],
  'history-change': ['error', 'history that does not say what changed'],
} as const;

export type LintRule = keyof typeof LINT_RULES;

export interface LintFinding {
  readonly rule: LintRule | (string & {});
  /** A note is no fault: what could be better, or what some reader does not understand. */
  readonly severity: 'error' | 'warning' | 'note';
  /** Path in the record: `affected[0].ranges[1]`. */
  readonly path: string;
  /** What is wrong, with what was found. */
  readonly text: string;
  /** What to write instead, where that can be told. */
  readonly suggestion?: string;
}

export type Check = (record: AdvisoryRecord, findings: LintFindings) => void;

/** The findings of one record, in the order in which they were made. */
export class LintFindings {
  readonly all: LintFinding[] = [];

  add(rule: LintRule, path: string, text: string, suggestion?: string): void {
    const [severity] = LINT_RULES[rule];
    this.all.push({ rule, severity, path, text, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}
