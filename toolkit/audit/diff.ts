/** A unified diff between two texts that differ within lines only, for showing. */

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

/** Empty when the texts are equal. Throws `RangeError` when they have not as many lines. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (old.length !== now.length) throw new RangeError(`${old.length} lines became ${now.length}`);
  const changed = old.flatMap((line, i) => (line === now[i] ? [] : [i]));
  if (changed.length === 0) return '';
  const hunks = hunksOf(changed, lastLine(old)).map(([from, to]) => hunk(old, now, from, to));
  return `--- ${file}\n+++ ${file}\n${hunks.join('')}`;
}

/** Lines of the text: what follows the last line feed is one only when it is not empty. */
function lastLine(lines: readonly string[]): number {
  return lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
}

/** First and last line of each hunk; changes whose context touches share one. */
function hunksOf(changed: readonly number[], last: number): [number, number][] {
  const hunks: [number, number][] = [];
  for (const line of changed) {
    const [from, to] = [Math.max(0, line - CONTEXT), Math.min(last, line + CONTEXT)];
    const open = hunks.at(-1);
    if (open !== undefined && from <= open[1] + 1) open[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function hunk(old: readonly string[], now: readonly string[], from: number, to: number): string {
  const lines: string[] = [];
  for (let at = from; at <= to; ) {
    if (old[at] === now[at]) {
      lines.push(` ${shown(old, at)}`);
      at++;
      continue;
    }
    let end = at;
    while (end <= to && old[end] !== now[end]) end++;
    for (let i = at; i < end; i++) lines.push(`-${shown(old, i)}`);
    for (let i = at; i < end; i++) lines.push(`+${shown(now, i)}`);
    at = end;
  }
  const length = to - from + 1;
  return `@@ -${from + 1},${length} +${from + 1},${length} @@\n${lines.join('')}`;
}

function shown(lines: readonly string[], at: number): string {
  const missing = at === lines.length - 1 ? '\n\\ No newline at end of file' : '';
  return `${lines[at] ?? ''}${missing}\n`;
}
