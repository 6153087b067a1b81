/** What `db import` says of an import, as text and as JSON. */

import { type ImportReport, type IndexHeader, importRule } from '../advisories/index.ts';
import { printable, printableJson, wrap } from '../base/index.ts';
import type { Source } from '../sources/index.ts';
import { counted, facts, grouped } from '../terminal/index.ts';
import { ageInDays, ageWords, contentWords, coverageWords } from './index-words.ts';

export interface ImportOutcome {
  readonly source: Source;
  readonly report: ImportReport;
  /** Of the index that was built. */
  readonly header: IndexHeader;
  readonly path: string;
  /** Of the index, in bytes. */
  readonly size: number;
  /** Of the index, in hexadecimal. */
  readonly sha256: string;
}

export function importText(outcome: ImportOutcome, at: Date, columns: number): string {
  const { source, report, header, path, size, sha256 } = outcome;
  const over = source.passedOver === 0 ? '' : ` and passed over ${grouped(source.passedOver)}`;
  const rows = counted(report.rows, 'row');
  const entries = counted(report.entries, 'entry', 'entries');
  return `imported ${counted(report.ids, 'advisory', 'advisories')}

${rules(report, columns)}
${facts([
  ['source', printable(header.source)],
  ['read', `${counted(source.files.length, 'file')}${over}; ${rows} became ${entries}`],
  ['index', printable(path)],
  ['size', `${grouped(size)} bytes`],
  ['sha256', sha256],
  ['serial', String(header.serial)],
  ['built', `${header.built}, ${ageWords(header, at)}`],
  ['covers', coverageWords(header)],
  ['holds', contentWords(header)],
  ...(source.kind === 'cpansa-yaml' ? [YAML_NOTE] : []),
])}`;
}

const YAML_NOTE = ['note', "modules and releases stand in CPANSA's JSON database only"] as const;

/** The rules that were met, the most frequent first. */
function rules({ perRule }: ImportReport, columns: number): string {
  const met = Object.entries(perRule).sort(([, a], [, b]) => b - a);
  if (met.length === 0) return 'nothing was odd\n';
  const width = grouped(met[0]?.[1] ?? 0).length;
  const lines = met.flatMap(([rule, count]) => {
    const text = wrap(`${rule}: ${importRule(rule)?.[1] ?? 'no description'}`, columns - width - 4);
    return text.map((line, i) => `  ${(i === 0 ? grouped(count) : '').padStart(width)}  ${line}\n`);
  });
  return `what was odd, by rule\n${lines.join('')}`;
}

export function importJson({ source, report, header, path, size, sha256 }: ImportOutcome, at: Date): string {
  const { perRule, flags, ...counts } = report;
  return `${printableJson({
    source: {
      kind: source.kind,
      is: header.source,
      files: source.files.length,
      passedOver: source.passedOver,
    },
    counts,
    rules: Object.entries(perRule).map(([rule, count]) => {
      const [level, meaning] = importRule(rule) ?? [];
      return { rule, level, count, meaning };
    }),
    flags,
    index: { path, ...header, age: ageInDays(header, at), size, sha256 },
  })}\n`;
}
