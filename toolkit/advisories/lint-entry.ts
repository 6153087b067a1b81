/** The lint of what a record says is affected. */
import { quoteFound } from '../base/index.ts';
import { parseVersion } from '../cpan/index.ts';
import { translateRange } from './cpansa-range.ts';
import { formatIntervals, intervals } from './intervals.ts';
import type { LintFindings, LintRule } from './lint-rules.ts';
import { type OddRange, oddRanges } from './odd-ranges.ts';
import { isUndecided, readRange } from './range.ts';
import type { AffectedEntry } from './record.ts';

export function lintEntry(entry: AffectedEntry, path: string, findings: LintFindings): void {
  lintNames(entry, path, findings);
  if (entry.ranges.length === 0) {
    findings.add('ranges-absent', `${path}.ranges`, 'no ranges', 'all versions are >=0');
  }
  lintList(entry.ranges, `${path}.ranges`, findings);
  lintList(entry.fixed, `${path}.fixed`, findings);
  for (const odd of oddRanges(entry)) lintOddity(odd, entry, path, findings);
  lintSplit(entry.ranges, path, findings);
  lintNotation(entry, path, findings);
  lintEnd(entry, path, findings);
}

/** `>=1` or `<2` is every version; `>=1,<2` was meant. */
function lintSplit(ranges: readonly string[], path: string, findings: LintFindings): void {
  const sided = (operator: RegExp): [index: number, text: string][] =>
    [...ranges.entries()].filter(([, text]) => operator.test(text) && readRange(text) !== null);
  for (const [, from] of sided(/^>=?[^,]+$/)) {
    for (const [i, to] of sided(/^<=?[^,]+$/)) {
      const both = intervals([from, to]);
      if (both.length > 1 || both[0]?.high !== null || intervals([`${from},${to}`]).length === 0) continue;
      const text = `${quoteFound(from)} or ${quoteFound(to)} is every version`;
      findings.add('range-split', `${path}.ranges[${i}]`, text, `${from},${to}`);
    }
  }
}

/** `1.6` is `v1.600.0`; beside `v1.5.4` somebody may have meant `v1.6.0`. */
function lintNotation({ ranges, fixed }: AffectedEntry, path: string, findings: LintFindings): void {
  const versions = [...ranges, ...fixed].flatMap((text) => readRange(text)?.constraints ?? []);
  const texts = [...new Set(versions.map(({ version }) => version.original))];
  const dotted = texts.find((text) => text.startsWith('v') || text.split('.').length > 2);
  if (dotted === undefined) return;
  for (const text of texts) {
    const [, fraction = ''] = /^\d+\.(\d+)$/.exec(text) ?? [];
    // Whole groups of three digits are how decimal versions are written beside dotted ones: 5.005, 5.022002.
    if (fraction.length % 3 === 0 || /^0+$/.test(fraction)) continue;
    const { normal } = parseVersion(text);
    findings.add('range-mixed-notation', path, `${text}, which is ${normal}, beside ${dotted}`, `v${text}`);
  }
}

function lintEnd(entry: AffectedEntry, path: string, findings: LintFindings): void {
  if (entry.fixed.length > 0 || isUndecided(entry)) return;
  const last = intervals(entry.ranges).at(-1);
  if (last === undefined || last.high === null || !last.highOpen) return;
  const { original } = last.high;
  findings.add('end-without-fix', `${path}.fixed`, `does ${original} fix it?`, `>=${original}`);
}

function lintNames(
  { distribution, modules = [], cause }: AffectedEntry,
  path: string,
  findings: LintFindings,
): void {
  if (!/^[A-Za-z0-9][\w.+-]*$/.test(distribution)) {
    const suggestion = distribution.includes('::') ? distribution.replaceAll('::', '-') : undefined;
    findings.add(
      'distribution-form',
      `${path}.distribution`,
      `${quoteFound(distribution)} is no distribution`,
      suggestion,
    );
  }
  modules.forEach((module, i) => {
    if (/^[A-Za-z_]\w*(?:::\w+)*$/.test(module)) return;
    findings.add('module-form', `${path}.modules[${i}]`, `${quoteFound(module)} is no module`);
  });
  if (cause.kind === 'embedded' && cause.libraryVersion === undefined) {
    findings.add('library-version-absent', `${path}.cause`, `which version of ${quoteFound(cause.library)}?`);
  }
}

function lintList(expressions: readonly string[], path: string, findings: LintFindings): void {
  const seen = new Set<string>();
  expressions.forEach((expression, i) => {
    const canonical = readRange(expression)?.toString() ?? expression;
    if (canonical !== expression) {
      findings.add(
        'range-canonical',
        `${path}[${i}]`,
        `${quoteFound(expression)} is not canonical`,
        canonical,
      );
    }
    if (seen.has(canonical))
      findings.add('range-duplicate', `${path}[${i}]`, `${quoteFound(expression)} twice`);
    seen.add(canonical);
  });
}

function lintOddity(
  { rule, member, index, found }: OddRange,
  entry: AffectedEntry,
  path: string,
  findings: LintFindings,
): void {
  const place = index === undefined ? `${path}.${member}` : `${path}.${member}[${index}]`;
  if (rule === 'range-unreadable') lintUnreadable(found, place, findings);
  else findings.add(rule, place, TEXTS[rule](quoteFound(found)), suggestionFor(rule, entry, found));
}

const TEXTS: Record<Exclude<OddRange['rule'], 'range-unreadable'>, (found: string) => string> = {
  'range-contradictory': (found) => `no version is in ${found}`,
  'range-above-zero': (found) => `${found} leaves out version 0`,
  'fixed-covers-affected': (found) => `nothing remains affected: ${found}`,
  'fixed-overlaps-affected': (found) => `affected and fixed overlap: ${found}`,
  'fixed-gap': (found) => `between them are versions that are neither: ${found}`,
};

function suggestionFor(rule: LintRule, entry: AffectedEntry, found: string): string | undefined {
  if (rule === 'range-above-zero') return found.replace(/>v?[0._]+(?=,|$)/, '>=0');
  if (rule === 'range-contradictory' && /^==[^,]+(?:,==[^,]+)+$/.test(found)) {
    return `alternatives: ${found.split(',').join(' or ')}`;
  }
  if (rule !== 'fixed-gap') return undefined;
  const top = intervals(entry.ranges.filter((range) => readRange(range) !== null)).at(-1)?.high;
  return top === null || top === undefined ? undefined : `>=${top.original}`;
}

function lintUnreadable(found: string, path: string, findings: LintFindings): void {
  const { text, rules } = translateRange(found);
  const written = readRange(text) === null ? translateRange(mended(found)).text : text;
  const readable = readRange(written) !== null;
  const rule = readable && rules.includes('range-bare') ? 'range-no-operator' : 'range-unreadable';
  const meaning = readable ? ` (${formatIntervals(intervals([written])) || 'nothing'})` : '';
  findings.add(rule, path, `${quoteFound(found)} is no range`, readable ? `${written}${meaning}` : undefined);
}

/** Slips whose meaning is plain: `=>1`, a blank for a comma, a comma twice. */
function mended(found: string): string {
  return found
    .replace(/=([<>])(?!=)/g, '$1=')
    .replace(/(\d)\s+(?=[<>=!])/g, '$1,')
    .replace(/\s*,[\s,]*/g, ',')
    .replace(/^,|,$/g, '');
}
