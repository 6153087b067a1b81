/** The numbers at the head of a report. */
import type { IndexHeader } from '../advisories/index.ts';
import type { AuditReport, IndexFacts, Summary } from './report.ts';

type Parts = Pick<AuditReport, 'findings' | 'clean' | 'suppressed'>;

export function summaryOf(components: number, { findings, clean, suppressed }: Parts): Summary {
  const malicious = findings.filter(({ status }) => status === 'malicious').length;
  const vulnerable = findings.filter(({ status }) => status === 'vulnerable');
  const byRating = { critical: 0, high: 0, medium: 0, low: 0, unrated: 0 };
  for (const { advisory } of vulnerable) byRating[advisory?.rating ?? 'unrated']++;
  return {
    components,
    malicious,
    vulnerable: vulnerable.length,
    unknown: findings.length - vulnerable.length - malicious,
    clean: clean.length,
    suppressed: suppressed.length,
    fixable: vulnerable.filter(({ fix }) => fix?.kind === 'upgrade').length,
    byRating,
  };
}

/** `origin`: where the index was read. */
export function indexFacts(
  { serial, built, counts, coverage }: IndexHeader,
  origin = 'embedded',
): IndexFacts {
  return {
    serial,
    built,
    advisories: counts.records,
    coverage: coverage.complete ? 'complete' : 'partial',
    ...(coverage.complete ? {} : { distributions: coverage.distributions }),
    origin,
  };
}
