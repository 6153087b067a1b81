/** The advisory that a case would become as it is now, and what the lint says of it. */
import {
  type AdvisoryRecord,
  encodeRecord,
  lintRecord,
  type ProductStatement,
  RECORD_FORMAT,
  type Severity,
} from 'cpansec/advisories';
import { compareText } from 'cpansec/base';
import { scoreCvss } from 'cpansec/formats';
import type { CaseFile, CaseProduct, SsvcAssessment } from '../casefile/index.ts';
import { byNumber } from './by-number.ts';
import { draftOfIncident } from './draft-incident.ts';
import { ssvcLine } from './ssvc-line.ts';

export interface Draft {
  /** As it would be published. */
  readonly record: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly path: string;
    readonly problem: string;
  }[];
}

export function lintedDraft(record: AdvisoryRecord): Draft {
  const findings = lintRecord(record).map(({ rule, severity, path, text, suggestion }) => ({
    rule,
    level: severity,
    path,
    problem: suggestion === undefined ? text : `${text}; write ${suggestion}`,
  }));
  return { record: encodeRecord(record), findings };
}

/** Says nothing that the case does not say: what is missing is found by the lint. */
export function draftOf(file: CaseFile): AdvisoryRecord {
  const { content, state, facts } = file;
  if (content.incident !== null) return draftOfIncident(file, content.incident);
  const { distribution, modules, affected, severity, references, disputed } = content;
  return {
    format: RECORD_FORMAT,
    id: idOf(distribution, state.cve),
    aliases: state.cve === null ? [] : [state.cve],
    // Of the first public report: nobody knows it before.
    reported: facts.disclosed?.slice(0, 10) ?? null,
    summary: content.title,
    ...(content.summary.trim() === '' ? {} : { details: content.summary }),
    ...(severity.cvss === null ? {} : { severity: rated(severity.cvss) }),
    ...ssvcOf(content.ssvc),
    ...(content.weaknesses.length === 0 ? {} : { weaknesses: byNumber(content.weaknesses) }),
    affected: affected.map(({ ranges, fixed }) => ({
      distribution: distribution ?? '',
      ranges: [...ranges],
      fixed: [...fixed],
      cause: { kind: 'own' },
      ...(modules.length === 0 ? {} : { modules: [...modules] }),
    })),
    ...productsOf(content.products),
    references: references.map(({ url, kind }) => ({ type: kind, url })),
    ...(disputed === null ? {} : { disputed: { on: disputed.on, reason: disputed.why } }),
    history: factsOf(file),
  };
}

/**
 * What happened and when, by the day: before it is public, since it is approved word by word before that.
 */
function factsOf({ facts }: CaseFile): AdvisoryRecord['history'] {
  const { reported, contacted, fixAvailable } = facts;
  const all = [
    [reported, 'reported to the group'],
    [contacted, 'maintainers written to'],
    [fixAvailable, 'a fix is available'],
  ] as const;
  return all
    .flatMap(([at, change]) => (at === null ? [] : [{ on: at.slice(0, 10), change }]))
    .toSorted((a, b) => compareText(a.on, b.on));
}

/** `CPANSA-Foo-Bar-2026-12345`, after the CVE id; without one it lacks its number, which the lint says. */
function idOf(distribution: string | null, cve: string | null): string {
  return ['CPANSA', distribution ?? 'unknown', ...(cve === null ? [] : [cve.replace(/^CVE-/, '')])].join('-');
}

function rated(vector: string): Severity {
  const { rating } = scoreCvss(vector);
  return rating === 'none' ? { vector } : { rating, vector };
}

/** What somebody chose to say, of the one table that is for readers. */
function ssvcOf(ssvc: readonly SsvcAssessment[]): { ssvc?: string } {
  const [said] = ssvc.filter(({ published }) => published).map(ssvcLine);
  return said === undefined ? {} : { ssvc: said.vector };
}

/** What somebody chose to say: how it stands, neither who said so nor what was noted. */
function productsOf(products: readonly CaseProduct[]): Pick<AdvisoryRecord, 'products'> {
  const said = products.filter(({ published }) => published).map(statementOf);
  return said.length === 0 ? {} : { products: said };
}

function statementOf({ name, purl, status, justification, version, on }: CaseProduct): ProductStatement {
  return {
    name,
    ...(purl === null ? {} : { purl }),
    ...(status === 'no_fix_planned' ? { status: 'affected', noFixPlanned: true } : { status }),
    ...(justification === null ? {} : { justification }),
    ...(version === null ? {} : { version }),
    on,
  };
}
