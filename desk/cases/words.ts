/** Entries of a timeline as text. */
import { type Json, object, optional, string } from 'cpansec/base';
import type { EntryKind } from '../casefile/index.ts';
import { reportShape, reportText } from '../reports/index.ts';

export function entryText(kind: EntryKind, body: Json): string {
  if (kind === 'report') return reportText(reportShape(body));
  if (kind === 'attempt') return attemptText(body);
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

const attemptShape = object({
  channel: string,
  address: optional(string),
  outcome: string,
  note: optional(string),
});

/** Whom a letter of ours went to is for those who see names. */
function attemptText(body: Json): string {
  const { channel, address, outcome, note = '' } = attemptShape(body);
  const to = address === undefined ? '' : ` to ${address}`;
  return [`${CHANNELS[channel] ?? channel}${to}: ${OUTCOMES[outcome] ?? outcome}`, note]
    .filter((part) => part !== '')
    .join('\n');
}

const CHANNELS: Readonly<Record<string, string>> = {
  mail: 'by mail',
  'private-report': 'by a private report',
  tracker: 'in the tracker',
  other: 'in another way',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  sent: 'sent',
  answered: 'they answered',
  'bounced-permanent': 'it cannot be delivered',
  'bounced-transient': 'it was not delivered yet',
};
