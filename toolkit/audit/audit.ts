import { AdvisoryError, type AdvisoryIndex } from '../advisories/index.ts';
import { quoteFound } from '../base/index.ts';
import type { Component, Inventory } from '../inventory/index.ts';
import { type Answered, Answers } from './answers.ts';
import { mainModuleOf } from './command.ts';
import { AuditError } from './errors.ts';
import { Explainer, unexaminedFindings } from './findings.ts';
import { type Judgement, judge } from './judge.ts';
import type { AuditOptions } from './options.ts';
import { compareClean, compareFindings, compareNotes } from './order.ts';
import { perlNotes, perlOf, scopePerl } from './perl.ts';
import { type AuditReport, type CleanEntry, REPORT_SCHEMA, type Suppressed } from './report.ts';
import { distributionOf } from './resolve.ts';
import { groupSubjects, type Resolved, type Subject } from './subject.ts';
import { indexFacts, summaryOf } from './summary.ts';

/** A subject and what the index says of it. */
interface Judged {
  readonly subject: Subject;
  readonly judgement: Judgement;
}

/**
 * Judges an inventory against an index. Equal inputs give equal reports, whatever the order of components.
 * Damage of the index where one distribution is read makes that one unknown. Throws `option`.
 *
 * @example
 *   const report = audit(inventory, openIndex({ records }), { at: '2026-11-22T08:00:00Z' });
 *   report.findings[0]?.fix?.command; // 'cpanm Mojolicious@9.35'
 */
export function audit(inventory: Inventory, index: AdvisoryIndex, options: AuditOptions = {}): AuditReport {
  const at = instantOf(options, index);
  // 1. What each component is a part of.
  const resolved = inventory.components.map((component) => resolve(component, index, options));
  const perl = scopePerl(resolved, perlOf(inventory, options.perlVersion));
  const subjects = [...perl.subjects, ...groupSubjects(perl.others, mainModules(index))];
  // 2. What the index says of it.
  const judged = judgeAll(subjects, index, options);
  // 3. Why it is there, and what ends it.
  const explainer = new Explainer(subjects, options.client ?? usualClient(inventory));
  const found = judged.flatMap(({ subject, judgement }, position) =>
    explainer.findings(position, subject, judgement).map((finding) => ({ finding, subject })),
  );
  const unexamined = unexaminedFindings(inventory).map((finding) => ({ finding, subject: null }));
  // 4. What answers it.
  const answers = new Answers(options, at);
  const answered = [...found, ...unexamined].map(({ finding, subject }) => answers.apply(finding, subject));
  // 5. The report.
  const findings = answered
    .flatMap(({ finding, by }) => (by === null ? [finding] : []))
    .sort(compareFindings);
  const suppressed = suppressedOf(answered);
  const clean = judged.flatMap(cleanEntry).sort(compareClean);
  return {
    schema: REPORT_SCHEMA,
    subject: inventory.subject,
    at,
    index: indexFacts(index.header, options.origin),
    summary: summaryOf(subjects.length, { findings, clean, suppressed }),
    findings,
    clean,
    suppressed,
    notes: [...perlNotes(inventory, perl), ...answers.notes()].sort(compareNotes),
  };
}

function instantOf({ at, ignores = [] }: AuditOptions, index: AdvisoryIndex): string {
  if (at === undefined && ignores.length === 0) return index.header.built;
  if (at !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(at)) return at;
  throw new AuditError(
    'option',
    `at: expected an instant in UTC like 2026-11-22T08:00:00Z, found ${quoteFound(at ?? 'nothing')}`,
  );
}

function resolve(component: Component, index: AdvisoryIndex, { packages }: AuditOptions): Resolved {
  try {
    return { component, distribution: distributionOf(component, index, packages), damage: null };
  } catch (error) {
    return { component, distribution: component.distribution, damage: damageOf(error) };
  }
}

/** The index's own words for its damage; anything else is thrown on. */
function damageOf(error: unknown): string {
  if (error instanceof AdvisoryError && error.code === 'index-damaged') return error.message;
  throw error;
}

/** Main modules by the index; damage shows again where the distribution is judged. */
function mainModules(index: AdvisoryIndex): (distribution: string) => string {
  return (distribution) => {
    try {
      return mainModuleOf(distribution, index.distribution(distribution)?.mainModule ?? null);
    } catch (error) {
      damageOf(error);
      return mainModuleOf(distribution, null);
    }
  };
}

function judgeAll(subjects: readonly Subject[], index: AdvisoryIndex, { packages }: AuditOptions): Judged[] {
  const listed = packages === undefined ? null : (name: string): boolean => packages.has(name);
  return subjects.map((subject) => ({ subject, judgement: judge(subject, index, listed) }));
}

/** Carton where there is a lock file, else cpanm. */
function usualClient({ inputs }: Inventory): 'carton' | 'cpanm' {
  return inputs.some(({ kind }) => kind === 'snapshot') ? 'carton' : 'cpanm';
}

function suppressedOf(answered: readonly Answered[]): Suppressed[] {
  return answered
    .flatMap(({ finding, by }) => (by === null ? [] : [{ finding, by }]))
    .sort((a, b) => compareFindings(a.finding, b.finding));
}

function cleanEntry({ subject: { name, version }, judgement }: Judged): CleanEntry[] {
  return judgement.kind === 'clean' ? [{ name, version, why: judgement.why }] : [];
}
