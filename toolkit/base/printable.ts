/** Characters that would move a cursor, hide text or turn its direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text of unknown origin as one line that is safe on a terminal: unsafe characters become `\u001b` and so on. */
export function printable(text: string): string {
  return text.replace(/[ \t]*\r?\n\s*/g, ' ').replace(UNSAFE, escapeOf);
}

/** JSON text, indented by two, in which unsafe characters of strings stand as escapes: the value is the same. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  // Below U+0020 JSON.stringify escapes already, and the line feeds it writes are layout.
  return text.replace(UNSAFE, (char) => (char === '\n' ? char : escapeOf(char)));
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
