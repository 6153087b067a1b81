/**
 * Range expressions, the one normative grammar of affected and fixed versions; `docs/formats/ranges.md` is its
 * specification and `data/vectors/ranges.json` its conformance vectors.
 *
 *     range      = constraint *( "," constraint )          ; all must hold
 *     constraint = operator version
 *     operator   = "<" / "<=" / ">" / ">=" / "==" / "!="   ; never absent
 *     version    = [ "v" ] number *( "." number ) [ "_" number ]
 *     number     = 1*DIGIT
 *
 * A list of expressions holds when any of them does. Versions are compared as version.pm compares them.
 */
import { compareText, quoteFound } from '../base/index.ts';
import { compareVersions, type PerlVersion, parseVersion } from '../cpan/index.ts';
import { AdvisoryError } from './errors.ts';

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

export interface Constraint {
  readonly operator: Operator;
  readonly version: PerlVersion;
}

/** Longest expression, in characters. */
const MAX_LENGTH = 4096;
/** Most constraints of an expression: intersecting them is quadratic. */
const MAX_CONSTRAINTS = 64;
/** Expressions whose parsed form is kept; the cache starts anew when it is full. */
const MAX_CACHED = 50_000;

const CONSTRAINT: RegExp = /^(<=|>=|==|!=|<|>)(v?[0-9]+(?:\.[0-9]+)*(?:_[0-9]+)?)$/;
const OPERATORS: readonly string[] = ['==', '>=', '>', '!=', '<', '<='];

/** A parsed range expression. Made by {@link parseRange} only; never changes. */
export class VersionRange {
  /** As it was written. */
  readonly text: string;
  readonly constraints: readonly Constraint[];

  constructor(text: string, constraints: readonly Constraint[]) {
    this.text = text;
    this.constraints = constraints;
  }

  /** Whether every constraint holds. A text is parsed first and may throw as `parseVersion` does. */
  contains(version: PerlVersion | string): boolean {
    const asked = typeof version === 'string' ? parseVersion(version) : version;
    return this.constraints.every((constraint) => holds(constraint, asked));
  }

  /** The canonical form: constraints in version order, none twice, versions as they were written. */
  toString(): string {
    return this.constraints
      .toSorted(compareConstraints)
      .filter((constraint, i, all) => i === 0 || !sameConstraint(constraint, all[i - 1]))
      .map(({ operator, version }) => operator + version.original)
      .join(',');
  }
}

function holds({ operator, version }: Constraint, asked: PerlVersion): boolean {
  const order = compareVersions(asked, version);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

function compareConstraints(a: Constraint, b: Constraint): number {
  return (
    compareVersions(a.version, b.version) ||
    OPERATORS.indexOf(a.operator) - OPERATORS.indexOf(b.operator) ||
    compareText(a.version.original, b.version.original)
  );
}

function sameConstraint(a: Constraint, b: Constraint | undefined): boolean {
  return b !== undefined && a.operator === b.operator && compareVersions(a.version, b.version) === 0;
}

const cache = new Map<string, VersionRange | null>();

/** Strict: no blanks, no absent operator. Throws `range-syntax` with the column of what is wrong. */
export function parseRange(text: string): VersionRange {
  return readRange(text) ?? new VersionRange(text, constraintsOf(text));
}

/** As {@link parseRange}, or null where that throws. */
export function readRange(text: string): VersionRange | null {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const range = tryRange(text);
  if (cache.size >= MAX_CACHED) cache.clear();
  if (text.length <= MAX_LENGTH) cache.set(text, range);
  return range;
}

function tryRange(text: string): VersionRange | null {
  try {
    return new VersionRange(text, constraintsOf(text));
  } catch (error) {
    if (error instanceof AdvisoryError) return null;
    throw error;
  }
}

function constraintsOf(text: string): Constraint[] {
  if (text.length > MAX_LENGTH) {
    throw new AdvisoryError('range-syntax', `a range of ${text.length} characters, at most ${MAX_LENGTH}`);
  }
  const parts = text.split(',');
  if (parts.length > MAX_CONSTRAINTS) {
    const problem = `range ${quoteFound(text)}: ${parts.length} constraints, at most ${MAX_CONSTRAINTS}`;
    throw new AdvisoryError('range-syntax', problem);
  }
  let column = 1;
  return parts.map((part) => {
    const constraint = constraintOf(part, text, column);
    column += part.length + 1;
    return constraint;
  });
}

function constraintOf(part: string, text: string, column: number): Constraint {
  const [, operator, digits] = CONSTRAINT.exec(part) ?? [];
  if (operator === undefined || digits === undefined) {
    throw new AdvisoryError('range-syntax', `range ${quoteFound(text)}: ${whatIsWrong(part)}`, { column });
  }
  return { operator: operator as Operator, version: boundOf(digits, text, column) }; // the pattern lists them
}

function whatIsWrong(part: string): string {
  if (part === '') return 'expected a constraint, found nothing';
  if (/\s/.test(part)) return `white space in ${quoteFound(part)}`;
  if (/^[v0-9]/.test(part)) return `no operator before ${quoteFound(part)}`;
  if (!/^(?:[<>]=?|[=!]=)[^<>=!]/.test(part)) return `no such operator in ${quoteFound(part)}`;
  return `no version in ${quoteFound(part)}`;
}

/** A version that version.pm reads whole: an overflow would compare as something that was not written. */
function boundOf(digits: string, text: string, column: number): PerlVersion {
  const version = tryVersion(digits);
  if (version !== null && version.warning === undefined) return version;
  const problem = `range ${quoteFound(text)}: ${quoteFound(digits)} is no version of Perl`;
  throw new AdvisoryError('range-syntax', problem, { column });
}

/** The version, or null where `parseVersion` throws. */
export function tryVersion(text: string): PerlVersion | null {
  try {
    return parseVersion(text);
  } catch {
    return null;
  }
}

/** What of an affected entry says which versions it means. */
export interface RangedEntry {
  readonly ranges: readonly string[];
  readonly fixed: readonly string[];
  /** The same, prepared by an index; null or absent where it is not. */
  readonly spans?: string | null;
}

/** Whether of some version it could not be told: no range is given, or an expression does not parse. */
export function isUndecided({ ranges, fixed }: RangedEntry): boolean {
  return ranges.length === 0 || [...ranges, ...fixed].some((expression) => readRange(expression) === null);
}
