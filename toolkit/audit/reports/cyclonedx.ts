/** CycloneDX 1.6 with vulnerabilities (VEX): what is affected, and what is answered and why. */
import {
  type CycloneDxAnalysis,
  type CycloneDxVulnerability,
  cycloneDx,
  formatCycloneDx,
} from '../../formats/index.ts';
import type { Finding, Suppressed } from '../report.ts';
import type { Render } from './format.ts';
import { fixSentence, suppressedBecause } from './wording.ts';

export const cyclonedx: Render = (report, { toolVersion }) => {
  const judged: Judged[] = [
    ...report.findings.map((finding) => ({ finding, analysis: analysisOf(finding) })),
    ...report.suppressed.map((entry) => ({ finding: entry.finding, analysis: answerOf(entry) })),
  ].filter(({ finding }) => finding.advisory !== null && finding.distribution !== null);
  return formatCycloneDx(
    cycloneDx('1.6', {
      metadata: {
        timestamp: report.at,
        tools: { components: [{ type: 'application', name: 'cpansec', version: toolVersion }] },
        component: { type: 'application', 'bom-ref': 'subject', name: report.subject },
      },
      components: components(judged),
      vulnerabilities: judged.map(vulnerability),
    }),
  );
};

interface Judged {
  readonly finding: Finding;
  readonly analysis: CycloneDxAnalysis | undefined;
}

function components(
  judged: readonly Judged[],
): { type: string; 'bom-ref': string; name: string; version?: string; purl?: string }[] {
  const byRef = new Map(judged.map(({ finding }) => [refOf(finding), finding.distribution]));
  return [...byRef].map(([ref, distribution]) => ({
    type: 'library',
    'bom-ref': ref,
    name: distribution?.name ?? '',
    ...(distribution?.version == null ? {} : { version: distribution.version }),
    ...(distribution?.purl === undefined ? {} : { purl: distribution.purl }),
  }));
}

function refOf({ distribution }: Finding): string {
  return distribution?.purl ?? `${distribution?.name}@${distribution?.version ?? ''}`;
}

function vulnerability({ finding, analysis }: Judged): CycloneDxVulnerability {
  const { advisory, status } = finding;
  return {
    id: advisory?.id,
    references: advisory?.aliases.map((alias) => ({
      id: alias,
      source: { name: alias.split('-')[0] ?? alias },
    })),
    ratings: advisory?.rating == null ? undefined : [{ severity: advisory.rating }],
    description: advisory?.summary,
    recommendation: status !== 'unknown' ? fixSentence(finding) : undefined,
    advisories: advisory?.url == null ? undefined : [{ url: advisory.url }],
    published: advisory?.reported == null ? undefined : `${advisory.reported}T00:00:00Z`,
    analysis,
    affects: [{ ref: refOf(finding) }],
  };
}

/** A version in a range is no proof of an exploit, so a finding has no state; an unknown is still looked at. */
function analysisOf({ status, unknown }: Finding): CycloneDxAnalysis | undefined {
  return status === 'unknown' ? { state: 'in_triage', detail: unknown?.text } : undefined;
}

function answerOf(entry: Suppressed): CycloneDxAnalysis {
  const detail = suppressedBecause(entry);
  if (entry.by.kind === 'distributor') return { state: 'resolved', detail };
  if (entry.by.kind !== 'vex') return { detail };
  return { state: entry.by.status === 'fixed' ? 'resolved' : 'not_affected', detail };
}
