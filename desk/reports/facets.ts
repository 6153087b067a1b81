import { fingerprint } from '../disclosure/index.ts';
import type { Report } from './report.ts';

/** What two reports of one thing have in common: what their text names, and how it says it. */
export function facetsOf(distribution: string | null, { what, how, impact, proof }: Report): string[] {
  const text = [what, how, impact, proof].join('\n');
  return fingerprint({
    distribution,
    files: text.match(/\b[\w./-]{1,200}\.(?:pm|pl|xs|c|h|t)\b/g) ?? [],
    routines: text.match(/\b[A-Za-z_]\w{2,60}(?=\()/g) ?? [],
    weaknesses: Array.from(text.matchAll(/\bCWE-(\d{1,5})\b/g), ([, number]) => Number(number)),
    text,
  });
}
