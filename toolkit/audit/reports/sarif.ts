/** SARIF 2.1.0: a rule per advisory, a result per finding at the line that brings it in. */
import { encodeUtf8, formatPlace, type Place, sha256, toHex } from '../../base/index.ts';
import {
  formatSarif,
  type SarifLocation,
  type SarifNotification,
  type SarifResult,
  type SarifRule,
  sarifLog,
  sarifUri,
} from '../../formats/index.ts';
import type { AdvisoryBrief, AuditReport, Finding } from '../report.ts';
import type { Render } from './format.ts';
import {
  fixSentence,
  knownFindings,
  namesOf,
  subjectOf,
  suppressedBecause,
  unknownFindings,
} from './wording.ts';

/** What code scanning sites order by, where a record has a word only: the middle of the CVSS band. */
const SECURITY_SEVERITY = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' } as const;

export const sarif: Render = (report, { toolVersion }) => {
  const answered = report.suppressed.filter(({ finding }) => finding.advisory !== null);
  const rules = rulesOf([...knownFindings(report), ...answered.map(({ finding }) => finding)]);
  const position = new Map(rules.map(({ id }, i) => [id, i]));
  const results = [
    ...knownFindings(report).map((finding) => resultOf(finding, position)),
    ...answered.map(
      (entry): SarifResult => ({
        ...resultOf(entry.finding, position),
        suppressions: [{ kind: 'external', justification: suppressedBecause(entry) }],
      }),
    ),
  ];
  return formatSarif(
    sarifLog({
      tool: { driver: { name: 'cpansec', version: toolVersion, semanticVersion: toolVersion, rules } },
      invocations: [
        {
          executionSuccessful: true,
          endTimeUtc: report.at,
          toolExecutionNotifications: notifications(report),
        },
      ],
      automationDetails: { id: 'cpansec/' },
      results,
      columnKind: 'utf16CodeUnits',
    }),
  );
};

function rulesOf(findings: readonly Finding[]): SarifRule[] {
  const rules = new Map<string, SarifRule>();
  for (const { advisory } of findings) {
    if (advisory === null || rules.has(advisory.id)) continue;
    rules.set(advisory.id, {
      id: advisory.id,
      shortDescription: { text: advisory.summary },
      fullDescription: { text: [advisory.summary, ...advisory.aliases].join(' · ') },
      helpUri: advisory.url ?? undefined,
      defaultConfiguration: { level: 'error' },
      properties: {
        tags: ['security', ...(advisory.malicious === true ? ['malicious'] : []), ...advisory.aliases],
        ...severityOf(advisory),
      },
    });
  }
  return [...rules.values()];
}

function severityOf({ malicious, rating }: AdvisoryBrief): { 'security-severity'?: string } {
  if (malicious === true) return { 'security-severity': '10.0' };
  return rating === null ? {} : { 'security-severity': SECURITY_SEVERITY[rating] };
}

function resultOf(finding: Finding, position: ReadonlyMap<string, number>): SarifResult {
  const id = finding.advisory?.id ?? '';
  const chain = finding.paths[0]?.map(({ name }) => name).join(' > ');
  const why = chain === undefined ? '' : ` Path: ${chain}.`;
  return {
    ruleId: id,
    ruleIndex: position.get(id),
    level: levelOf(finding),
    message: {
      text: `${finding.status === 'malicious' ? 'MALICIOUS: ' : ''}${subjectOf(finding)} (${namesOf(finding).join(', ')}): ${finding.advisory?.summary ?? ''}. ${fixSentence(finding)}.${why}`,
    },
    locations: locations(finding.places),
    partialFingerprints: { 'cpansec/v1': fingerprint(finding) },
  };
}

function levelOf({ advisory }: Finding): 'error' | 'warning' | 'note' {
  if (advisory?.rating === 'medium') return 'warning';
  return advisory?.rating === 'low' ? 'note' : 'error';
}

/** The same finding in the next run, whatever its line or version. */
function fingerprint({ advisory, distribution, places }: Finding): string {
  const parts = [advisory?.id, distribution?.name, places[0]?.file];
  return toHex(sha256(encodeUtf8(JSON.stringify(parts)))).slice(0, 32);
}

function locations(places: readonly Place[]): SarifLocation[] | undefined {
  const located = places.flatMap(({ file, line, column }): SarifLocation[] => {
    if (file === undefined) return [];
    const region = line === undefined ? undefined : { startLine: line, startColumn: column };
    return [{ physicalLocation: { artifactLocation: { uri: sarifUri(file) }, region } }];
  });
  return located.length === 0 ? undefined : located.slice(0, 10);
}

/** Unknowns are nothing wrong with the code; they are what the run could not do. */
function notifications(report: AuditReport): SarifNotification[] {
  return unknownFindings(report).map((finding) => ({
    descriptor: { id: finding.unknown?.reason ?? 'unknown' },
    level: 'warning',
    message: {
      text: `${subjectOf(finding)}: ${finding.unknown?.text ?? formatPlace(finding.places[0] ?? {})}`,
    },
    locations: locations(finding.places),
  }));
}
