/** OpenVEX 0.2.0: a statement per finding that has an advisory. Ignored findings make no statement. */
import { encodeUtf8, sha256, toHex } from '../../base/index.ts';
import { formatOpenVex, OPENVEX_CONTEXT, type OpenVexStatement } from '../../formats/index.ts';
import type { Finding, Suppressed } from '../report.ts';
import type { Render } from './format.ts';
import { fixSentence, suppressedBecause } from './wording.ts';

export const openvex: Render = (report, { toolVersion }) => {
  const statements = [
    ...report.findings.flatMap(foundStatement),
    ...report.suppressed.flatMap(answeredStatement),
  ];
  // The same statements give the same name.
  const name = toHex(sha256(encodeUtf8(JSON.stringify([report.at, report.subject, statements]))));
  return formatOpenVex({
    '@context': OPENVEX_CONTEXT,
    '@id': `https://openvex.dev/docs/public/vex-${name}`,
    author: 'cpansec audit',
    timestamp: report.at,
    version: 1,
    tooling: `cpansec ${toolVersion}`,
    statements,
  });
};

function foundStatement(finding: Finding): OpenVexStatement[] {
  const base = subject(finding);
  if (base === null) return [];
  if (finding.status !== 'unknown')
    return [{ ...base, status: 'affected', action_statement: fixSentence(finding) }];
  return [{ ...base, status: 'under_investigation', status_notes: finding.unknown?.text }];
}

function answeredStatement(entry: Suppressed): OpenVexStatement[] {
  const base = subject(entry.finding);
  if (base === null) return [];
  const { by } = entry;
  if (by.kind === 'distributor')
    return [{ ...base, status: 'fixed', status_notes: suppressedBecause(entry) }];
  if (by.kind !== 'vex') return [];
  if (by.status === 'fixed') return [{ ...base, status: 'fixed', status_notes: suppressedBecause(entry) }];
  return [{ ...base, status: 'not_affected', impact_statement: suppressedBecause(entry) }];
}

function subject({
  advisory,
  distribution,
}: Finding): Pick<OpenVexStatement, 'vulnerability' | 'products'> | null {
  if (advisory === null || distribution === null) return null;
  const product = distribution.purl ?? `pkg:cpan/${encodeURIComponent(distribution.name)}`;
  return {
    vulnerability: { name: advisory.id, description: advisory.summary, aliases: advisory.aliases },
    products: [{ '@id': product, identifiers: { purl: product } }],
  };
}
