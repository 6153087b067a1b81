/** Characters that would move a cursor, hide text or turn its direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text of unknown origin as one line that is safe on a terminal: unsafe characters become `\u001b` and so on. */
export function printable(text: string): string {
  return text
    .replace(/[ \t]*\r?\n\s*/g, ' ')
    .replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
