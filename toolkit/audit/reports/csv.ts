/** One line per finding, RFC 4180. */
import { formatPlace, printable } from '../../base/index.ts';
import type { Finding } from '../report.ts';
import type { Render } from './format.ts';
import { ratingOf } from './wording.ts';

const COLUMNS = [
  'status',
  'distribution',
  'version',
  'id',
  'aliases',
  'rating',
  'summary',
  'fix',
  'fixed_in',
  'lowest_safe',
  'place',
  'unknown_reason',
  'url',
] as const;

export const csv: Render = (report) => {
  const rows = [COLUMNS, ...report.findings.map(cells)];
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
};

function cells(finding: Finding): string[] {
  const { status, distribution, advisory, fix, places, unknown } = finding;
  const [place] = places;
  return [
    status,
    distribution?.name ?? '',
    distribution?.version ?? '',
    advisory?.id ?? '',
    advisory?.aliases.join(' ') ?? '',
    advisory === null ? '' : ratingOf(finding),
    advisory?.summary ?? unknown?.text ?? '',
    fix?.kind ?? '',
    fix?.version ?? '',
    fix?.lowestSafe ?? '',
    place === undefined ? '' : formatPlace(place),
    unknown?.reason ?? '',
    advisory?.url ?? '',
  ];
}

/** A spreadsheet would run a cell that begins like a formula; an apostrophe keeps it text. */
function quote(cell: string): string {
  const safe = printable(cell).replace(/^[=+\-@]/, "'$&");
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
