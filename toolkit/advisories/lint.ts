/** What is wrong or doubtful about a record of the right shape. A finding is a value and never an exception. */
import { compareText, quoteFound } from '../base/index.ts';
import { FormatError, parsePurl, scoreCvss } from '../formats/index.ts';
import { libraryOfId } from './cpansa-row.ts';
import { isDate } from './date.ts';
import { isCpansaId, isCve, isGhsa } from './identifier.ts';
import { lintEntry } from './lint-entry.ts';
import { checkMalicious } from './lint-malicious.ts';
import { checkReferences, checkSolution } from './lint-references.ts';
import { type Check, type LintFinding, LintFindings } from './lint-rules.ts';
import { checkDetails, checkSummary, checkTexts } from './lint-texts.ts';
import type { AdvisoryRecord } from './record.ts';
import { cisaSsvc } from './ssvc.ts';

/** The findings, in the order of the record's members. `LINT_RULES` lists the rules. */
export function lintRecord(record: AdvisoryRecord): LintFinding[] {
  const findings = new LintFindings();
  for (const check of CHECKS) check(record, findings);
  return findings.all;
}

const checkId: Check = ({ id, affected }, findings) => {
  if (!isCpansaId(id))
    findings.add('id-form', 'id', `${quoteFound(id)} is not of the form CPANSA-Distribution-2026-0001`);
  const named = affected.some(({ distribution }) => id.startsWith(`CPANSA-${distribution}-`));
  if (affected.length > 0 && !named)
    findings.add('id-distribution', 'id', `${quoteFound(id)} names no affected distribution`);
  if (!/^CPANSA-.*-\d+-\d+$/.test(id))
    findings.add('id-suffix', 'id', `cpan-audit does not show ${quoteFound(id)}`);
  const library = libraryOfId(id);
  if (library !== null && affected.length > 0 && affected.every(({ cause }) => cause.kind === 'own')) {
    const cause = JSON.stringify({ kind: 'embedded', library });
    findings.add('library-from-id', 'affected[0].cause', `the id ends in ${quoteFound(library)}`, cause);
  }
};

const checkAliases: Check = ({ id, aliases, affected }, findings) => {
  const own = affected.map((entry, i) => ({ path: `affected[${i}].aliases`, list: entry.aliases ?? [] }));
  for (const { path, list } of [{ path: 'aliases', list: aliases }, ...own]) {
    for (const [i, alias] of list.entries()) checkAlias(alias, `${path}[${i}]`, findings);
    const distinct = [...new Set(list)].sort(compareText);
    if (distinct.length < list.length || list.includes(id))
      findings.add('alias-duplicate', path, 'an alias twice or equal to the id');
    else if (distinct.join(' ') !== list.join(' '))
      findings.add('alias-order', path, 'not sorted', distinct.join(', '));
  }
};

function checkAlias(alias: string, path: string, findings: LintFindings): void {
  if (/CVE/i.test(alias) && !alias.startsWith('CPANSA-') && !isCve(alias)) {
    findings.add('cve-form', path, `${quoteFound(alias)} is no CVE id`);
  }
  if (/^GHSA/i.test(alias) && !isGhsa(alias))
    findings.add('ghsa-form', path, `${quoteFound(alias)} is no GHSA id`);
}

const checkDates: Check = ({ reported, withdrawn, disputed, history }, findings) => {
  const dates: [path: string, date: string][] = history.map(({ on }, i) => [`history[${i}].on`, on]);
  if (reported === null) findings.add('reported-absent', 'reported', 'no date of report');
  else dates.unshift(['reported', reported]);
  if (withdrawn !== undefined) dates.push(['withdrawn.on', withdrawn.on]);
  if (disputed !== undefined) dates.push(['disputed.on', disputed.on]);
  for (const [path, date] of dates)
    if (!isDate(date)) findings.add('date-invalid', path, `${quoteFound(date)} is no day`);
};

