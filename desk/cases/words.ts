/** Entries of a timeline as text. */
import type { Json } from 'cpansec/base';
import type { EntryKind } from '../casefile/index.ts';
import { reportShape, reportText } from '../reports/index.ts';

export function entryText(kind: EntryKind, body: Json): string {
  if (kind === 'report') return reportText(reportShape(body));
  const { text, act, ...rest } =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const facts = Object.entries(rest)
    // What a search for contacts found is shown by itself.
    .filter(([name, value]) => name !== 'found' && value !== null && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [act, text, ...facts]
    .filter((part) => part !== undefined && part !== '')
    .map(String)
    .join('\n');
}
