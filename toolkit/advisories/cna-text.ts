/** Text in the YAML of cna-tool: paragraphs apart by empty lines, their lines broken anywhere. */
import { wrap } from '../base/index.ts';

/** The longest line that is written: 80 with the indentation of a block. */
const WIDTH = 76;

/** Each paragraph on one line, but for those with lines that are indented or begin like an item of a list. */
export function unwrapped(text: string): string {
  return paragraphs(text)
    .map((lines) => (lines.some(isPreformatted) ? lines.join('\n') : lines.join(' ')))
    .join('\n\n');
}

/** Lines broken between words so that {@link unwrapped} gives the text again, where that can be. */
export function wrapped(text: string): string {
  const lines = text
    .split('\n\n')
    .map((paragraph) => (paragraph.includes('\n') ? paragraph : wrap(paragraph, WIDTH).join('\n')))
    .join('\n\n');
  return unwrapped(lines) === text ? lines : text;
}

/** The lines of each paragraph, without blanks at their ends. */
function paragraphs(text: string): string[][] {
  const all: string[][] = [];
  let open: string[] = [];
  for (const line of text.split(/\r?\n/).map((one) => one.trimEnd())) {
    if (line === '') open = [];
    else if (open.push(line) === 1) all.push(open);
  }
  return all;
}

function isPreformatted(line: string): boolean {
  return /^(?:[ \t]|[-*+] |\d{1,9}[.)] |```)/.test(line);
}
