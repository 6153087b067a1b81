/**
 * The smallest change that ends a finding. For a version: the lowest release above it that the advisory does
 * not affect, and the lowest that no advisory of the distribution affects. For a requirement that is not
 * pinned: the lowest bound that keeps every affected version out.
 */
import type { IndexedAdvisory, IndexedDistribution, Interval } from '../advisories/index.ts';
import { CpanError, compareVersions, type PerlVersion, parseRequirement } from '../cpan/index.ts';
import { admittedAffected, affectedBy } from './admits.ts';
import { type Client, commandFor } from './command.ts';
import { type Candidate, isClear, type Releases } from './releases.ts';
import type { Bound, Fix } from './report.ts';
import type { Subject } from './subject.ts';
import { acceptable, speaksFor } from './wanted.ts';

/** Whether moving to the version ends what these entries are about. */
type Ends = (candidate: Candidate, rows: readonly IndexedAdvisory[]) => boolean;

/** Fixes for the findings of one subject; what they share is worked out once. */
export class Fixer {
  readonly #subject: Subject;
  readonly #known: IndexedDistribution;
  readonly #client: Client;
  readonly #releases: Releases;
  readonly #ends: Ends;
  readonly #present: PerlVersion | null;
  readonly #safe: PerlVersion | null;

  /** `present`: the version judged; null where requirements were. */
  constructor(subject: Subject, releases: Releases, present: PerlVersion | null, client: Client) {
    this.#subject = subject;
    this.#known = releases.known;
    this.#client = client;
    this.#releases = releases;
    this.#present = present;
    this.#ends = present === null ? asBound(subject, releases.known) : isClear;
    this.#safe = this.#lowest(this.#known.advisories);
  }

  /** For the advisory whose entries these are. */
  fix(rows: readonly IndexedAdvisory[]): Fix {
    const id = rows[0]?.id;
    const version = this.#lowest(this.#known.advisories.filter((row) => row.id === id));
    const patch = rows.find((row) => row.patch !== null)?.patch ?? null;
    const target = this.#safe ?? version;
    const bounds = this.#bounds(target);
    return {
      kind: version !== null ? 'upgrade' : patch !== null ? 'patch' : 'none',
      version: version?.original ?? null,
      lowestSafe: this.#safe?.original ?? null,
      newest: this.#releases.newest?.original ?? null,
      patch,
      command:
        target === null ? null : commandFor(this.#client, this.#subject, this.#known, { target, bounds }),
      ...(bounds.length === 0 ? {} : { bounds }),
    };
  }

  /** Of a malicious release: no version ends what it has done. */
  removal(): Fix {
    const bounds = this.#bounds(null);
    const none = { version: null, lowestSafe: null, newest: null, patch: null, command: null };
    return { kind: 'remove', ...none, ...(bounds.length === 0 ? {} : { bounds }) };
  }

  #lowest(rows: readonly IndexedAdvisory[]): PerlVersion | null {
    return this.#releases.lowest(this.#present, (candidate) => this.#ends(candidate, rows));
  }

  #bounds(target: PerlVersion | null): Bound[] {
    return this.#subject.asked.map(({ module, range, place }) => {
      const comparable = speaksFor(module, this.#known);
      return { module, range, place, admits: target !== null && (!comparable || accepts(range, target)) };
    });
  }
}

/** With a lower bound of `version`, nothing that the requirement admits is affected any more. */
function asBound(subject: Subject, known: IndexedDistribution): Ends {
  const ranges = acceptable(subject.requirements, known);
  const tops = new Map<IndexedAdvisory, readonly Interval[] | null>();
  const topsOf = (row: IndexedAdvisory): readonly Interval[] | null => {
    const found = tops.get(row);
    if (found !== undefined) return found;
    const affected = affectedBy(row);
    const top =
      affected === null ? null : ranges.flatMap((range) => admittedAffected(range, affected).slice(-1));
    tops.set(row, top);
    return top;
  };
  return ({ version }, rows) =>
    rows.every((row) => topsOf(row)?.every((top) => isBelow(top, version)) === true);
}

function isBelow({ high, highOpen }: Interval, version: PerlVersion): boolean {
  if (high === null) return false;
  const order = compareVersions(high, version);
  return order < 0 || (order === 0 && highOpen);
}

function accepts(range: string, version: PerlVersion): boolean {
  try {
    return parseRequirement(range).accepts(version);
  } catch (error) {
    if (error instanceof CpanError) return false;
    throw error;
  }
}
