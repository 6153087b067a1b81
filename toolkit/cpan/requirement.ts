/**
 * Version requirements of META files and cpanfiles, `>= 1.0, != 1.5, < 2`, with the meaning that
 * CPAN::Meta::Requirements 2.146 gives to CPAN::Meta::Spec's "Version Ranges".
 *
 * Clauses are taken one after the other and reduced to a lower bound, an upper bound and versions excluded
 * between them, or to one exact version. What no version can satisfy is an error.
 */
import { quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { compareVersions, type PerlVersion, parseVersion } from './version.ts';

export type RequirementOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** One condition on a version. */
export interface Clause {
  readonly op: RequirementOperator;
  readonly version: PerlVersion;
}

/** The longest range that is read, in characters. */
const MAX_LENGTH = 65_536;
/** The most clauses of a range; each exclusion is compared with the others. */
const MAX_CLAUSES = 1000;

const ZERO: PerlVersion = parseVersion('0');

/** What a requirement comes to. With `exact` there is nothing else. */
interface Bounds {
  readonly minimum?: PerlVersion;
  readonly maximum?: PerlVersion;
  readonly exclusions: readonly PerlVersion[];
  readonly exact?: PerlVersion;
}

/** A range of versions, not empty as far as its clauses show. Never changes. */
export class Requirement {
  readonly #bounds: Bounds;
  /** Reduced clauses that hold together: the lower bound, the upper bound, then what is excluded. */
  readonly clauses: readonly Clause[];

  /** Use `parseRequirement`. */
  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.clauses = clausesOf(bounds);
  }

  /** The range as META files write it: `1.0` for `>= 1.0`, and `>= 0` only when it stands alone. */
  get canonical(): string {
    const [first, ...others] = this.clauses;
    if (first?.op === '>=' && others.length === 0) return first.version.stringify;
    return this.clauses
      .filter(({ op, version }) => op !== '>=' || version.stringify !== '0')
      .map(({ op, version }) => `${op} ${version.stringify}`)
      .join(', ');
  }

  /** Whether the version satisfies every clause. A text is parsed first, and may throw as `parseVersion`. */
  accepts(version: PerlVersion | string): boolean {
    return within(this.#bounds, typeof version === 'string' ? parseVersion(version) : version);
  }

  /** The requirement of both. Throws `requirement-conflict`. */
  merge(other: Requirement): Requirement {
    const added: Clause[] = [];
    const { exact, minimum, maximum, exclusions } = other.#bounds;
    if (exact !== undefined) added.push({ op: '==', version: exact });
    if (minimum !== undefined) added.push({ op: '>=', version: minimum });
    if (maximum !== undefined) added.push({ op: '<=', version: maximum });
    for (const version of exclusions) added.push({ op: '!=', version });
    return new Requirement(added.reduce(withClause, this.#bounds));
  }
}

/**
 * Reads a range: clauses with commas between them, each an operator and a version; a version alone is `>=`.
 * Nothing at all is `0`, every version. Throws `requirement-syntax` where CPAN::Meta::Requirements dies,
 * `requirement-conflict` for contradictions, `too-large` out of bounds.
 */
export function parseRequirement(text: string): Requirement {
  try {
    return new Requirement(clauseTexts(text).flatMap(readClause).reduce(withClause, { exclusions: [] }));
  } catch (cause) {
    if (!(cause instanceof CpanError)) throw cause;
    const code = cause.code === 'version-syntax' ? 'requirement-syntax' : cause.code;
    throw new CpanError(code, `version range ${quoteFound(text)}: ${cause.problem}`, {}, { cause });
  }
}

/** What accepts a version when both do. Throws `requirement-conflict` when they contradict each other. */
export function mergeRequirements(a: Requirement, b: Requirement): Requirement {
  return a.merge(b);
}

/** Perl's `\s` for text: what JavaScript's leaves out, and without what it adds. */
const SPACE = '\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACE_BEFORE: RegExp = new RegExp(`^[${SPACE}]+`);
const OPERATOR: RegExp = new RegExp(`^[${SPACE}]*(==|!=|<=|>=|<|>)`);
const IS_SPACE: RegExp = new RegExp(`[${SPACE}]`);

/** The text between commas, as perl's split gives it: empty ones at the end do not count. */
function clauseTexts(text: string): string[] {
  if (text.length > MAX_LENGTH)
    throw new CpanError('too-large', `${text.length} characters, at most ${MAX_LENGTH}`);
  if (text === '') return ['0'];
  const pieces = text.split(',');
  if (pieces.length > MAX_CLAUSES)
    throw new CpanError('too-large', `${pieces.length} clauses, at most ${MAX_CLAUSES}`);
  const last = pieces.length - 1;
  const parts = pieces.map((piece, i) => trimmed(piece, { start: i > 0, end: i < last }));
  while (parts.at(-1) === '') parts.pop();
  if (parts.length === 0) throw new CpanError('requirement-syntax', 'no clause between commas');
  return parts;
}

/** White space beside a comma goes; that at either end of the range stays and is the version's to judge. */
function trimmed(piece: string, side: { start: boolean; end: boolean }): string {
  const from = side.start ? piece.replace(SPACE_BEFORE, '') : piece;
  let end = from.length;
  while (side.end && end > 0 && IS_SPACE.test(from.charAt(end - 1))) end--;
  return from.slice(0, end);
}

/** `>` is a bound that is itself excluded. */
const CONDITIONS: ReadonlyMap<string, readonly RequirementOperator[]> = new Map([
  ['>', ['>=', '!=']],
  ['<', ['<=', '!=']],
  ['>=', ['>=']],
  ['<=', ['<=']],
  ['==', ['==']],
  ['!=', ['!=']],
]);

function readClause(text: string): Clause[] {
  const [lead = '', op = '>='] = OPERATOR.exec(text) ?? [];
  const rest = lead === '' ? text : text.slice(lead.length).replace(SPACE_BEFORE, '');
  // perl's pattern for operators stops at a line feed; without one, what stands there is no version.
  const version = boundVersion(rest.includes('\n') ? text : rest);
  return (CONDITIONS.get(op) ?? []).map((condition) => ({ op: condition, version }));
}

/** A version as ranges hold it: dotted ones in normal form, none that begins with a dot, none that perl warns of. */
function boundVersion(text: string): PerlVersion {
  if (text === '0') return ZERO;
  const version = parseVersion(text);
  if (version.warning !== undefined)
    throw new CpanError('requirement-syntax', `version ${quoteFound(text)}: ${version.warning}`);
  if (version.qv) return parseVersion(version.normal);
  return version.stringify.startsWith('.') ? parseVersion(`0${version.stringify}`) : version;
}

function withClause(bounds: Bounds, { op, version }: Clause): Bounds {
  if (op === '==') return withExact(bounds, version);
  if (bounds.exact !== undefined) return checkExact(bounds, { op, version });
  if (op === '!=') return simplified({ ...bounds, exclusions: [...bounds.exclusions, version] });
  if (op === '>=') {
    // Of equal bounds the later one stays, as it was written.
    const keeps = bounds.minimum !== undefined && compareVersions(bounds.minimum, version) > 0;
    return simplified(keeps ? bounds : { ...bounds, minimum: version });
  }
  const keeps = bounds.maximum !== undefined && compareVersions(bounds.maximum, version) < 0;
  return simplified(keeps ? bounds : { ...bounds, maximum: version });
}

function withExact(bounds: Bounds, version: PerlVersion): Bounds {
  if (!within(bounds, version)) conflict({ op: '==', version }, bounds);
  return bounds.exact === undefined ? { exact: version, exclusions: [] } : bounds;
}

function checkExact(bounds: Bounds, clause: Clause): Bounds {
  const { exact = ZERO } = bounds;
  const order = compareVersions(exact, clause.version);
  const holds = clause.op === '!=' ? order !== 0 : clause.op === '>=' ? order >= 0 : order <= 0;
  return holds ? bounds : conflict(clause, bounds);
}

/** Equal bounds become one exact version; exclusions outside the bounds and repeated ones go. */
function simplified(bounds: Bounds): Bounds {
  const { minimum, maximum } = bounds;
  const order = minimum === undefined || maximum === undefined ? -1 : compareVersions(minimum, maximum);
  if (order > 0 && maximum !== undefined)
    return conflict({ op: '<=', version: maximum }, { minimum, exclusions: [] });
  if (order === 0 && minimum !== undefined) {
    const excluded = bounds.exclusions.find((version) => compareVersions(version, minimum) === 0);
    return excluded === undefined
      ? { exact: minimum, exclusions: [] }
      : conflict({ op: '!=', version: excluded }, { exact: minimum, exclusions: [] });
  }
  const seen = new Set<string>();
  const exclusions = bounds.exclusions.filter((version) => {
    const repeated = seen.has(version.stringify);
    seen.add(version.stringify);
    return !repeated && between(bounds, version);
  });
  return { ...bounds, exclusions };
}

function within(bounds: Bounds, version: PerlVersion): boolean {
  const { exact, exclusions } = bounds;
  if (exact !== undefined) return compareVersions(exact, version) === 0;
  return between(bounds, version) && !exclusions.some((excluded) => compareVersions(version, excluded) === 0);
}

function between({ minimum, maximum }: Bounds, version: PerlVersion): boolean {
  if (minimum !== undefined && compareVersions(version, minimum) < 0) return false;
  return maximum === undefined || compareVersions(version, maximum) <= 0;
}

/** An excluded bound makes `>` of `>=`. */
function clausesOf(bounds: Bounds): Clause[] {
  const { exact, minimum, maximum, exclusions } = bounds;
  if (exact !== undefined) return [{ op: '==', version: exact }];
  const clauses: Clause[] = [];
  let left = exclusions;
  for (const [bound, op, strict] of [
    [minimum, '>=', '>'],
    [maximum, '<=', '<'],
  ] as const) {
    if (bound === undefined) continue;
    const others = left.filter((version) => compareVersions(version, bound) !== 0);
    clauses.push({ op: others.length === left.length ? op : strict, version: bound });
    left = others;
  }
  return [...clauses, ...left.map((version): Clause => ({ op: '!=', version }))];
}

function conflict(clause: Clause, bounds: Bounds): never {
  const others = clausesOf(bounds).map(({ op, version }) => `${op} ${version.stringify}`);
  const what = `${clause.op} ${clause.version.stringify}`;
  throw new CpanError('requirement-conflict', `${what} contradicts ${others.join(', ')}`);
}
