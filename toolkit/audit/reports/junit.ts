/** JUnit XML: one case per finding and per clean distribution; unknowns are errors, answered findings skips. */
import { formatJunit, type JunitCase, type JunitOutcome } from '../../formats/index.ts';
import type { AuditReport, CleanEntry, Finding } from '../report.ts';
import type { Render } from './format.ts';
import { fixSentence, indexSentence, namesOf, ratingOf, subjectOf, suppressedBecause } from './wording.ts';

export const junit: Render = (report) =>
  formatJunit({
    name: 'cpansec audit',
    suites: [
      {
        name: report.subject,
        timestamp: report.at,
        properties: { index: indexSentence(report.index, report.at) },
        cases: cases(report),
      },
    ],
  });

function cases(report: AuditReport): JunitCase[] {
  return [
    ...report.findings.map((finding) => caseOf(finding, outcomeOf(finding))),
    ...report.suppressed.map((entry) =>
      caseOf(entry.finding, { kind: 'skipped', message: suppressedBecause(entry) }),
    ),
    ...report.clean.map(cleanCase),
  ];
}

function caseOf(finding: Finding, outcome: JunitOutcome): JunitCase {
  const [place] = finding.places;
  return {
    classname: finding.distribution?.name ?? 'unexamined',
    name: [subjectOf(finding), ...namesOf(finding).slice(0, 1)].join(' '),
    file: place?.file,
    line: place?.line,
    outcome,
  };
}

function outcomeOf(finding: Finding): JunitOutcome {
  if (finding.status === 'unknown') {
    const message = `could not tell: ${finding.unknown?.text ?? ''}`;
    return { kind: 'error', type: finding.unknown?.reason ?? 'unknown', message, text: message };
  }
  const message = finding.advisory?.summary ?? '';
  return {
    kind: 'failure',
    type: ratingOf(finding),
    message,
    text: `${namesOf(finding).join(', ')}: ${fixSentence(finding)}`,
  };
}

function cleanCase({ name, version }: CleanEntry): JunitCase {
  return {
    classname: name,
    name: version === null ? name : `${name} ${version}`,
    outcome: { kind: 'passed' },
  };
}
