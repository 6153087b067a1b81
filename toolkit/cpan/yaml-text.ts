/** The small parts of YAML: keys, comments, quotes, folded lines. Each takes time linear in its text. */

/** `key: value` cut at the first colon that a blank or the end follows; null when it is no entry. */
export function splitKey(content: string): { key: string; value: string } | null {
  const quote = content[0];
  if (quote === '"' || quote === "'") {
    const end = quoteEnd(content, quote, 1);
    const after = end < 0 ? '' : content.slice(end + 1).trimStart();
    if (!/^:(?:\s|$)/.test(after)) return null;
    return { key: unquote(content.slice(1, end), quote), value: dropLeadingComment(after.slice(1).trim()) };
  }
  for (let colon = content.indexOf(':'); colon > 0; colon = content.indexOf(':', colon + 1)) {
    if (!/\s/.test(content[colon + 1] ?? ' ')) continue;
    const key = content.slice(0, colon).trimEnd();
    if (dropComment(key) !== key || key.startsWith('? ')) return null;
    return { key, value: dropLeadingComment(content.slice(colon + 1).trim()) };
  }
  return null;
}

/** The text before a `#` that stands after a blank. */
export function dropComment(text: string): string {
  for (let hash = text.indexOf('#', 1); hash > 0; hash = text.indexOf('#', hash + 1)) {
    if (/\s/.test(text[hash - 1] ?? '')) return text.slice(0, hash).trimEnd();
  }
  return text;
}

export function dropLeadingComment(text: string): string {
  return text.startsWith('#') ? '' : text;
}

/** Where the quote that was open at `from` ends, or -1. */
export function quoteEnd(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && quote === '"') at++;
    else if (char === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at;
      at++;
    }
  }
  return -1;
}

const UNESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\u000b',
  f: '\f',
  r: '\r',
  e: '\u001b',
  N: '\u0085',
  z: '\0',
};

export function unquote(raw: string, quote: string): string {
  if (quote === "'") return raw.replaceAll("''", "'");
  return raw.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (_pair, written: string) => {
    if (written.length > 1) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
    return Object.hasOwn(UNESCAPES, written) ? (UNESCAPES[written] ?? '') : written;
  });
}

/** Lines folded: one break is a blank, an empty line is a break. */
export function fold(lines: readonly string[]): string {
  let text = lines[0] ?? '';
  let broken = false;
  for (const line of lines.slice(1)) {
    if (line === '') {
      text += '\n';
      broken = true;
    } else {
      text += broken || text === '' ? line : ` ${line}`;
      broken = false;
    }
  }
  return text;
}
