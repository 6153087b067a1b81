/** The Markdown of letters as plain text of 72 columns: it reads the same in both. */
import { wrap } from 'cpansec/base';

export const COLUMNS = 72;

/** Paragraphs and list items are filled; an address that is longer than a line stands on its own. */
export function plainBlock(lines: readonly string[]): string[] {
  return itemsOf(lines).flatMap(plainItem);
}

/** The paragraphs of a text that somebody wrote; code between fences stays as it is. */
export function plainProse(text: string): string[] {
  return text.split(FENCED).flatMap((part, i) => {
    if (i % 2 === 1) return [part];
    const paragraphs = part.split(/\n[ \t]*\n/).filter((paragraph) => paragraph.trim() !== '');
    return paragraphs.map((paragraph) => plainBlock(paragraph.trim().split('\n')).join('\n'));
  });
}

/** Lines that stay as they are, between fences that none of them ends. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const FENCED = /^(```[^\n`]*\n(?:(?!```)[^\n]*\n)*```)[ \t]*$/m;

interface Item {
  readonly first: string;
  readonly rest: string;
  readonly words: readonly string[];
}

const MARK = /^(\s{0,6}(?:[-*]|\d{1,3}\.)\s+|\s{0,3}>\s?)(.*)$/;

/** A line that begins a list item or a quotation begins anew; any other goes on. */
function itemsOf(lines: readonly string[]): Item[] {
  const items: { first: string; rest: string; words: string[] }[] = [];
  for (const line of lines) {
    const [, mark, text = ''] = MARK.exec(line) ?? [];
    const last = items.at(-1);
    if (mark !== undefined) items.push({ first: mark, rest: restOf(mark), words: wordsOf(text) });
    else if (last === undefined) items.push({ first: '', rest: '', words: wordsOf(line) });
    else last.words.push(...wordsOf(line));
  }
  return items;
}

function restOf(mark: string): string {
  return mark.includes('>') ? mark : ' '.repeat(mark.length);
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function plainItem({ first, rest, words }: Item): string[] {
  return wrap(words.join(' '), COLUMNS - first.length).map((line, i) =>
    `${i === 0 ? first : rest}${line}`.trimEnd(),
  );
}
