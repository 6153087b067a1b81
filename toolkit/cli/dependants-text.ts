/** The answer of `cpansec dependants` for people. */
import { printable } from '../base/index.ts';
import type { Radius, Reached } from '../dependants/index.ts';
import { counted, grouped } from '../terminal/index.ts';

type Way = 'dependants' | 'dependencies';

/** Sentences, then a table; chains stand beside what is reached through others. */
export function radiusText(radius: Radius, way: Way): string {
  const { reached, total } = radius;
  const lines = [headline(radius, way), ...depthLine(radius), ...unknownLine(radius)];
  if (reached.length > 0) lines.push('', ...table(reached));
  if (reached.length < total)
    lines.push('', `and ${grouped(total - reached.length)} more; --limit lists them`);
  return `${lines.join('\n')}\n`;
}

function named({ distribution, version }: Pick<Reached, 'distribution' | 'version'>): string {
  return printable(version === null ? distribution : `${distribution} ${version}`);
}

function headline(radius: Radius, way: Way): string {
  const { total, perDepth } = radius;
  const name = named(radius);
  if (total === 0) return `${name}: ${nothing(radius, way)}`;
  const direct = `${grouped(perDepth[0] ?? 0)} directly`;
  const many = counted(total, 'distribution');
  return way === 'dependants'
    ? `${name}: ${many} ${total === 1 ? 'depends' : 'depend'} on it, ${direct}`
    : `${name}: depends on ${many}, ${direct}`;
}

/** What nobody knows is no nothing. */
function nothing({ undescribed }: Radius, way: Way): string {
  if (undescribed === 0) return way === 'dependants' ? 'nothing depends on it' : 'depends on nothing';
  return way === 'dependants' ? 'nothing is known to depend on it' : 'what it depends on is not known';
}

function depthLine({ perDepth }: Radius): string[] {
  if (perDepth.length < 2) return [];
  return [`at depth ${perDepth.map((count, i) => `${i + 1}: ${grouped(count)}`).join(', ')}`];
}

function unknownLine({ undescribed }: Radius): string[] {
  if (undescribed === 0) return [];
  return [`requirements not known of ${counted(undescribed, 'distribution')}: there may be more`];
}

function table(reached: readonly Reached[]): string[] {
  const rows = reached.map((one) => [
    String(one.depth),
    `${one.relation.phase} ${one.relation.relationship}`,
    grouped(one.dependants),
    named(one),
    through(one),
  ]);
  const head = ['depth', 'relation', 'dependants', 'distribution', 'through'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const right = new Set([0, 2]);
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Those between the two ends. */
function through({ distribution, chain }: Reached): string {
  const between = chain.slice(1).map((link) => link.distribution);
  return printable(between.filter((name) => name !== distribution).join(' > '));
}
