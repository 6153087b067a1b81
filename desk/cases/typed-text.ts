/** What was typed in forms. */
import { instant, ShapeError } from 'cpansec/base';
import { WebError } from '../web/index.ts';

/** Controls, and characters that hide text or turn its direction: no letter has them. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** As a letter can have it: a browser sends lines as mail has them. */
export function plain(text: string): string {
  return text.replace(UNSEEN, '').trim();
}

/** Null for an empty field. Throws `invalid` with the field. */
export function whenTyped(field: string, text: string): string | null {
  if (text.trim() === '') return null;
  try {
    return instant(text.trim());
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new WebError('invalid', 'Not as it must be.', {
      [field]: 'An instant in UTC: 2026-11-25T12:00:00Z.',
    });
  }
}
