/**
 * Version ranges (VERS 1.1, https://github.com/package-url/vers-spec): `vers:cpan/>=1.0|<1.5|2.0`.
 *
 * Constraints are signposts on the line of versions, in its order. Text that is not canonical is refused, as the
 * standard asks; nothing is put right while reading. The order of versions is an argument. What `vers:cpan` means
 * is defined in `docs/formats/vers-cpan.md`.
 */
import { quoteFound } from '../base/index.ts';
import { FormatError } from './errors.ts';
import { placed, type VersionOrder } from './version-order.ts';

export type VersComparator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface VersConstraint {
  readonly comparator: VersComparator;
  /** Decoded. */
  readonly version: string;
}

export interface Vers {
  /** Lower case, as a rule the type of the package URL. */
  readonly type: string;
  /** In version order; `*` is every version. */
  readonly constraints: readonly VersConstraint[] | '*';
}

/** The longest range that is read. */
export const MAX_VERS_LENGTH = 1_048_576;

/**
 * Reads a canonical range. Throws `vers` for any other, `version` where the order refuses one of its versions.
 * VERS 1.1, "How to parse and validate VERS".
 */
export function parseVers(text: string, order: VersionOrder): Vers {
  if (text.length > MAX_VERS_LENGTH) refuse(text, `longer than ${MAX_VERS_LENGTH} characters`);
  if (/[^!-~]/.test(text)) refuse(text, 'it has white space, control or non-ASCII characters');
  const type = /^vers:([a-z][a-z0-9.-]*)\//.exec(text)?.[1];
  if (type === undefined) return refuse(text, 'it does not start with "vers:", a lower-case type and "/"');
  const rest = text.slice(`vers:${type}/`.length);
  if (rest === '*') return { type, constraints: '*' };
  const constraints = rest.split('|').map((part) => readConstraint(text, part));
  checkSequence(text, constraints, placed(order));
  return { type, constraints };
}

/**
 * The canonical text of a range whose constraints may stand in any order. Throws `vers` where they contradict or
 * repeat each other.
 */
export function formatVers(vers: Vers, order: VersionOrder): string {
  if (!/^[a-z][a-z0-9.-]*$/.test(vers.type)) refuse(vers.type, 'no type');
  const prefix = `vers:${vers.type}/`;
  if (vers.constraints === '*') return `${prefix}*`;
  const compare = placed(order);
  const sorted = [...vers.constraints].sort((a, b) => compare(a.version, b.version));
  const shown = sorted.map(writeConstraint).join('|');
  checkSequence(prefix + shown, sorted, compare);
  return prefix + shown;
}

/**
 * Whether the version is in the range. A range of nothing but `!=` holds every other version.
 * VERS 1.1, "Checking if a version is contained within a range"; throws `version`.
 */
export function versContains({ constraints }: Vers, version: string, order: VersionOrder): boolean {
  if (constraints === '*') return true;
  const compare = placed(order);
  let within: boolean | null = null;
  let onlyExclusions = true;
  for (const { comparator, version: signpost } of constraints) {
    const place = compare(version, signpost);
    if (place === 0) return comparator === '=' || comparator === '<=' || comparator === '>=';
    if (comparator !== '!=') onlyExclusions = false;
    if (comparator === '!=' || comparator === '=') continue;
    const opens = comparator.startsWith('>');
    // Signposts alternate, so the last one passed and, before the first, its direction decide.
    if (place > 0) within = opens;
    else within ??= !opens;
  }
  return onlyExclusions || within === true;
}

function readConstraint(text: string, part: string): VersConstraint {
  const sign = /^(?:>=|<=|!=|<|>)?/.exec(part)?.[0] ?? '';
  const encoded = part.slice(sign.length);
  if (encoded === '')
    refuse(text, part === '' ? 'a constraint is empty' : `${quoteFound(part)} has no version`);
  const version = decodeVersion(text, encoded);
  if (encodeVersion(version) !== encoded) refuse(text, `${quoteFound(encoded)} is not canonically encoded`);
  return { comparator: sign === '' ? '=' : (sign as VersComparator), version }; // the pattern has no others
}

function writeConstraint({ comparator, version }: VersConstraint): string {
  if (version === '') refuse('', 'a constraint has no version');
  return `${comparator === '=' ? '' : comparator}${encodeVersion(version)}`;
}

/** VERS 1.1, "Normalized, canonical representation and validation". */
function checkSequence(text: string, constraints: readonly VersConstraint[], compare: VersionOrder): void {
  if (constraints.length === 0) refuse(text, 'it has no constraint');
  let before: VersConstraint | undefined;
  let beforeEqual: VersConstraint | undefined;
  let bound: VersConstraint | undefined;
  for (const constraint of constraints) {
    if (before === undefined)
      compare(constraint.version, constraint.version); // refuses what is no version
    else checkOrder(text, before, constraint, compare);
    before = constraint;
    if (constraint.comparator === '!=') continue;
    if (beforeEqual?.comparator === '=' && isUpper(constraint)) {
      refuse(text, `${writeConstraint(constraint)} swallows ${writeConstraint(beforeEqual)}`);
    }
    beforeEqual = constraint;
    if (constraint.comparator === '=') continue;
    if (bound !== undefined && isUpper(bound) === isUpper(constraint)) {
      refuse(text, `${writeConstraint(bound)} and ${writeConstraint(constraint)} do not alternate`);
    }
    bound = constraint;
  }
}

function checkOrder(text: string, a: VersConstraint, b: VersConstraint, compare: VersionOrder): void {
  const place = compare(a.version, b.version);
  if (place === 0) refuse(text, `version ${quoteFound(b.version)} twice`);
  if (place > 0) refuse(text, `${quoteFound(b.version)} stands after ${quoteFound(a.version)}`);
}

function isUpper({ comparator }: VersConstraint): boolean {
  return comparator.startsWith('<');
}

/** What separates is encoded, and what is not printable ASCII; nothing else. */
function encodeVersion(version: string): string {
  return version.replace(/[%><=!*|]|[^!-~]+/g, (found) =>
    found.length === 1 && found >= '!' && found <= '~'
      ? `%${found.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeWide(found),
  );
}

function encodeWide(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    return refuse(text, 'half a surrogate pair', cause);
  }
}

function decodeVersion(text: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    return refuse(text, `bad percent-encoding in ${quoteFound(encoded)}`, cause);
  }
}

function refuse(text: string, problem: string, cause?: unknown): never {
  throw new FormatError('vers', `no canonical version range: ${quoteFound(text)}: ${problem}`, {}, { cause });
}
