/** GitLab's dependency scanning report. Unknowns become messages of the scan. */
import { encodeUtf8, sha256, toHex } from '../../base/index.ts';
import {
  formatGitlab,
  type GitlabDependency,
  type GitlabIdentifier,
  type GitlabVulnerability,
  gitlabTime,
} from '../../formats/index.ts';
import type { AuditReport, Finding } from '../report.ts';
import type { Render } from './format.ts';
import { fixSentence, knownFindings, subjectOf, unknownFindings } from './wording.ts';

const SEVERITY = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low' } as const;

export const gitlab: Render = (report, { toolVersion }) => {
  const tool = { id: 'cpansec', name: 'cpansec', version: toolVersion, vendor: { name: 'cpansec' } };
  return formatGitlab({
    scan: {
      type: 'dependency_scanning',
      analyzer: tool,
      scanner: tool,
      start_time: gitlabTime(report.at),
      end_time: gitlabTime(report.at),
      status: 'success',
      messages: unknownFindings(report).map((finding) => ({
        level: 'warn',
        value: `${subjectOf(finding)}: ${finding.unknown?.text ?? ''}`,
      })),
    },
    vulnerabilities: knownFindings(report).map(vulnerability),
    dependency_files: dependencyFiles(report),
  });
};

function vulnerability(finding: Finding): GitlabVulnerability {
  const { advisory } = finding;
  return {
    id: idOf(finding),
    name: advisory?.summary,
    description: advisory?.summary,
    severity: severityOf(finding),
    solution: fixSentence(finding),
    identifiers: advisory === null ? [] : [advisory.id, ...advisory.aliases].map(identifier),
    links: advisory?.url == null ? [] : [{ url: advisory.url }],
    location: { file: fileOf(finding), dependency: dependency(finding) },
  };
}

function severityOf({ status, advisory }: Finding): GitlabVulnerability['severity'] {
  if (status === 'malicious') return 'Critical';
  return advisory?.rating == null ? 'Unknown' : SEVERITY[advisory.rating];
}

/** A UUID of the content (RFC 9562 section 5.8), so that it is the same from run to run. */
function idOf({ advisory, distribution, places }: Finding): string {
  const hex = toHex(
    sha256(
      encodeUtf8(JSON.stringify([advisory?.id, distribution?.name, distribution?.version, places[0]?.file])),
    ),
  );
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function identifier(id: string): GitlabIdentifier {
  const type = id.split('-')[0]?.toLowerCase() ?? 'id';
  return { type, name: id, value: id };
}

function dependency({ distribution, paths }: Finding): GitlabDependency {
  return {
    direct: paths.length === 0 ? undefined : paths.some((path) => path.length <= 1),
    package: { name: distribution?.name ?? '' },
    version: distribution?.version ?? '',
  };
}

function fileOf({ places }: Finding): string {
  return places[0]?.file ?? '';
}

function dependencyFiles(
  report: AuditReport,
): { path: string; package_manager: string; dependencies: GitlabDependency[] }[] {
  const byFile = new Map<string, Map<string, GitlabDependency>>();
  for (const finding of knownFindings(report)) {
    const dependencies = byFile.get(fileOf(finding)) ?? new Map<string, GitlabDependency>();
    byFile.set(fileOf(finding), dependencies.set(subjectOf(finding), dependency(finding)));
  }
  return [...byFile].map(([path, dependencies]) => ({
    path,
    package_manager: 'cpan',
    dependencies: [...dependencies.values()],
  }));
}
