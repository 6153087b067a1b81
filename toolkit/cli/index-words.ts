/** An index in words: how old it is, what it covers, what it holds. */
import type { IndexHeader } from '../advisories/index.ts';

/** `1,234`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 record`, `1,001 records`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

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

/** Rows of a name and a value, the values below each other. */
export function facts(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