const checkSeverity: Check = ({ severity, malicious }, findings) => {
  if (severity === undefined && malicious !== undefined) return;
  if (severity === undefined) return findings.add('severity-absent', 'severity', 'no severity');
  const { rating, vector } = severity;
  if (rating === undefined && vector === undefined)
    findings.add('severity-empty', 'severity', 'neither rating nor vector');
  if (vector === undefined) return;
  findings.add('cvss-present', 'severity.vector', 'is it needed? CPANSec gives none without a reason');
  const rated = ratingOf(vector);
  if (rated === null)
    findings.add('severity-vector', 'severity.vector', `${quoteFound(vector)} cannot be scored`);
  else if (rating !== undefined && rating !== rated) {
    findings.add('severity-mismatch', 'severity.rating', `${rating}, and the vector is ${rated}`, rated);
  }
};

const checkSsvc: Check = ({ ssvc }, findings) => {
  if (ssvc !== undefined && cisaSsvc(ssvc) === null)
    findings.add('ssvc-vector', 'ssvc', `${quoteFound(ssvc)} does not answer CISA's table`);
};

function ratingOf(vector: string): string | null {
  try {
    return scoreCvss(vector).rating;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

const checkWeaknesses: Check = ({ weaknesses = [] }, findings) => {
  weaknesses.forEach((weakness, i) => {
    if (!/^CWE-[1-9]\d{0,6}$/.test(weakness))
      findings.add('weakness-form', `weaknesses[${i}]`, `${quoteFound(weakness)} is no CWE id`);
  });
  const number = (weakness: string): number => Number(weakness.slice(4));
  const sorted = [...new Set(weaknesses)].sort((a, b) => number(a) - number(b));
  if (sorted.join() !== weaknesses.join())
    findings.add('weakness-order', 'weaknesses', 'not sorted, or one twice', sorted.join(', '));
};

const checkAffected: Check = ({ affected, withdrawn }, findings) => {
  if (affected.length === 0 && withdrawn === undefined)
    findings.add('affected-absent', 'affected', 'nothing is affected');
  const seen = new Set<string>();
  affected.forEach((entry, i) => {
    lintEntry(entry, `affected[${i}]`, findings);
    const { distribution, ranges, fixed, cause, modules, aliases } = entry;
    const text = JSON.stringify([distribution, ranges, fixed, cause, modules, aliases]);
    if (seen.has(text))
      findings.add('entry-duplicate', `affected[${i}]`, 'says what an entry before it says');
    seen.add(text);
  });
};

const checkProducts: Check = ({ products = [] }, findings) => {
  products.forEach(({ purl, status, justification, noFixPlanned }, i) => {
    if (purl !== undefined && !isBarePurl(purl))
      findings.add('product-purl', `products[${i}].purl`, `${quoteFound(purl)} names no product`);
    if (justification !== undefined && status !== 'not_affected')
      findings.add('product-status', `products[${i}].justification`, `it is ${status}`);
    if (noFixPlanned === true && status !== 'affected')
      findings.add('product-status', `products[${i}].noFixPlanned`, `it is ${status}`);
  });
};

/** What a product is called, whatever its version. */
function isBarePurl(text: string): boolean {
  try {
    return parsePurl(text).version === null;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

const checkPeople: Check = ({ credits = [], withdrawn, disputed, history }, findings) => {
  credits.forEach(({ name }, i) => {
    if (name.trim() === '') findings.add('credit-absent', `credits[${i}].name`, 'a credit without a name');
  });
  if (withdrawn?.reason.trim() === '') findings.add('withdrawn-reason', 'withdrawn.reason', 'no reason');
  if (disputed?.reason.trim() === '') findings.add('disputed-reason', 'disputed.reason', 'no reason');
  history.forEach(({ on, change }, i) => {
    if (change.trim() === '') findings.add('history-change', `history[${i}].change`, 'what changed?');
    if (on < (history[i - 1]?.on ?? ''))
      findings.add('history-order', `history[${i}].on`, `${on} stands after a later date`);
  });
};

const CHECKS: readonly Check[] = [
  checkId,
  checkAliases,
  checkDates,
  checkSummary,
  checkDetails,
  checkTexts,
  checkSeverity,
  checkSsvc,
  checkWeaknesses,
  checkMalicious,
  checkAffected,
  checkSolution,
  checkReferences,
  checkProducts,
  checkPeople,
];
