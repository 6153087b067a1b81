/**
 * `--fix`: raises lower bounds in a cpanfile, and nothing else. Only constants are touched; what code decides,
 * what is pinned, and what an upper bound forbids is refused with the reason.
 */
import {
  CpanError,
  type Cpanfile,
  type CpanfileRequirement,
  compareVersions,
  parseCpanfile,
  parseRequirement,
  parseVersion,
} from '../cpan/index.ts';
import { AuditError } from './errors.ts';
import { readVersion } from './judge.ts';
import type { AuditReport, Finding } from './report.ts';

/** A module whose lower bound shall be at least this version. */
export interface Wish {
  readonly module: string;
  readonly version: string;
  /** Nothing that could be read asks for it: code may, or other distributions. */
  readonly unasked?: true;
}

/** Something that raising a bound of the cpanfile does not fix. */
export interface Refusal {
  readonly module: string;
  readonly line?: number;
  readonly reason: string;
}

export interface RaisePlan {
  /** The cpanfile with every bound raised that could be; the given text when there is none. */
  readonly text: string;
  readonly raised: readonly { module: string; line: number; from: string; to: string }[];
  readonly refused: readonly Refusal[];
}

/**
 * What the report asks of a cpanfile: for each distribution that can be upgraded, its main module at the lowest
 * safe version. What is asked for under another name is refused: its bound is not the distribution's.
 */
export function wishesOf(report: AuditReport): { wishes: Wish[]; refused: Refusal[] } {
  const wishes = new Map<string, Wish>();
  const refused = new Map<string, Refusal>();
  for (const finding of report.findings) {
    const answer = wishOf(finding);
    if (answer === null) continue;
    if ('reason' in answer) refused.set(`${answer.module} ${answer.reason}`, answer);
    else {
      const name = `${answer.module} ${answer.unasked ?? false}`;
      if (isHigher(answer.version, wishes.get(name)?.version)) wishes.set(name, answer);
    }
  }
  return { wishes: [...wishes.values()], refused: [...refused.values()] };
}

function wishOf({ distribution, advisory, fix }: Finding): Wish | Refusal | null {
  if (distribution === null || fix === undefined || distribution.name === 'perl') return null;
  const module = distribution.module ?? distribution.name;
  const version = fix.lowestSafe ?? fix.version;
  if (fix.kind === 'remove') return { module, reason: `${advisory?.id ?? 'it'} is malicious: remove it` };
  if (version === null) {
    const patch = fix.kind === 'patch' ? '; there is a patch' : '';
    return { module, reason: `no release fixes ${advisory?.id ?? 'it'}${patch}` };
  }
  const asked = fix.bounds ?? [];
  if (asked.some((bound) => bound.module === module)) return { module, version };
  if (asked.length === 0) return { module, version, unasked: true };
  const others = [...new Set(asked.map((bound) => bound.module))].join(', ');
  return { module, reason: `it is asked for as ${others}, whose versions are not the distribution's` };
}

function isHigher(version: string, than: string | undefined): boolean {
  const [a, b] = [readVersion(version), than === undefined ? null : readVersion(than)];
  return a !== null && (b === null || compareVersions(a, b) > 0);
}

/** An edit of the text, `end` not included. */
interface Edit {
  readonly requirement: CpanfileRequirement;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The range that the requirement has afterwards. */
  readonly range: string;
}

/**
 * Plans the edits for one cpanfile. The result is read again: it differs from the original in exactly the
 * bounds raised, or `raise-check` is thrown.
 *
 * @example planRaises("requires 'A', '1.0';\n", [{ module: 'A', version: '1.2' }]).text // "requires 'A', '1.2';\n"
 */
export function planRaises(text: string, wishes: readonly Wish[], file = 'cpanfile'): RaisePlan {
  const cpanfile = parseCpanfile(text, file);
  const edits: Edit[] = [];
  const refused: Refusal[] = [];
  for (const { module, version, unasked } of wishes) {
    const decided = cpanfile.dynamic.filter((one) => one.module === module);
    for (const { line } of decided) refused.push({ module, line, reason: 'code decides what it asks for' });
    if (unasked === true) {
      if (decided.length === 0) refused.push({ module, reason: whoAsks(cpanfile) });
      continue;
    }
    for (const requirement of cpanfile.requirements.filter((one) => isCall(one, module))) {
      const edit = raiseOne(text, requirement, version);
      if (typeof edit === 'string') refused.push({ module, line: requirement.line, reason: edit });
      else if (edit !== null) edits.push(edit);
    }
  }
  const result = applied(text, edits);
  check(cpanfile, edits, parseCpanfile(result, file), file);
  const raised = edits.map(({ requirement, range }) => ({
    module: requirement.module,
    line: requirement.line,
    from: requirement.range,
    to: range,
  }));
  return { text: result, raised: raised.sort((a, b) => a.line - b.line), refused };
}

