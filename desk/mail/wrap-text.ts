/** Plain text in lines of 72 columns: long lines are broken at spaces, a quotation keeps its mark. */
const COLUMNS = 72;

/** Lines end with LF; a word that is longer than a line, an address say, stays whole. */
export function wrapText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line) => wrapLine(line.trimEnd()))
    .join('\n');
}

function wrapLine(line: string): string[] {
  if (line.length <= COLUMNS) return [line];
  const mark = /^(?:> ?)*\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.slice(mark.length).split(/ +/)) {
    if (current !== '' && mark.length + current.length + 1 + word.length > COLUMNS) {
      lines.push(mark + current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, mark + current];
}
