/** What stands in a page of the documentation: tables and blocks of code. */

/** The rows of every table with these columns at its head, cells without their blanks. */
export function tableRows(page: string, ...head: string[]): string[][] {
  const lines = page.split('\n');
  const rows: string[][] = [];
  for (const [at, line] of lines.entries()) {
    if (!isRow(line) || head.join('|') !== cells(line).slice(0, head.length).join('|')) continue;
    const body = lines.slice(at + 2);
    const end = body.findIndex((one) => !isRow(one));
    rows.push(...body.slice(0, end < 0 ? body.length : end).map(cells));
  }
  return rows;
}

function isRow(line: string): boolean {
  return line.startsWith('|');
}

function cells(line: string): string[] {
  const parts = line.split(/(?<!\\)\|/).slice(1, -1);
  return parts.map((part) => part.trim().replaceAll('\\|', '|'));
}

/** What stands between backquotes in a cell. */
export function quoted(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');
}

/** The only one. */
export function oneQuoted(cell: string | undefined): string {
  const [text, ...others] = quoted(cell);
  if (text === undefined || others.length > 0) throw new Error(`not one quotation: ${cell}`);
  return text;
}

/** The contents of fenced blocks of a language. */
export function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}
