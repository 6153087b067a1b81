/** Findings become cases: what is new a case each, what is alike an entry, what is known to be none is closed. */
import {
  type Alike,
  addEntry,
  type CaseFile,
  casesLike,
  closeCase,
  goesOnIn,
  readCase,
} from '../casefile/index.ts';
import { matchNonFindings, type NonFinding } from '../disclosure/index.ts';
import { addReport, facetsOf, type GivenReport, reportTaken, takeReport } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { memberRelation } from '../web/index.ts';
import type { Finding } from './finding.ts';
import { knownNonFindings } from './known.ts';
import { reportOf } from './report-of.ts';

export interface Importer {
  readonly tx: Transaction;
  readonly vault: Vault;
  /** Who imports, whose own cases alone are added to; null for whoever runs the desk. */
  readonly member: string | null;
}

export type Became =
  /** A case of its own. */
  | 'case'
  /** An entry of a case that is likely about the same. */
  | 'entry'
  /** A case that was closed at once: a known non-finding. */
  | 'non-finding'
  /** Nothing: it was here already. */
  | 'here';

export interface ImportedFinding {
  readonly source: string;
  readonly fingerprint: string;
  readonly became: Became;
  readonly caseId: string;
}

export interface ImportedFindings {
  readonly counts: Readonly<Record<Became, number>>;
  readonly findings: readonly ImportedFinding[];
}

/** Of a case that has nothing to show yet. */
export const NEEDS_PROOF = 'needs a proof of concept';

/** All in one transaction, in their order: one that is like another of the same import is found as well. */
export async function importFindings(
  importer: Importer,
  given: readonly Finding[],
): Promise<ImportedFindings> {
  const known = await knownNonFindings(importer.tx, importer.vault);
  const counts = { case: 0, entry: 0, 'non-finding': 0, here: 0 };
  const findings: ImportedFinding[] = [];
  for (const finding of given) {
    const [became, caseId] = await importOne(importer, finding, known);
    counts[became]++;
    findings.push({ source: finding.source, fingerprint: finding.fingerprint, became, caseId });
  }
  return { counts, findings };
}

async function importOne(
  importer: Importer,
  finding: Finding,
  known: readonly NonFinding[],
): Promise<[became: Became, caseId: string]> {
  const { tx, vault } = importer;
  const source = `scanner\n${finding.source}\n${finding.fingerprint}`;
  const before = await reportTaken(tx, vault, source);
  if (before !== null) return ['here', before];
  const given = givenOf(finding, source);
  const facets = facetsOf(finding.distribution, given.report);
  const [none] = matchNonFindings(facets, known);
  if (none !== undefined) return ['non-finding', await closedAtOnce(importer, given, none)];
  const alike = await casesLike(tx, vault, facets);
  const same = await openAmong(importer, alike);
  if (same === null) return ['case', (await takeReport(tx, vault, { ...given, alike })).caseId];
  await addReport(tx, vault, same, given);
  return ['entry', same.id];
}

function givenOf(finding: Finding, source: string): GivenReport {
  return {
    channel: 'scanner',
    report: reportOf(finding),
    person: { name: finding.source, address: null },
    files: [],
    source,
    about: { source: finding.source, fingerprint: finding.fingerprint },
    labels: finding.proof === undefined ? [NEEDS_PROOF] : [],
  };
}

/** The most alike of those that are likely the same, open, and of whoever imports. */
async function openAmong({ tx, vault, member }: Importer, alike: readonly Alike[]): Promise<CaseFile | null> {
  for (const { caseId, likely } of alike) {
    if (!likely) continue;
    const found = await readCase(tx, vault, caseId);
    if (found === null) continue;
    const file = await goesOnIn(tx, vault, found);
    if (file.state.phase === 'closed') continue;
    if (member === null || (await memberRelation(tx, member, file.id)) === 'member') return file;
  }
  return null;
}

async function closedAtOnce(
  { tx, vault, member }: Importer,
  given: GivenReport,
  { title, answer }: NonFinding,
): Promise<string> {
  const { caseId } = await takeReport(tx, vault, { ...given, alike: [] });
  const file = await readCase(tx, vault, caseId);
  if (file === null) throw new RangeError('a case that was just opened is not there');
  const actor = member === null ? 'desk' : `member:${member}`;
  const { file: closed } = await closeCase(tx, vault, file, { outcome: 'not-a-vulnerability', by: actor });
  const body = { act: 'closed it as not-a-vulnerability', 'known as': title, why: answer };
  await addEntry(tx, vault, closed, { kind: 'act', actor, audience: 'team', body });
  return caseId;
}
