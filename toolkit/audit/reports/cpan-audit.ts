/**
 * The JSON of `cpan-audit --json`, for programs that read that: `meta` and, per distribution, the installed
 * version and its advisories. Unknowns have no place in it.
 */
import { printableJson } from '../../base/index.ts';
import type { AuditReport, Finding } from '../report.ts';
import type { Render } from './format.ts';
import { knownFindings } from './wording.ts';

export const cpanAudit: Render = (report, { toolVersion }) => {
  const dists: Record<string, unknown> = {};
  for (const [name, findings] of byDistribution(report)) {
    const version = findings[0]?.distribution?.version ?? '';
    dists[name] = {
      advisories: findings.map((finding) => advisory(name, finding)),
      version,
    };
  }
  const meta = {
    args: [report.subject],
    command: 'deps',
    cpan_audit: { version: toolVersion },
    total_advisories: knownFindings(report).length,
  };
  return `${printableJson({ dists, errors: [], meta })}\n`;
};

function byDistribution(report: AuditReport): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of knownFindings(report)) {
    const name = finding.distribution?.name ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [finding]);
    else group.push(finding);
  }
  return groups;
}

function advisory(distribution: string, { advisory: brief }: Finding): unknown {
  return {
    affected_versions: brief?.affected ?? [],
    cves: brief?.aliases.filter((alias) => alias.startsWith('CVE-')) ?? [],
    description: brief?.summary ?? '',
    distribution,
    fixed_versions: brief?.fixed ?? [],
    id: brief?.id ?? '',
    references: brief?.url === null || brief === null ? [] : [brief.url],
    reported: brief?.reported ?? null,
    severity: brief?.rating ?? null,
  };
}
