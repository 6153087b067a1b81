/** Workflow commands of GitHub Actions: annotations on the lines that bring a finding in. */
import { printable } from '../../base/index.ts';
import type { Finding } from '../report.ts';
import type { Render } from './format.ts';
import { fixSentence, namesOf, ratingOf, subjectOf, verdict } from './wording.ts';

export const github: Render = (report) => {
  const lines = report.findings.map(annotation);
  return `${[...lines, `::notice title=cpansec::${data(verdict(report))}`].join('\n')}\n`;
};

function annotation(finding: Finding): string {
  const [place] = finding.places;
  const properties = [
    ...(place?.file === undefined ? [] : [`file=${property(place.file)}`]),
    ...(place?.line === undefined ? [] : [`line=${place.line}`]),
    ...(place?.column === undefined ? [] : [`col=${place.column}`]),
    `title=${property(title(finding))}`,
  ];
  const level = finding.status === 'unknown' ? 'warning' : 'error';
  return `::${level} ${properties.join(',')}::${data(message(finding))}`;
}

function title(finding: Finding): string {
  return [
    ...(finding.status === 'malicious' ? ['MALICIOUS:'] : []),
    subjectOf(finding),
    ...namesOf(finding).slice(0, 1),
  ].join(' ');
}

function message(finding: Finding): string {
  if (finding.status === 'unknown') return `could not tell: ${finding.unknown?.text ?? ''}`;
  return `${ratingOf(finding)}: ${finding.advisory?.summary ?? ''}; ${fixSentence(finding)}`;
}

/** Workflow command escaping: data escapes %, CR and LF; properties also : and , */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
