/** For a pull request or a job summary. */
import { formatPlace, printable } from '../../base/index.ts';
import type { AuditReport, Finding } from '../report.ts';
import type { Render, RenderOptions } from './format.ts';
import {
  ACT_NOW,
  fixSentence,
  indexSentence,
  maliciousFindings,
  namesOf,
  ratingOf,
  subjectOf,
  suppressedBecause,
  unknownFindings,
  verdict,
  vulnerableFindings,
} from './wording.ts';

export const markdown: Render = (report, options) =>
  `${[
    `## cpansec: ${plain(verdict(report))}`,
    ...malicious(report, options),
    ...vulnerable(report, options),
    ...unknown(report),
    ...suppressed(report),
    `Index: ${plain(indexSentence(report.index, report.at))}`,
  ].join('\n\n')}\n`;

/** Apart from everything that can be weighed. */
function malicious(report: AuditReport, options: RenderOptions): string[] {
  const findings = maliciousFindings(report);
  return findings.length === 0 ? [] : ['### Malicious', ACT_NOW, table(findings, options)];
}

function vulnerable(report: AuditReport, options: RenderOptions): string[] {
  const findings = vulnerableFindings(report);
  return findings.length === 0 ? [] : [table(findings, options)];
}

function table(findings: readonly Finding[], options: RenderOptions): string {
  const rows = findings.map((finding) =>
    row([
      ratingOf(finding),
      subjectOf(finding),
      names(finding),
      finding.advisory?.summary ?? '',
      fixSentence(finding),
      why(finding, options),
    ]),
  );
  return [
    '| rating | distribution | advisory | what | fix | why it is there |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(plain).join(' | ')} |`;
}

function names(finding: Finding): string {
  return namesOf(finding).join(', ');
}

function why({ paths, places }: Finding, { allPaths = false }: RenderOptions): string {
  const chains = (allPaths ? paths : paths.slice(0, 1)).map((chain) =>
    chain.map(({ name }) => name).join(' → '),
  );
  if (chains.length > 0) return chains.join('; ');
  const [place] = places;
  return place === undefined ? '' : formatPlace(place);
}

function unknown(report: AuditReport): string[] {
  const findings = unknownFindings(report);
  if (findings.length === 0) return [];
  const items = findings.map(
    (finding) => `- ${plain(subjectOf(finding))}: ${plain(finding.unknown?.text ?? '')}`,
  );
  return [
    `<details><summary>Could not tell: ${findings.length}</summary>\n\n${items.join('\n')}\n\n</details>`,
  ];
}

function suppressed(report: AuditReport): string[] {
  if (report.suppressed.length === 0) return [];
  const items = report.suppressed.map(
    (entry) =>
      `- ${plain(`${subjectOf(entry.finding)} ${namesOf(entry.finding)[0] ?? ''}: ${suppressedBecause(entry)}`)}`,
  );
  return [
    `<details><summary>Not counted: ${report.suppressed.length}</summary>\n\n${items.join('\n')}\n\n</details>`,
  ];
}

/** Text as text: nothing of it is taken for markup, a mention or a link. */
function plain(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u2060');
}
