/** Whether bytes are a unified diff (POSIX `diff -u`), whatever their encoding: what `patch` and git take. */
import { decodeLatin1 } from 'cpansec/base';

/** Bytes: the largest patch of a release is a tenth of it. */
export const MAX_PATCH: number = 4 * 1024 * 1024;

const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/;

/** Why it is no unified diff with at least one hunk; null where it is one. Text before and between files is let be. */
export function problemOfDiff(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'is empty';
  if (bytes.length > MAX_PATCH) return `${bytes.length} bytes, at most ${MAX_PATCH}`;
  if (bytes.includes(0)) return 'holds a NUL byte: no text';
  const lines = decodeLatin1(bytes).split('\n');
  let hunks = 0;
  for (let at = 0; at < lines.length; ) {
    const hunk = HUNK.exec(lines[at] ?? '');
    if (hunk === null) {
      at++;
      continue;
    }
    if (hunks === 0 && !isHead(lines[at - 2], lines[at - 1])) return `line ${at + 1}: a hunk of no file`;
    const end = endOfHunk(lines, at + 1, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1));
    if (end === null) return `line ${at + 1}: the hunk is cut off or longer than it says`;
    hunks++;
    at = end;
  }
  return hunks === 0 ? 'no unified diff: it has no hunk' : null;
}

function isHead(before = '', after = ''): boolean {
  return before.startsWith('--- ') && after.startsWith('+++ ');
}

/** The line behind as many lines of the old and the new file as the hunk says; null where they are not there. */
function endOfHunk(lines: readonly string[], from: number, old: number, young: number): number | null {
  let [left, right] = [old, young];
  let at = from;
  for (; left > 0 || right > 0; at++) {
    const line = lines[at];
    const kind = line === undefined ? undefined : line[0];
    // Editors take the blank from an empty line of context; the very end of the text is no line.
    const context = kind === ' ' || ((line === '' || line === '\r') && at < lines.length - 1);
    if (!context && kind !== '-' && kind !== '+' && kind !== '\\') return null;
    if (context || kind === '-') left--;
    if (context || kind === '+') right--;
    if (left < 0 || right < 0) return null;
  }
  return lines[at]?.startsWith('\\') ? at + 1 : at;
}
