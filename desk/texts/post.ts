/** Posts of few characters. */
import { fill, type Template } from '../disclosure/index.ts';
import type { Values } from './fields.ts';

export const POST_LENGTH = 280;

/** What a link counts at least, whatever its length: so counts Mastodon. */
const LINK = 23;

/**
 * Characters as networks count them: code points, and a link 23 of them or, where that is more, as many as it has,
 * which others count.
 */
export function postLengthOf(text: string): number {
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  const more = links.map((link) => Math.max(0, LINK - [...link].length));
  return more.reduce((sum, one) => sum + one, [...text].length);
}

/** The template's line with as many words of `about` as fit; the other fields stay whole. */
export function shortened({ blocks }: Template, values: Values, most: number = POST_LENGTH): string {
  const line = blocks[0]?.lines[0] ?? '';
  const words = (values.about ?? '').trim().split(/\s+/);
  for (let count = words.length; count > 0; count--) {
    const about = words.slice(0, count).join(' ');
    const text = filled(line, values, count === words.length ? about : `${about.replace(/[,;:.-]+$/, '')}…`);
    if (postLengthOf(text) <= most) return text;
  }
  return filled(line.replace(/[\s:,;(–—-]*\{\{about\}\}\)?/, ''), values, '');
}

function filled(line: string, values: Values, about: string): string {
  return fill(line, (field) => unmentioned(field === 'about' ? about : (values[field]?.trim() ?? ''))).trim();
}

/** Where `@name` calls somebody it stands apart. */
export function unmentioned(text: string): string {
  return text.replace(/(?<![\w=/])@(?=\w)/g, '@ ');
}
