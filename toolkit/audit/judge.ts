/**
 * One subject against the index: clean, or what is known or cannot be told about it.
 *
 * Unknown is never clean. A distribution without a version is unknown when there are advisories that could
 * apply; a requirement is judged by what it admits; an advisory whose ranges do not parse is unknown by itself.
 */
import type { AdvisoryIndex, IndexedAdvisory, IndexedDistribution } from '../advisories/index.ts';
import { AdvisoryError, affects, affectsAll } from '../advisories/index.ts';
import { quoteFound } from '../base/index.ts';
import { CpanError, type PerlVersion, parseVersion } from '../cpan/index.ts';
import { admits, exactPin } from './admits.ts';
import type { CleanEntry, UnknownReason } from './report.ts';
import type { Subject } from './subject.ts';
import { acceptable } from './wanted.ts';

export type Judgement =
  | { readonly kind: 'clean'; readonly why: CleanEntry['why'] }
  /** Nothing specific: no advisory can be named. */
  | { readonly kind: 'unknown'; readonly unknown: Unknown }
  | Hits;

export interface Hits {
  readonly kind: 'hits';
  readonly known: IndexedDistribution;
  /** The version judged; null where requirements were. */
  readonly version: PerlVersion | null;
  readonly hits: readonly Hit[];
}

/** One advisory that affects the subject, or may. */
export interface Hit {
  /** Entries of one id, those that say so. */
  readonly rows: readonly IndexedAdvisory[];
  /** Null: vulnerable. */
  readonly unknown: Unknown | null;
}

export interface Unknown {
  readonly reason: UnknownReason;
  readonly text: string;
}

export function judge(
  subject: Subject,
  index: AdvisoryIndex,
  listed: ((name: string) => boolean) | null,
): Judgement {
  if (subject.damage !== null) return unknown('index-damaged', subject.damage);
  try {
    return judgeBy(index, subject, listed);
  } catch (error) {
    if (error instanceof AdvisoryError && error.code === 'index-damaged')
      return unknown('index-damaged', error.message);
    throw error;
  }
}

function judgeBy(
  index: AdvisoryIndex,
  subject: Subject,
  listed: ((name: string) => boolean) | null,
): Judgement {
  const { known, covered } = lookUp(subject, index);
  if (known === null || known.advisories.length === 0) {
    if (!covered) return notCovered(subject);
    if (known === null && listed?.(subject.name) === false && !subject.core) return clean('not-on-cpan');
    return clean(known === null ? 'absent' : 'judged');
  }
  const judgement = judgeKnown(subject, known);
  return judgement.kind === 'clean' && !covered ? notCovered(subject) : judgement;
}

function clean(why: CleanEntry['why']): Judgement {
  return { kind: 'clean', why };
}

function unknown(reason: UnknownReason, text: string): Judgement {
  return { kind: 'unknown', unknown: { reason, text } };
}

function notCovered(subject: Subject): Judgement {
  const text =
    subject.distribution === null
      ? 'the index is partial, and nothing says which distribution this module belongs to'
      : 'the index is partial and does not cover this distribution';
  return unknown('not-covered', text);
}

interface Looked {
  readonly known: IndexedDistribution | null;
  readonly covered: boolean;
}

function lookUp({ name, distribution }: Subject, index: AdvisoryIndex): Looked {
  if (distribution === null) return { known: null, covered: index.header.coverage.complete };
  return { known: index.distribution(name), covered: index.covers(name) };
}

/** The distribution has advisories; what of them applies? */
function judgeKnown(subject: Subject, known: IndexedDistribution): Judgement {
  const version = subject.version === null ? null : readVersion(subject.version);
  const harmful = version === null ? wholly(known) : [];
  if (harmful.length > 0) return { kind: 'hits', known, version, hits: harmful };
  if (subject.requirements.length > 0) return judgeRequirements(subject, known);
  return version === null ? couldApply(known, whyUnjudged(subject)) : judgeVersion(version, known);
}

