/** The lint of what a record says to people. */
import { quoteFound } from '../base/index.ts';
import type { Check } from './lint-rules.ts';
import type { AdvisoryRecord } from './record.ts';

const MAX_SUMMARY = 120;

export const checkSummary: Check = ({ summary }, findings) => {
  if (summary.trim() === '') return findings.add('summary-absent', 'summary', 'no summary');
  if (/[\r\n]/.test(summary) || summary !== summary.trim())
    findings.add('summary-lines', 'summary', 'not one trimmed line');
  const trimmed = summary.trim();
  if (/[.;:,!]$/.test(trimmed)) {
    findings.add(
      'summary-end',
      'summary',
      `ends in ${quoteFound(trimmed.slice(-1))}`,
      trimmed.replace(/[.;:,!]{1,10}$/, ''),
    );
  }
  if (summary.length > MAX_SUMMARY)
    findings.add('summary-long', 'summary', `${summary.length} characters, at most ${MAX_SUMMARY}`);
};

const PLACEHOLDER: RegExp =
  /\b(?:TODO|FIXME|XXX+|TBD|PLACEHOLDER)\b|CVE-(?:YYYY|\d{4}-(?:N{4}|X{4}))|\bexample\.invalid\b/;

/** Of cna-tool's and of other templates: `{{VERSION_RANGE}}`. */
const TOKEN: RegExp = /\{\{[^{}]*\}\}|\{\{|\}\}/;

/** Line breaks and tabs may stand in details, nothing else may anywhere. */
const CONTROL: RegExp = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

export const checkTexts: Check = (record, findings) => {
  for (const [path, text] of textsOf(record)) {
    const placeholder = PLACEHOLDER.exec(text)?.[0];
    if (placeholder !== undefined)
      findings.add('placeholder', path, `${quoteFound(placeholder)} is left in the text`);
    const token = TOKEN.exec(text)?.[0];
    if (token !== undefined) findings.add('template-token', path, `${quoteFound(token)} is left in the text`);
    const control = CONTROL.exec(text)?.[0];
    if (control !== undefined) findings.add('control-character', path, `${quoteFound(control)} in the text`);
  }
};

type PlacedText = [path: string, text: string];

function textsOf(record: AdvisoryRecord): PlacedText[] {
  const { summary, details = '', withdrawn, disputed, history, credits = [], affected, references } = record;
  const { indicators = [] } = record.malicious ?? {};
  return [
    ['summary', summary],
    ['details', details],
    ['withdrawn.reason', withdrawn?.reason ?? ''],
    ['disputed.reason', disputed?.reason ?? ''],
    ...history.map(({ change }, i): PlacedText => [`history[${i}].change`, change]),
    ...credits.map(({ name }, i): PlacedText => [`credits[${i}].name`, name]),
    ...affected.map(({ distribution }, i): PlacedText => [`affected[${i}].distribution`, distribution]),
    ...indicators.map(({ note = '' }, i): PlacedText => [`malicious.indicators[${i}].note`, note]),
    ...references.map(({ url }, i): PlacedText => [`references[${i}].url`, url]),
  ];
}

const MIN_DETAILS = 80;

export const checkDetails: Check = ({ summary, details }, findings) => {
  const text = (details ?? '').replace(/\s+/g, ' ').trim();
  if (text.length < MIN_DETAILS)
    findings.add('details-short', 'details', `${text.length} characters: what does it lead to, and when?`);
  const [first = '', ...more] = (details ?? '').trim().split(/\s*[\r\n]+/);
  if (summary.trim() === '' || bare(first) !== bare(summary)) return;
  findings.add(
    'summary-repeated',
    'details',
    'begin with the summary again',
    more.length === 0 ? 'no details' : more.join('\n').trim(),
  );
};

function bare(text: string): string {
  return text
    .trim()
    .replace(/[.:;,!]$/, '')
    .toLowerCase();
}
