/** What a decision table makes of answers, also where some are missing. */
import { FormatError } from '../errors.ts';
import type { SsvcPoint, SsvcValue } from './points.ts';
import type { SsvcTable } from './tables.ts';

/** Keys of values by ids of points, `{ 'ssvc:E:1.1.0': 'P' }`; a point that is not there is not answered. */
export type SsvcAnswers = Readonly<Record<string, string | undefined>>;

export interface SsvcDecision {
  /** All that are still possible, in the order of the table. */
  readonly outcomes: readonly SsvcValue[];
  /** The one, where only one is. */
  readonly outcome: SsvcValue | null;
  /** Points without an answer on which the outcome depends. */
  readonly open: readonly SsvcPoint[];
  /** In words: which answers decide it, or what is still possible and on what it depends. */
  readonly reason: string;
}

/**
 * Never guesses: an unanswered point leaves every outcome that one of its values would give. Throws `ssvc` for an
 * answer that its point does not have, or to a point that the table does not ask.
 *
 * @example
 *   decide(ssvcTable('cisa'), { 'ssvc:E:1.1.0': 'A', 'ssvc:A:2.0.0': 'Y', 'ssvc:TI:1.0.0': 'T' }).outcomes;
 *   // Attend, Act: it depends on Mission and Well-Being Impact
 */
export function decide(table: SsvcTable, answers: SsvcAnswers): SsvcDecision {
  const chosen = chosenOf(table, answers);
  const keys = reached(table, chosen);
  const outcomes = table.outcome.values.filter(({ key }) => keys.has(key));
  const [outcome = null] = outcomes.length === 1 ? outcomes : [];
  const open = outcome === null ? table.points.filter((_, i) => matters(table, chosen, i)) : [];
  const decision = { outcomes, outcome, open };
  return { ...decision, reason: outcome === null ? undecided(decision) : decided(table, chosen, outcome) };
}

/** For each point the place of its answer among its values, or null. */
type Chosen = readonly (number | null)[];

function chosenOf({ id, points }: SsvcTable, answers: SsvcAnswers): Chosen {
  const odd = Object.keys(answers).find((name) => !points.some((point) => point.id === name));
  if (odd !== undefined) throw new FormatError('ssvc', `${id} asks no ${odd}`);
  return points.map((point) => {
    const key = answers[point.id];
    if (key === undefined) return null;
    const at = point.values.findIndex((value) => value.key === key);
    if (at === -1) throw new FormatError('ssvc', `${point.name} has no value ${key}`);
    return at;
  });
}

/** Places of the cells that agree with the answers. */
function places({ points }: SsvcTable, chosen: Chosen): number[] {
  let at = [0];
  for (const [i, { values }] of points.entries()) {
    const picked = chosen[i] ?? null;
    const some = picked === null ? [...values.keys()] : [picked];
    at = at.flatMap((cell) => some.map((place) => cell * values.length + place));
  }
  return at;
}

function reached(table: SsvcTable, chosen: Chosen): Set<string | undefined> {
  return new Set(places(table, chosen).map((cell) => table.cells[cell]));
}

/** Whether two rows differ in this answer alone, and in the outcome. */
function matters(table: SsvcTable, chosen: Chosen, point: number): boolean {
  if (chosen[point] !== null) return false;
  const { cells, points } = table;
  const stride = points.slice(point + 1).reduce((all, { values }) => all * values.length, 1);
  const others = (points[point]?.values ?? []).keys();
  const steps = [...others].map((place) => place * stride);
  return places(table, chosen.with(point, 0)).some((cell) =>
    steps.some((step) => cells[cell + step] !== cells[cell]),
  );
}

function undecided({ outcomes, open }: Pick<SsvcDecision, 'outcomes' | 'open'>): string {
  return `${listed(outcomes, 'or')} is possible: it depends on ${listed(open, 'and')}.`;
}

/** Names the fewest answers that decide it, whatever the others are. */
function decided(table: SsvcTable, chosen: Chosen, outcome: SsvcValue): string {
  const enough = fewest(table, chosen).map((i) => {
    const point = table.points[i];
    return { name: `${point?.name} (${point?.values[chosen[i] ?? 0]?.name})` };
  });
  const verb = enough.length === 1 ? 'decides' : 'decide';
  const rest = enough.length === table.points.length ? '' : ', whatever the rest';
  return `${outcome.name}: ${listed(enough, 'and')} ${verb} it${rest}.`;
}

/** Tables have at most seven points, so that all choices of them are few. */
function fewest(table: SsvcTable, chosen: Chosen): number[] {
  const answered = chosen.flatMap((place, i) => (place === null ? [] : [i]));
  const choices = Array.from({ length: 2 ** answered.length }, (_, bits) =>
    answered.filter((_point, k) => (bits >> k) % 2 === 1),
  ).sort((a, b) => a.length - b.length);
  const alone = (some: readonly number[]): Chosen =>
    chosen.map((place, i) => (some.includes(i) ? place : null));
  return choices.find((some) => reached(table, alone(some)).size === 1) ?? answered;
}

function listed(items: readonly { readonly name: string }[], word: 'and' | 'or'): string {
  const names = items.map(({ name }) => name);
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((text) => text !== '').join(` ${word} `);
}
