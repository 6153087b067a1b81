/** What becomes of a row of a source: rules, and what persons decided before. */
import { type AdvisoryRecord, lintRecord, recordShape } from 'cpansec/advisories';
import { ShapeError } from 'cpansec/base';
import { cpanPurl, FormatError } from 'cpansec/formats';
import type { Decision, Verdict } from './decisions.ts';
import { PublishedError } from './errors.ts';
import { factsDigest } from './facts.ts';
import type { Holding, Holdings } from './holdings.ts';
import { encodeName } from './keys.ts';
import type { ImportedFrom, Origin } from './revision.ts';

export interface Ruling {
  readonly verdict: Verdict;
  /** The record here that says it; null when none does. */
  readonly record: string | null;
  readonly reason: string;
}

/** Why another record stands for a row. */
export const HAS_ID = 'the record has this id';
export const SHARES_NAME = 'the record shares an alias and names every distribution';

/** Verdicts of a person after which an import leaves the row alone. */
const SETTLED: ReadonlySet<Verdict> = new Set(['refused', 'ours', 'known', 'unchanged']);

/** A row of a source of others. `personal` is what a person decided for it, where one did. */
export function decideImported(
  record: AdvisoryRecord,
  source: ImportedFrom,
  holdings: Holdings,
  personal: Decision | undefined,
): Ruling {
  const not = unfit(record);
  if (not !== null) return not;
  if (personal !== undefined && SETTLED.has(personal.decision))
    return { verdict: personal.decision, record: personal.record, reason: personal.reason };
  const held = holdings.get(record.id);
  if (held?.origin.kind === 'own') return ours(held, HAS_ID);
  const others = personal === undefined ? sayingTheSame(record, holdings) : [];
  const own = others.find(({ origin }) => origin.kind === 'own');
  if (own !== undefined) return ours(own, SHARES_NAME);
  const elsewhere = others.find(({ origin }) => origin.kind === 'imported' && origin.source !== source);
  if (held === undefined) return elsewhere === undefined ? imported(record) : known(elsewhere, SHARES_NAME);
  if (held.origin.source !== source) return known(held, HAS_ID);
  return changed(record, held);
}

/** A record of our own set. */
export function decideOwn(record: AdvisoryRecord, holdings: Holdings): Ruling {
  const not = unfit(record);
  if (not !== null) return not;
  const wrong = lintRecord(record).find(({ severity }) => severity === 'error');
  if (wrong !== undefined) return refused(`${wrong.rule} at ${wrong.path}: ${wrong.text}`);
  const held = holdings.get(record.id);
  if (held === undefined) return imported(record);
  if (held.origin.kind === 'own') return changed(record, held);
  return {
    verdict: 'updated',
    record: record.id,
    reason: `takes the place of what ${held.origin.source} says`,
  };
}

/** Imported records that the own one says already: under another id, of no other distribution. */
export function supersededBy(record: AdvisoryRecord, holdings: Holdings): Holding[] {
  const distributions = new Set(record.affected.map(({ distribution }) => distribution));
  return holdings
    .sharingName(record)
    .filter(({ origin, withdrawn }) => origin.kind === 'imported' && !withdrawn)
    .filter((held) => [...held.distributions].every((name) => distributions.has(name)));
}

export function originOf(source: 'own' | ImportedFrom): Origin {
  return source === 'own' ? { kind: 'own' } : { kind: 'imported', source };
}

/** Those that share a name and speak of every distribution of the record: to leave the record out loses nothing. */
function sayingTheSame(record: AdvisoryRecord, holdings: Holdings): Holding[] {
  const distributions = record.affected.map(({ distribution }) => distribution);
  return holdings
    .sharingName(record)
    .filter((held) => !held.withdrawn && distributions.every((name) => held.distributions.has(name)));
}

function changed(record: AdvisoryRecord, held: Holding): Ruling {
  return held.digest === factsDigest(record)
    ? { verdict: 'unchanged', record: record.id, reason: 'the facts are the same' }
    : { verdict: 'updated', record: record.id, reason: 'the facts changed' };
}

function imported({ id }: AdvisoryRecord): Ruling {
  return { verdict: 'imported', record: id, reason: 'new here' };
}

function ours({ id }: Holding, reason: string): Ruling {
  return { verdict: 'ours', record: id, reason };
}

function known({ id }: Holding, reason: string): Ruling {
  return { verdict: 'known', record: id, reason };
}

/**
 * The refusal of a record that nobody could read again, whose id makes no key, or whose distributions have no package
 * URL; null for every other.
 */
function unfit(record: AdvisoryRecord): Ruling | null {
  try {
    encodeName(record.id);
    recordShape(record);
    for (const { distribution } of record.affected) cpanPurl(distribution);
    return null;
  } catch (error) {
    if (error instanceof ShapeError) return refused(`${error.place.path}: ${error.problem}`);
    if (error instanceof PublishedError || error instanceof FormatError) return refused(error.problem);
    throw error;
  }
}

function refused(reason: string): Ruling {
  return { verdict: 'refused', record: null, reason };
}
