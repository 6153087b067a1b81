/** The lint of records of malicious releases: such a release is removed, and nothing repairs it. */
import { quoteFound } from '../base/index.ts';
import type { Check } from './lint-rules.ts';
import { readRange } from './range.ts';
import { type Indicator, MAX_INDICATOR } from './record.ts';

export const checkMalicious: Check = (record, findings) => {
  const { malicious, affected, severity, ssvc, summary, details = '' } = record;
  if (malicious === undefined) return;
  if (severity !== undefined) findings.add('malicious-rated', 'severity', 'a malicious release has none');
  if (ssvc !== undefined) findings.add('malicious-rated', 'ssvc', 'a malicious release has none');
  affected.forEach(({ ranges, fixed }, i) => {
    if (!areNamed(ranges))
      findings.add(
        'malicious-ranges',
        `affected[${i}].ranges`,
        'neither versions nor every version',
        '==1.2',
      );
    if (fixed.length > 0)
      findings.add('malicious-fixed', `affected[${i}].fixed`, `${fixed.map(quoteFound)} repairs nothing`);
  });
  for (const [path, text] of [['summary', summary] as const, ['details', details] as const]) {
    const found = UPGRADE.exec(text)?.[0];
    if (found !== undefined)
      findings.add('malicious-wording', path, `${quoteFound(found)}: say what to remove and what to renew`);
  }
  const seen = new Set<string>();
  malicious.indicators.forEach((indicator, i) => {
    const { type, value } = indicator;
    const path = `malicious.indicators[${i}].value`;
    if (!fitsType(indicator)) findings.add('indicator-form', path, `${quoteFound(value)} is no ${type}`);
    const key = `${type} ${value}`;
    if (seen.has(key)) findings.add('indicator-duplicate', path, `${quoteFound(value)} twice`);
    seen.add(key);
  });
};

/** `==1.2` or `==1.2`, `==1.3`; or `>=0` alone. */
function areNamed(ranges: readonly string[]): boolean {
  const parsed = ranges.map((text) => readRange(text)?.constraints ?? []);
  if (ranges.join() === '>=0') return true;
  return parsed.every((constraints) => constraints.length === 1 && constraints[0]?.operator === '==');
}

const UPGRADE = /\b(?:upgrade|update) to\b|\bfixed in\b|\bis vulnerable\b/i;

/** Whether the value is of its type, as programs compare it. */
export function fitsType({ type, value }: Pick<Indicator, 'type' | 'value'>): boolean {
  return value.length <= MAX_INDICATOR && FORMS[type](value);
}

/** What each type looks like to a program. */
const FORMS: Readonly<Record<Indicator['type'], (value: string) => boolean>> = {
  domain: (value) => /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(value),
  address: (value) =>
    isIpv4(value) || (/^[0-9a-f:.]{2,45}$/i.test(value) && URL.canParse(`http://[${value}]/`)),
  url: (value) =>
    /^(?!hxxp)[a-z][a-z0-9+.-]{0,30}:\/\/[^\s]+$/i.test(value) &&
    !value.includes('[.]') &&
    URL.canParse(value),
  sha256: (value) => /^[0-9a-f]{64}$/.test(value),
  file: isPlain,
  string: isPlain,
};

function isIpv4(value: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);
}

/** One line that says something. */
function isPlain(value: string): boolean {
  return value.trim() !== '' && !/[\u0000-\u001f\u007f-\u009f]/.test(value);
}
