/**
 * What stands between Perl's quotes, as far as it is constant: single-quoted text, and double-quoted text that
 * interpolates nothing (perlop, "Quote and Quote-like Operators").
 */

/** Single-quoted: only the backslash and the delimiters can be escaped. */
export function unquoteSingle(raw: string, delimiters: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\([\s\S])/g, (pair, char: string) =>
    char === '\\' || delimiters.includes(char) ? char : pair,
  );
}

/** Double-quoted, or null when it interpolates a variable or changes case: then its text is computed. */
export function unquoteDouble(raw: string): string | null {
  if (raw.includes('$') || raw.includes('@')) {
    if (interpolates(raw)) return null;
  }
  if (!raw.includes('\\')) return raw;
  let computed = false;
  const text = raw.replace(ESCAPE, (_pair, written: string) => {
    const char = escapedCharacter(written);
    computed ||= char === null;
    return char ?? '';
  });
  return computed ? null : text;
}

/** An unescaped `$`, or an unescaped `@` before what can name an array. */
function interpolates(raw: string): boolean {
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at];
    if (char === '\\') at++;
    else if (char === '$') return true;
    else if (char === '@' && /[\w:{$+-]/.test(raw[at + 1] ?? '')) return true;
  }
  return false;
}

const ESCAPE =
  /\\(x\{[0-9a-fA-F]{1,8}\}|x[0-9a-fA-F]{0,2}|o\{[0-7]{1,10}\}|N\{U\+[0-9a-fA-F]{1,8}\}|[0-7]{1,3}|[\s\S])/g;

const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  b: '\b',
  a: '\u0007',
  e: '\u001b',
};

/** One escape without its backslash; null when it is not the escape of a constant character. */
function escapedCharacter(written: string): string | null {
  const hexadecimal = /^(?:x\{|x|N\{U\+)([0-9a-fA-F]*)\}?$/.exec(written)?.[1];
  if (hexadecimal !== undefined) return character(Number.parseInt(hexadecimal || '0', 16));
  const octal = /^(?:o\{)?([0-7]+)\}?$/.exec(written)?.[1];
  if (octal !== undefined) return character(Number.parseInt(octal, 8));
  if (Object.hasOwn(LETTERS, written)) return LETTERS[written] ?? null;
  return /^[A-Za-z]$/.test(written) && 'ulULQEFNcxo'.includes(written) ? null : written;
}

function character(code: number): string | null {
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