/** For what no constant asks for. */
function whoAsks({ dynamic: [code] }: Cpanfile): string {
  if (code === undefined) return 'nothing here asks for it directly; other distributions require it';
  return `no constant here asks for it; other distributions do, or code that only running tells (line ${code.line})`;
}

/** A conflict names versions that must not be there. */
function isCall(requirement: CpanfileRequirement, module: string): boolean {
  return requirement.module === module && requirement.relationship !== 'conflicts';
}

/** The edit; null where the bound is high enough; a reason where it cannot be raised. */
function raiseOne(text: string, requirement: CpanfileRequirement, version: string): Edit | string | null {
  const { written, literals, options } = requirement;
  const fixed = ['dist', 'url', 'git', 'ref'].find((key) => Object.hasOwn(options, key));
  if (fixed !== undefined) return `it names its archive by ${fixed}`;
  const range = raisedRange(written, version);
  if (range === null || !('to' in range)) return range?.refused ?? null;
  const { to } = range;
  if (literals.range !== null) {
    const { start, end } = literals.range;
    return { requirement, start, end, text: literalLike(text.slice(start, end), to), range: to };
  }
  if (written !== '0' || literals.module === null) return 'its range is not written as one constant';
  const { start, end } = literals.module;
  const module = text.slice(start, end);
  // A bare word is a text only in front of an arrow.
  const separator = /^\w/.test(module) ? ' =>' : ',';
  return { requirement, start: end, end, text: `${separator} ${literalLike(module, to)}`, range: to };
}

/** The range with its lower bound raised; null when it is high enough already. */
function raisedRange(written: string, version: string): { to: string } | { refused: string } | null {
  try {
    const { clauses } = parseRequirement(written);
    if (clauses.some(({ op }) => op === '==')) return { refused: `it is pinned by ${written}` };
    const wanted = parseVersion(version);
    const low = clauses.find(({ op }) => op === '>=' || op === '>');
    if (low !== undefined && compareVersions(low.version, wanted) >= 0) return null;
    const to = withLowerBound(written, version);
    if (parseRequirement(to).accepts(wanted)) return { to };
    return { refused: `${written} excludes ${version}` };
  } catch (error) {
    if (error instanceof CpanError) return { refused: `${written} excludes ${version}` };
    throw error;
  }
}

/** Replaces the clauses that are lower bounds, keeps the others as they are written. */
function withLowerBound(written: string, version: string): string {
  const clauses = written.split(',').map((clause) => clause.trim());
  const others = clauses.filter((clause) => /^(?:<|!=)/.test(clause));
  return others.length === 0 ? version : [`>= ${version}`, ...others].join(', ');
}

/** Numbers that perl gives back as they were written. */
const PLAIN_NUMBER: RegExp = /^(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{0,8}[1-9])?$/;

/** The value as a literal in the manner of another one: quoted as that is, or bare where both are numbers. */
function literalLike(literal: string, value: string): string {
  const quote = literal.startsWith('"') ? '"' : "'";
  const bare = /^[0-9]/.test(literal) && PLAIN_NUMBER.test(value);
  return bare ? value : `${quote}${value}${quote}`;
}

function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return parts.join('') + text.slice(at);
}

/** Nothing but the ranges intended may differ. */
function check(before: Cpanfile, edits: readonly Edit[], after: Cpanfile, file: string): void {
  const intended = new Map(
    edits.map(({ requirement, range }) => [requirement, parseRequirement(range).canonical]),
  );
  const want = before.requirements.map((one) => told(one, intended.get(one) ?? one.range));
  const have = after.requirements.map((one) => told(one, one.range));
  // Reasons quote the source, which may hold an edit further on in its line.
  const dynamic = [before, after].map((one) => one.dynamic.map(({ line, module }) => `${line} ${module}`));
  if (String(want) === String(have) && String(dynamic[0]) === String(dynamic[1])) return;
  throw new AuditError('raise-check', 'the edited text does not read as intended; nothing was changed', {
    file,
  });
}

function told(
  { phase, relationship, module, feature, line, options }: CpanfileRequirement,
  range: string,
): string {
  return JSON.stringify([phase, relationship, module, feature, line, options, range]);
}