/** Where every version is malicious it does not matter which one is there. */
function wholly({ advisories }: IndexedDistribution): Hit[] {
  return advisories
    .filter((row) => affectsAll(row) && row.malicious === true)
    .map((row) => ({ rows: [row], unknown: null }));
}

function whyUnjudged({ name, version, unversioned }: Subject): Unknown {
  if (version !== null) {
    const text = `its version ${quoteFound(version)} is none that perl can compare`;
    return { reason: 'version-unreadable', text };
  }
  if (name === 'perl') return { reason: 'perl-unknown', text: 'the version of perl is not known' };
  return unversioned ?? { reason: 'version-absent', text: 'it says no version' };
}

/** Advisories named where all of them could apply. */
const MAX_NAMED = 10;

function couldApply(known: IndexedDistribution, { reason, text }: Unknown): Judgement {
  const ids = [...new Set(known.advisories.map(({ id }) => id))];
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  const count = ids.length === 1 ? '1 advisory' : `${ids.length} advisories`;
  return unknown(reason, `${text}; ${count} could apply: ${ids.slice(0, MAX_NAMED).join(', ')}${more}`);
}

/**
 * A version as it is compared. `-TRIAL` is a mark of the release that Dist::Zilla puts into the archive's
 * name; the version of its modules and of its META does not have it. Null when version.pm refuses the text.
 */
export function readVersion(text: string): PerlVersion | null {
  try {
    return parseVersion(text.replace(/-TRIAL\d*$/, ''));
  } catch (error) {
    if (error instanceof CpanError) return null;
    throw error;
  }
}

function judgeVersion(version: PerlVersion, known: IndexedDistribution): Judgement {
  return fromHits(known, version, (row) => {
    const affected = affects(row, version);
    return affected === null ? 'unreadable' : affected ? 'yes' : 'no';
  });
}

/** Requirements that all pin one version are that version; others are judged by what any of them admits. */
function judgeRequirements(subject: Subject, known: IndexedDistribution): Judgement {
  const wanted = acceptable(subject.requirements, known);
  const pins = new Set(wanted.map((range) => exactPin(range)));
  const [pin] = pins;
  const version = pins.size === 1 && pin !== undefined && pin !== null ? readVersion(pin) : null;
  if (version !== null) return judgeVersion(version, known);
  return fromHits(known, null, (row) => {
    const admitted = admits(wanted, row);
    return admitted === null ? 'unreadable' : admitted ? 'maybe' : 'no';
  });
}

type Applies = 'yes' | 'no' | 'maybe' | 'unreadable';

const REASONS: Record<'maybe' | 'unreadable', Unknown> = {
  maybe: { reason: 'not-pinned', text: 'no version is pinned, and the requirement admits affected ones' },
  unreadable: { reason: 'range-unreadable', text: 'the index gives it a range that cannot be read' },
};

function maybeOf(rows: readonly IndexedAdvisory[]): Unknown {
  if (!rows.some(({ malicious }) => malicious === true)) return REASONS.maybe;
  return { reason: 'not-pinned', text: 'no version is pinned, and the requirement admits malicious ones' };
}

/** Entries of one id become one hit: those that apply, else those that may. */
function fromHits(
  known: IndexedDistribution,
  version: PerlVersion | null,
  ask: (row: IndexedAdvisory) => Applies,
): Judgement {
  const byId = new Map<string, Record<Applies, IndexedAdvisory[]>>();
  for (const row of known.advisories) {
    const answer = ask(row);
    if (answer === 'no') continue;
    const rows = byId.get(row.id) ?? { yes: [], no: [], maybe: [], unreadable: [] };
    rows[answer].push(row);
    byId.set(row.id, rows);
  }
  const hits = [...byId.values()].map(({ yes, maybe, unreadable }): Hit => {
    if (yes.length > 0) return { rows: yes, unknown: null };
    if (maybe.length > 0) return { rows: maybe, unknown: maybeOf(maybe) };
    return { rows: unreadable, unknown: REASONS.unreadable };
  });
  return hits.length === 0 ? clean('judged') : { kind: 'hits', known, version, hits };
}
