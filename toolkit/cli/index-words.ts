/** An index in words: how old it is, what it covers, what it holds. */
import type { IndexHeader } from '../advisories/index.ts';
import { counted } from '../terminal/index.ts';

/** Whole days from the build to the instant; 0 when it was built later than that. */
export function ageInDays({ built }: Pick<IndexHeader, 'built'>, at: Date): number {
  return Math.max(0, Math.floor((at.getTime() - Date.parse(built)) / 86_400_000));
}

export function ageWords(header: Pick<IndexHeader, 'built'>, at: Date): string {
  const days = ageInDays(header, at);
  return days === 0 ? 'built today' : `${counted(days, 'day')} old`;
}

export function coverageWords({ coverage }: Pick<IndexHeader, 'coverage'>): string {
  if (coverage.complete) return 'complete: what it does not name has no known advisory';
  return `partial: ${counted(coverage.distributions, 'distribution')}; of others it cannot tell`;
}

export function contentWords({ counts }: Pick<IndexHeader, 'counts'>): string {
  return [
    counted(counts.records, 'record'),
    counted(counts.entries, 'entry', 'entries'),
    counted(counts.distributions, 'distribution'),
    counted(counts.modules, 'module'),
  ].join(', ');
}
