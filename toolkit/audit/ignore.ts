/**
 * Ignores: what the user has looked at and accepts, each with its reason and best with an end.
 * `parseIgnoreFile` reads them; `docs/formats/ignore.md` documents the file.
 */
import { parseRange } from '../advisories/index.ts';
import type { Place } from '../base/index.ts';
import { isNamed } from './ids.ts';
import { readVersion } from './judge.ts';
import type { Finding, Note, Suppressed, UnknownReason } from './report.ts';

export interface IgnoreFile {
  readonly file: string;
  readonly rules: readonly IgnoreRule[];
}

export interface IgnoreRule {
  /** What is ignored: an advisory by id or alias, or what is unknown for a reason. */
  readonly what: { readonly id: string } | { readonly unknown: UnknownReason };
  /** Only in this distribution. */
  readonly distribution?: string;
  /** Only in versions that one of these range expressions contains. */
  readonly versions?: readonly string[];
  /** Only what was seen in this file or below this folder. */
  readonly path?: string;
  readonly reason: string;
  /** The last day on which the rule holds, `2026-10-01`, in UTC. */
  readonly expires?: string;
  readonly author?: string;
  readonly place: Place;
}

type By = Extract<Suppressed['by'], { kind: 'ignore' }>;

/** Rules as one audit applies them; remembers which of them found something. */
export class Ignores {
  readonly #valid: readonly IgnoreRule[];
  readonly #expired: readonly IgnoreRule[];
  readonly #used = new Set<IgnoreRule>();

  /** `at` is the instant of the audit, RFC 3339 UTC. */
  constructor(files: readonly IgnoreFile[], at: string) {
    const rules = files.flatMap((file) => file.rules);
    const today = at.slice(0, 10);
    this.#valid = rules.filter(({ expires }) => expires === undefined || expires >= today);
    this.#expired = rules.filter((rule) => !this.#valid.includes(rule));
  }

  /** The first rule that answers the finding. All that match count as used. */
  answer(finding: Finding): By | null {
    for (const rule of this.#expired) if (matches(rule, finding)) this.#used.add(rule);
    const [first, ...others] = this.#valid.filter((rule) => matches(rule, finding));
    if (first === undefined) return null;
    for (const rule of [first, ...others]) this.#used.add(rule);
    const { reason, author, expires, place } = first;
    return {
      kind: 'ignore',
      reason,
      ...(author === undefined ? {} : { author }),
      ...(expires === undefined ? {} : { expires }),
      place,
    };
  }

  /** After every finding was asked about: rules past their end, and rules that nothing matched. */
  notes(): Note[] {
    const expired = this.#expired.map((rule): Note => {
      const effect = this.#used.has(rule) ? 'what it covered counts again' : 'nothing matches it: remove it';
      const text = `ignore of ${nameOf(rule)} expired on ${rule.expires}; ${effect}`;
      return { code: 'ignore-expired', text, place: rule.place };
    });
    const unused = this.#valid.filter((rule) => !this.#used.has(rule));
    return [
      ...expired,
      ...unused.map((rule): Note => {
        const text = `ignore of ${nameOf(rule)} matched nothing: remove it`;
        return { code: 'ignore-unused', text, place: rule.place };
      }),
    ];
  }
}

function nameOf({ what, distribution }: IgnoreRule): string {
  const name = 'id' in what ? what.id : `unknown ${what.unknown}`;
  return distribution === undefined ? name : `${name} in ${distribution}`;
}

function matches(rule: IgnoreRule, finding: Finding): boolean {
  const { what, distribution, versions, path } = rule;
  const named =
    'id' in what ? isNamed(finding.advisory, [what.id]) : finding.unknown?.reason === what.unknown;
  if (!named) return false;
  if (distribution !== undefined && finding.distribution?.name !== distribution) return false;
  if (versions !== undefined && !isVersionIn(finding.distribution?.version ?? null, versions)) return false;
  return path === undefined || finding.places.some(({ file }) => file !== undefined && isBelow(file, path));
}

function isVersionIn(text: string | null, ranges: readonly string[]): boolean {
  const version = text === null ? null : readVersion(text);
  return version !== null && ranges.some((range) => parseRange(range).contains(version));
}

function isBelow(file: string, path: string): boolean {
  const [inner, outer] = [file, path].map((one) => one.replace(/^(?:\.\/)+/, ''));
  return inner === outer || `${inner}`.startsWith(`${outer?.replace(/\/$/, '')}/`);
}
