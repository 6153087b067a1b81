/**
 * Perl's version objects, as version.pm 0.9929 (the C code of perl 5.36) reads, prints and orders them.
 *
 * Two forms. A decimal version, `1.002003`, is a number whose fraction is cut into groups of three digits. A
 * dotted one, `v1.2.3` or with two dots or more, is a list of integers. Both become `parts`, and the order is
 * that of the parts with missing ones zero. One underscore marks an alpha release and has no other effect.
 */
import { quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { VersionScan } from './version-scan.ts';

/** The longest text that may be a version, in characters. version.pm knows no bound; PAUSE's is 16. */
const MAX_LENGTH = 65_536;

/** A version as version.pm holds it. Made by `parseVersion` and `declareVersion` only; never changes. */
export class PerlVersion {
  /** The text that was parsed, whole. */
  readonly original: string;
  /** What perl prints for the object: the text without white space around it; `v.Inf` after an overflow. */
  readonly stringify: string;
  /** The integers that are compared, each from 0 to 2147483647; never empty. */
  readonly parts: readonly number[];
  /** Dotted: written with `v` or two dots, or declared so. */
  readonly qv: boolean;
  /** Written with an underscore. */
  readonly alpha: boolean;
  /** What version.pm warns of: text after the version that it ignores, or an overflow. */
  readonly warning: string | undefined;

  constructor(text: string, scan: VersionScan) {
    this.original = text;
    this.stringify = scan.stringify();
    this.parts = scan.parts.slice(); // a copy has room for what it holds, and no more
    this.qv = scan.qv;
    this.alpha = scan.alpha;
    this.warning = scan.warning();
  }

  /** The dotted form with at least three parts, `v1.2.3`. Parsing it gives an equal version. */
  get normal(): string {
    const missing = 3 - this.parts.length;
    return `v${this.parts.join('.')}${missing > 0 ? '.0'.repeat(missing) : ''}`;
  }

  /** The decimal form, `1.002003`, at least three digits after the point. Parts above 999 make it lossy. */
  get numify(): string {
    const [whole = 0, ...rest] = this.parts;
    if (rest.length === 0) return `${whole}.000`;
    return `${whole}.${rest.map((part) => String(part).padStart(3, '0')).join('')}`;
  }
}

/** `version->parse(text)`. Throws `version-syntax` with version.pm's reason, or `too-large`. */
export function parseVersion(text: string): PerlVersion {
  return scanned(text, false);
}

/** `version->declare(text)`: as `parseVersion`, but `1.2` is `v1.2`. */
export function declareVersion(text: string): PerlVersion {
  return scanned(text, true);
}

function scanned(text: string, declared: boolean): PerlVersion {
  if (text.length > MAX_LENGTH)
    throw new CpanError('too-large', `a version of ${text.length} characters, at most ${MAX_LENGTH}`);
  const scan = new VersionScan(text, declared);
  const problem = scan.read();
  if (problem !== undefined) throw new CpanError('version-syntax', `version ${quoteFound(text)}: ${problem}`);
  return new PerlVersion(text, scan);
}

/** The order of version.pm. Texts are parsed first and may throw as `parseVersion` does. */
export function compareVersions(a: PerlVersion | string, b: PerlVersion | string): -1 | 0 | 1 {
  const left = (typeof a === 'string' ? parseVersion(a) : a).parts;
  const right = (typeof b === 'string' ? parseVersion(b) : b).parts;
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const l = left[i] ?? 0;
    const r = right[i] ?? 0;
    if (l !== r) return l < r ? -1 : 1;
  }
  if (hasMore(right, shared)) return -1;
  return hasMore(left, shared) ? 1 : 0;
}

/** Whether a part from `at` on is not zero. */
function hasMore(parts: readonly number[], at: number): boolean {
  for (let i = at; i < parts.length; i++) if (parts[i] !== 0) return true;
  return false;
}

// version::regex, anchored. Each alternative gives up after one pass over the text.
const STRICT: RegExp = /^(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|v(?:0|[1-9][0-9]*)(?:\.[0-9]{1,3}){2,})$/;
const LAX: RegExp =
  /^(?:undef|v[0-9]+(?:(?:\.[0-9]+)+(?:_[0-9]+)?)?|[0-9]*(?:\.[0-9]+){2,}(?:_[0-9]+)?|[0-9]+(?:\.[0-9]*)?(?:_[0-9]+)?|\.[0-9]+(?:_[0-9]+)?)$/;

/** `version::is_strict(text)`: what new releases should use, `1.002` or `v1.2.3`. Texts beyond bounds are not. */
export function isStrictVersion(text: string): boolean {
  return text.length <= MAX_LENGTH && STRICT.test(text);
}

/**
 * `version::is_lax(text)`: what perl's `package NAME VERSION` grew up with. Neither implies nor follows from
 * parsing: `1_000` is lax and does not parse, ` 1.0` parses and is not lax. Texts beyond bounds are not.
 */
export function isLaxVersion(text: string): boolean {
  return text.length <= MAX_LENGTH && LAX.test(text);
}
